import SkillIR

/// Reads what an interpreter says of an error, and finds the skill's line in it.
struct StepMessages: Sendable {
  /// Which of the places that a message names is the one to look at.
  enum Order: Sendable { case first, last }

  /// The document, as the interpreter was told to call it, and the lines of it that were run; nil where a step runs no
  /// code of the document's own.
  var document: (path: String, lines: ClosedRange<Int>)?
  var order = Order.last
  /// The step's current directory, where the skill's own files lie.
  var work: String
  /// The skill's folder, as the document's path has it: empty, or with a slash at its end.
  var skillFolder: String

  private static let evidenceLines = 20
  private static let evidenceBytes = 8000

  init(document: String, code: Step.Code? = nil, work: String) {
    self.work = work
    skillFolder = document.lastIndex(of: "/").map { String(document[...$0]) } ?? ""
    guard let code else { return }
    let count = code.text.utf8.count { $0 == UInt8(ascii: "\n") }
    self.document = (document, code.firstLine...code.firstLine + count + 1)
    order = code.language == .javascript ? .first : .last
  }

  /// The last lines of an output, with the skill's own names for its files.
  func evidence(_ output: [UInt8]) -> String {
    var text = String(decoding: output.suffix(Self.evidenceBytes), as: UTF8.self)
    text.replace(work + "/", with: skillFolder)
    if let document {
      // What bash and Python call code that came as a value.
      text.replace("environment: line ", with: "\(document.path): line ")
      text.replace("File \"<string>\", line ", with: "File \"\(document.path)\", line ")
      text.replace("<string>:", with: "\(document.path):")
    }
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    while lines.last?.allSatisfy(\.isWhitespace) == true { lines.removeLast() }
    return lines.suffix(Self.evidenceLines).joined(separator: "\n")
  }

  /// The line of evidence that says best what is wrong.
  func reason(in evidence: String) -> String? {
    let lines = evidence.split(separator: "\n").map { $0.drop(while: \.isWhitespace) }.filter { !$0.isEmpty }
    func isError(_ line: Substring) -> Bool {
      guard let colon = line.firstIndex(of: ":") else { return false }
      let word = line[..<colon]
      return (word.hasSuffix("Error") || word.hasSuffix("Exception"))
        && word.allSatisfy { $0.isLetter || $0.isNumber || $0 == "." || $0 == "_" }
    }
    let line = order == .first ? lines.first(where: isError) : lines.last(where: isError)
    // After a syntax error bash shows the line in quotes.
    let last = lines.last { !withoutPlace($0).hasPrefix("`") } ?? lines.last
    guard let reason = line ?? last else { return nil }
    let message = withoutPlace(reason)
    return message.count > 300 ? "\(message.prefix(300))…" : message
  }

  /// The message of a shell without the path and line that it begins with, which an error tells apart.
  private func withoutPlace(_ message: Substring) -> String {
    guard let document, message.hasPrefix(document.path) else { return String(message) }
    let parts = message.dropFirst(document.path.count).split(separator: ":", omittingEmptySubsequences: false)
    let rest = parts.drop { part in
      let words = part.split(separator: " ")
      return words.allSatisfy { $0 == "eval" || $0 == "line" || $0.allSatisfy(\.isNumber) }
    }
    return String(rest.joined(separator: ":").drop(while: \.isWhitespace))
  }

  /// The place that evidence names.
  func place(in evidence: String) -> SourceReference? {
    if let document, let line = lines(after: document.path, in: evidence, within: document.lines) {
      return SourceReference(path: document.path, line: line)
    }
    return nil
  }

  /// The place in one of the skill's files that evidence names.
  func place(in evidence: String, file: String) -> SourceReference? {
    let path = skillFolder + file
    return lines(after: path, in: evidence, within: 1...10_000_000).map { SourceReference(path: path, line: $0) }
  }

  /// The line number after a path, as `path", line 3`, `path: line 3`, `path:3` and `path: 3` have it.
  private func lines(after path: String, in text: String, within range: ClosedRange<Int>) -> Int? {
    var found: Int?
    let bytes = Array(text.utf8)
    let wanted = Array(path.utf8)
    guard !wanted.isEmpty, bytes.count > wanted.count else { return nil }
    var index = 0
    while index + wanted.count < bytes.count {
      guard bytes[index] == wanted[0], bytes[index..<index + wanted.count].elementsEqual(wanted) else {
        index += 1
        continue
      }
      index += wanted.count
      for separator in Self.separators where bytes[index...].starts(with: separator) {
        let digits = bytes[(index + separator.count)...].prefix {
          (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
        }
        guard let line = Int(String(decoding: digits, as: UTF8.self)), range.contains(line) else { continue }
        if order == .first { return line }
        found = line
        break
      }
    }
    return found
  }

  private static let separators = ["\", line ", ": eval: line ", ": line ", ": ", ":"].map { Array($0.utf8) }
}
