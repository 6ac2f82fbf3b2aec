import Foundation
import SkillCompiler
import SkillIR
import TestSupport
import Testing

@Suite(.onOwnThread) struct SwiftLiteralTests {
  @Test(arguments: [
    ("plain é 漢 😀", #""plain é 漢 😀""#), ("\"\\(x)\"", #""\"\\(x)\"""#), ("a\r\nb\tc", #""a\r\nb\tc""#),
    ("\u{0}\u{7F}\u{85}\u{2028}", #""\u{0}\u{7F}\u{85}\u{2028}""#), ("\u{202E}x\u{200B}", #""\u{202E}x\u{200B}""#),
    ("e\u{301}", #""e\u{301}""#),
  ])
  func textsAreEscaped(text: String, expected: String) {
    #expect(SwiftLiteral.string(text) == expected)
  }

  /// The Swift compiler itself is the oracle: what it reads must be what was printed, scalar by scalar.
  @Test func theCompilerReadsWhatWasPrinted() throws {
    var generator = SplitMix(seed: 7)
    let hostile = [
      "\"", "\\", "\\(", ")", "#\"", "\"\"\"", "\n", "\r", "\u{2028}", "\u{0}", "*/", "//", "\u{202E}", "é", "😀", "`",
      "$",
      "{", "}",
    ]
    var texts: [String] = []
    for _ in 0..<300 {
      var text = ""
      for _ in 0..<Int.random(in: 0...12, using: &generator) {
        if Bool.random(using: &generator), let piece = hostile.randomElement(using: &generator) {
          text += piece
        } else if let scalar = Unicode.Scalar(UInt32.random(in: 0...0x1FFFF, using: &generator)) {
          text.unicodeScalars.append(scalar)
        }
      }
      if let noncharacter = Unicode.Scalar(UInt32.random(in: 0xFDD0...0xFDEF, using: &generator)) {
        text.unicodeScalars.append(noncharacter)
      }
      texts.append(text)
    }
    let folder = FileManager.default.temporaryDirectory.appending(path: "literals-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let lines = texts.map { "show(\(SwiftLiteral.string($0)))" }.joined(separator: "\n")
    let source = """
      func show(_ text: String) { print(text.unicodeScalars.map { String($0.value) }.joined(separator: " ")) }
      \(lines)
      """
    let file = folder.appending(path: "main.swift")
    try Data(source.utf8).write(to: file)
    let program = folder.appending(path: "literals")
    #expect(try ChildProgram.run("swiftc", [file.path, "-o", program.path]).status == 0)
    let output = try ChildProgram.run(program.path, []).output
    let read = output.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map(String.init)
    #expect(read.count == texts.count)
    for (read, text) in zip(read, texts) {
      #expect(read == text.unicodeScalars.map { String($0.value) }.joined(separator: " "))
    }
  }
}
