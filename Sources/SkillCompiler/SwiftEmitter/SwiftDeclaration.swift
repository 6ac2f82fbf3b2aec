/// A declaration of a generated file: the few shapes that the emitter needs.
struct SwiftDeclaration {
  /// The lines of the documentation comment, free of line ends.
  var documentation: [String] = []
  /// Everything before the brace, or the whole declaration where there is no body.
  var head: String
  var body: Body = .none

  enum Body {
    case none
    case members([SwiftDeclaration])
    case statements([String])
  }

  init(documentation: [String] = [], _ head: String, _ body: Body = .none) {
    self.documentation = documentation
    self.head = head
    self.body = body
  }

  func print(into text: inout String, depth: Int = 0) {
    let indent = String(repeating: "  ", count: depth)
    for line in documentation {
      text += line.isEmpty ? "\(indent)///\n" : "\(indent)/// \(line)\n"
    }
    // A head of several lines comes from the emitter itself; texts of skills have no line ends here.
    text += indent + head.split(separator: "\n", omittingEmptySubsequences: false).joined(separator: "\n" + indent)
    switch body {
    case .none: text += "\n"
    case .statements(let lines):
      text += " {\n"
      for line in lines { text += "\(indent)  \(line)\n" }
      text += "\(indent)}\n"
    case .members(let members):
      text += " {\n"
      var previous: SwiftDeclaration?
      for member in members {
        // One-line members without a comment stand together.
        if let previous, !(previous.isOneLine && member.isOneLine) { text += "\n" }
        member.print(into: &text, depth: depth + 1)
        previous = member
      }
      text += "\(indent)}\n"
    }
  }

  private var isOneLine: Bool {
    if case .none = body { documentation.isEmpty } else { false }
  }
}

extension SwiftDeclaration {
  /// Text of a skill as lines of a documentation comment: no scalar in it can end the comment or hide text.
  static func documentation(of text: String, limit: Int = 4000) -> [String] {
    var lines: [String] = []
    var line = ""
    var left = limit
    func isBreak(_ scalar: Unicode.Scalar) -> Bool {
      switch scalar.value {
      case 0x0A, 0x0B, 0x0C, 0x0D, 0x85, 0x2028, 0x2029: true
      default: false
      }
    }
    var previous: Unicode.Scalar = " "
    for scalar in text.unicodeScalars {
      left -= 1
      if left == 0 {
        line += "…"
        break
      }
      if isBreak(scalar) {
        if !(scalar == "\n" && previous == "\r") {
          lines.append(line)
          line = ""
        }
      } else if scalar == "\t" {
        line += " "
      } else {
        switch scalar.properties.generalCategory {
        case .control, .format, .privateUse, .surrogate, .unassigned: line += "\u{FFFD}"
        default: line.unicodeScalars.append(scalar)
        }
      }
      previous = scalar
    }
    lines.append(line)
    lines = lines.map { String($0.reversed().drop { $0 == " " }.reversed()) }
    while lines.last?.isEmpty == true { lines.removeLast() }
    while lines.first?.isEmpty == true { lines.removeFirst() }
    return lines
  }

  /// One line of such text.
  static func sentence(of text: String) -> String { documentation(of: text).joined(separator: " ") }
}
