extension Graph: CustomStringConvertible {
  /// The graph as text, a node a line.
  public var description: String {
    var lines = ["graph \(name)<\(operatorSet)>"]
    for port in inputs { lines.append("  input \(port.name) = \(spelled(port.value))\(surface(of: port))") }
    for node in nodes where node.operation != .input {
      let results = node.results.map { "\($0.name): \($0.type)" }.joined(separator: ", ")
      let note = node.isSpilled ? "  // larger than the on-chip memory" : ""
      lines.append("  \(node.id) \(results) = \(node.operation.rawValue)(\(arguments(of: node)))\(note)")
    }
    for port in outputs { lines.append("  output \(port.name) = \(spelled(port.value))\(surface(of: port))") }
    return lines.joined(separator: "\n") + "\n"
  }

  /// The graph in the DOT language, for Graphviz.
  ///
  /// - Parameter constants: Whether constants are drawn too.
  /// - Returns: The text of a `digraph`.
  public func dot(constants: Bool = false) -> String {
    func quoted(_ text: String) -> String {
      "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n") + "\""
    }
    var lines = ["digraph \(quoted(name)) {", "  node [shape=box, fontname=\"Helvetica\"];"]
    for node in nodes where constants || node.operation != .const {
      let types = node.results.map(\.type.description).joined(separator: "\n")
      let isEdge = node.operation == .input || node.operation == .const
      let style = isEdge ? ", style=rounded" : ""
      lines.append(
        "  n\(node.id.rawValue) [label=\(quoted("\(node.operation.rawValue) \(node.name)\n\(types)"))\(style)];"
      )
      for input in node.inputs where constants || self[input.value.node].operation != .const {
        let label = quoted(input.argument.rawValue)
        lines.append("  n\(input.value.node.rawValue) -> n\(node.id.rawValue) [label=\(label)];")
      }
    }
    for (index, port) in outputs.enumerated() {
      lines.append("  out\(index) [label=\(quoted(port.name)), shape=ellipse];")
      lines.append("  n\(port.value.node.rawValue) -> out\(index);")
    }
    return lines.joined(separator: "\n") + "\n}\n"
  }

  private func surface(of port: Port) -> String { port.allocation.map { "  // \($0) bytes" } ?? "" }

  private func spelled(_ value: ValueID) -> String {
    contains(value) ? "\(name(of: value)): \(type(of: value))" : "\(value) (nothing)"
  }

  private func arguments(of node: Node) -> String {
    var parts = node.inputs.map { input in
      "\(input.argument.rawValue): \(contains(input.value) ? name(of: input.value) : "\(input.value) (nothing)")"
    }
    for parameter in node.operation.signature.parameters {
      guard let value = node.attributes[parameter.name] else { continue }
      parts.append("\(parameter.name.rawValue): \(value)")
    }
    switch node.constant {
    case nil: break
    case .weight(let reference): parts.append("\(reference)")
    case .numbers(let values): parts.append(Self.shortened(values))
    case .booleans(let values): parts.append(Self.shortened(values))
    case .strings(let values): parts.append(Self.shortened(values))
    }
    return parts.joined(separator: ", ")
  }

  private static func shortened<Element>(_ values: [Element]) -> String {
    let shown = values.prefix(8).map { "\($0)" }.joined(separator: ", ")
    return values.count == 1 ? shown : "[\(shown)\(values.count > 8 ? ", … \(values.count) in all" : "")]"
  }
}
