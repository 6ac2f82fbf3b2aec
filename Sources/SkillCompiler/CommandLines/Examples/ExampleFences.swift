internal import SkillFormat

/// The shell fences of a document, each with the heading it stands under.
struct ExampleFences {
  struct Fence {
    var code: MarkdownBlock.CodeBlock
    var heading: String
    /// Whether the heading says that what follows prepares the machine.
    var isSetUp: Bool
  }

  private(set) var fences: [Fence] = []
  private var heading = ""
  private var level = 0
  /// The level of the heading over a typed workflow, whose fences are its steps; nil outside of one.
  private var workflowLevel: Int?
  /// The level of the heading that began a part on setting up; nil outside of one.
  private var setUpLevel: Int?

  private static let languages: Set<String> = [
    "bash", "sh", "shell", "zsh", "console", "shell-session", "shellsession", "sh-session", "terminal",
  ]

  private static let setUpWords: Set<String> = [
    "install", "installation", "installing", "setup", "prerequisite", "prerequisites", "requirements", "authentication",
    "authenticate", "authorization", "login", "configure", "configuration", "environment", "credentials", "upgrade",
    "upgrading", "uninstall", "uninstallation", "troubleshooting", "registration", "dependencies", "onboarding",
    "安装", "配置",
  ]

  mutating func collect(_ blocks: [MarkdownBlock], depth: Int = 0) {
    guard depth < 20 else { return }
    for block in blocks {
      switch block {
      case .heading(let heading):
        // A heading in a list or quote says nothing of what follows outside.
        guard depth == 0 else { continue }
        self.heading = heading.text
        level = heading.level
        if let workflow = workflowLevel, heading.level <= workflow { workflowLevel = nil }
        if let setUp = setUpLevel, heading.level <= setUp { setUpLevel = nil }
        if setUpLevel == nil, ExampleFences.saysSetUp(heading.text) { setUpLevel = heading.level }
      case .code(let code):
        if WorkflowSection.isDeclaration(code) { workflowLevel = level }
        guard code.marker != nil, workflowLevel == nil, ExampleFences.languages.contains(code.language) else {
          continue
        }
        fences.append(Fence(code: code, heading: heading, isSetUp: setUpLevel != nil))
      case .list(let list): for item in list.items { collect(item.blocks, depth: depth + 1) }
      case .quote(let quote): collect(quote.blocks, depth: depth + 1)
      case .paragraph, .table, .html, .rule: break
      }
    }
  }

  private static func saysSetUp(_ heading: String) -> Bool {
    let words = heading.lowercased().split { !$0.isLetter && !$0.isNumber }
    if words.contains(where: { setUpWords.contains(String($0)) }) { return true }
    return zip(words, words.dropFirst()).contains { $0 == "set" && $1 == "up" || $0 == "sign" && $1 == "in" }
  }
}

/// The lines of a fence, for what stands beside and above a command.
struct FenceLines {
  private let bytes: [UInt8]
  private let starts: [Int]
  /// The comment of each line, and whether there is nothing else on it.
  private var comments: [Int: (text: String, isAlone: Bool)] = [:]
  /// Where the fence stops being shell; what begins before and ends after is not read.
  private let end: Int

  init(_ bytes: [UInt8], _ script: ShellScript) {
    self.bytes = bytes
    var starts = [0]
    for (index, byte) in bytes.enumerated() where byte == 0x0A { starts.append(index + 1) }
    self.starts = starts
    end = script.errorOffset ?? Int.max
    for range in script.comments {
      let line = line(of: range.start)
      let text = bytes[range.start..<range.end].drop { $0 == UInt8(ascii: "#") }.commandText.trimmingCommandSpace
      let isAlone = bytes[starts[line]..<range.start].allSatisfy { $0.isBlank }
      comments[line] = (text, isAlone)
    }
  }

  /// The line of an offset, counted from 0.
  func line(of offset: Int) -> Int {
    var low = 0
    var high = starts.count
    while high - low > 1 {
      let middle = (low + high) / 2
      if starts[middle] <= offset { low = middle } else { high = middle }
    }
    return low
  }

  /// Whether nothing on the lines of a command, or before them, is in error, and nothing else stands on them.
  func isWhole(_ range: SourceRange) -> Bool {
    guard range.end <= bytes.count, range.start < range.end,
      line(of: range.end) < line(of: min(end, bytes.count)) || end == Int.max
    else { return false }
    let first = starts[line(of: range.start)]
    return bytes[first..<range.start].allSatisfy { $0.isBlank }
  }

  /// The comment behind a command, or the comment lines directly above it.
  func comment(of range: SourceRange) -> String {
    let last = line(of: max(range.start, range.end - 1))
    if let behind = comments[last], !behind.isAlone, !behind.text.isEmpty { return behind.text }
    var line = line(of: range.start) - 1
    var texts: [String] = []
    while line >= 0, let comment = comments[line], comment.isAlone, texts.count < 4 {
      if comment.text.allSatisfy({ "=-*#~ ".contains($0) }) { break }
      texts.append(comment.text)
      line -= 1
    }
    return texts.reversed().joined(separator: " ")
  }
}
