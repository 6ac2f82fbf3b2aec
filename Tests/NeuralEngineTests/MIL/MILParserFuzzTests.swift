import NeuralEngine
import TestSupport
import Testing

@Suite(.onOwnThread) struct MILParserFuzzTests {
  @Test(arguments: 0..<4)
  func mutatedProgramsAreCheckedOrRefusedButNeverTrap(seed: Int) {
    var random = SplitMix(seed: UInt64(seed))
    let sources = MILExamples.all.map { Array($0.utf8) }
    let pieces: [[UInt8]] = [
      "(", ")", "[", "]", "{", "}", "<", ">", "\"", "\\", "-", "->", "0x", "1e", "9999999999", "BLOBFILE(",
    ]
    .map { Array($0.utf8) }
    var accepted = 0
    for _ in 0..<1_500 {
      var text = sources[Int(random.next() % UInt64(sources.count))]
      for _ in 0..<(1 + random.next() % 4) {
        let position = Int(random.next() % UInt64(text.count))
        switch random.next() % 5 {
        case 0: text[position] = UInt8(truncatingIfNeeded: random.next())
        case 1: text.remove(at: position)
        case 2: text.insert(contentsOf: pieces[Int(random.next() % UInt64(pieces.count))], at: position)
        case 3: text.removeLast(min(text.count - 1, Int(random.next() % 64)))
        default:
          let length = min(text.count - position, Int(random.next() % 32))
          text.insert(
            contentsOf: Array(text[position..<position + length]),
            at: Int(random.next() % UInt64(text.count))
          )
        }
      }
      do {
        let program = try MILParser.parse(text)
        accepted += 1
        let printed = MILPrinter.bytes(of: program)
        #expect(MILPrinter.bytes(of: try MILParser.parse(printed)) == printed)
        let profile = RestrictionProfile.all[accepted % RestrictionProfile.all.count]
        let findings = RestrictionChecker.check(program, weights: WeightFiles(), profile: profile)
        #expect(findings.count < text.count)
      } catch {
        #expect(error.location.offset <= text.count)
      }
    }
    #expect(accepted > 0)
  }
}
