package import SkillFormat
package import SkillIR

/// Finds the commands of fenced shell examples that hold placeholders.
package enum CommandExamples {
  /// The text of a fence as the shell would get it: where there are lines that begin with the prompt `$ `, only those
  /// count, with the lines they go on in. Lines keep their numbers.
  static func commands(inFence content: [UInt8]) -> [UInt8] {
    let lines = content.split(separator: 0x0A, omittingEmptySubsequences: false)
    func isPrompt(_ line: ArraySlice<UInt8>) -> Bool {
      line.drop { CommandByte.isBlank($0) }.starts(with: [UInt8(ascii: "$"), 0x20])
    }
    guard lines.contains(where: isPrompt) else { return content }
    var result: [UInt8] = []
    result.reserveCapacity(content.count)
    var goesOn = false
    for (index, line) in lines.enumerated() {
      if index > 0 { result.append(0x0A) }
      if isPrompt(line) {
        let start = line.firstIndex(of: UInt8(ascii: "$")) ?? line.startIndex
        // Blanks in place of the prompt keep the columns.
        result += repeatElement(0x20, count: start - line.startIndex + 2)
        result += line[(start + 2)...]
        goesOn = line.last == UInt8(ascii: "\\")
      } else if goesOn {
        result += line
        goesOn = line.last == UInt8(ascii: "\\")
      }
    }
    return result
  }
}
