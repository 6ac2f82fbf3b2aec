import NeuralEngine
import TestSupport
import Testing

@Suite(.onOwnThread) struct MILParserFuzzTests {
  /// Whether line, column and offset name one place.
  private static func isPlace(_ location: MILLocation, in text: [UInt8]) -> Bool {
    guard location.offset <= text.count else { return false }
    let before = text[..<location.offset]
    let lineStart = before.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
    return location.line == before.count { $0 == UInt8(ascii: "\n") } + 1
      && location.column == location.offset - lineStart + 1
  }

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
        #expect(findings.count <= 3 * 1000 + 1)
        // What is said is about places of the text, in their order.
        let places = findings.compactMap(\.location)
        #expect(places.allSatisfy { Self.isPlace($0, in: text) })
        #expect(places.map(\.offset) == places.map(\.offset).sorted())
        // A program the rules and the importer take is one the device compiles, and the reverse.
        let check = MILCheck(text, program, profile: profile, weights: WeightFiles())
        #expect(Set(findings).isSubset(of: check.findings) && check.findings.count >= findings.count)
        let isCompiled = (try? Device(.init(profile: profile)).compile(ProgramSource(text))) != nil
        let isTaken = !check.hasErrors && !check.findings.contains { $0.code == "not-emulated" }
        #expect(isCompiled == isTaken, "\(check.text(file: "m"))")
      } catch {
        #expect(Self.isPlace(error.location, in: text))
        #expect(!error.expected.isEmpty && !error.found.isEmpty)
        let check = MILCheck(text)
        #expect(check.findings.map(\.location) == [error.location] && check.hasErrors)
      }
    }
    #expect(accepted > 0)
  }
}
