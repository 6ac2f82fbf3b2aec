/// What is wrong with a graph as a whole.
public struct GraphViolation: Error, Hashable, Sendable {
  /// The rules a graph keeps.
  public enum Rule: String, Hashable, Sendable, CaseIterable {
    /// There is at least one node.
    case hasNodes = "has-nodes"
    /// There is at least one output.
    case hasOutputs = "has-outputs"
    /// Every value has a name that can stand in a program.
    case validName = "valid-name"
    /// No name is longer than the device's tools take.
    case nameLength = "name-length"
    /// No two values have one name.
    case uniqueName = "unique-name"
    /// Every value used is one of the graph's.
    case liveInput = "live-input"
    /// Every node comes after those it uses; so there are no cycles.
    case definedBeforeUse = "defined-before-use"
    /// Every output is one of the graph's values.
    case liveOutput = "live-output"
    /// No two ports have one name.
    case uniquePort = "unique-port"
    /// Input ports and `input` nodes are the same.
    case declaredInput = "declared-input"
    /// Every node has the arguments its operator takes.
    case arguments
    /// Every node gives what its operator gives.
    case inferredType = "inferred-type"
    /// Constants fill their types.
    case constantPayload = "constant-payload"
    /// Numbers written into the program can be numbers of their element type.
    case representable
  }

  /// The rule broken.
  public var rule: Rule
  /// The node that breaks it, if it is one.
  public var node: NodeID?
  /// The node's name, or the port's.
  public var name: String
  /// What is wrong, in words.
  public var message: String
}

extension GraphViolation: CustomStringConvertible {
  /// The node and what is wrong.
  public var description: String { name.isEmpty ? message : "'\(name)': \(message)" }
}

extension Graph {
  /// Checks that the graph keeps every rule.
  ///
  /// - Throws: The first rule broken.
  public func verify() throws(GraphViolation) {
    if let violation = violations().first { throw violation }
  }

  /// The rules the graph breaks; none if it can be lowered.
  public func violations() -> [GraphViolation] {
    var verifier = GraphVerifier(graph: self)
    verifier.run()
    return verifier.violations
  }
}

private struct GraphVerifier {
  let graph: Graph
  var violations: [GraphViolation] = []
  var names: Set<String> = []

  init(graph: Graph) {
    self.graph = graph
  }

  mutating func report(_ rule: GraphViolation.Rule, _ node: Node, _ message: String) {
    violations.append(GraphViolation(rule: rule, node: node.id, name: node.name, message: message))
  }

  mutating func report(_ rule: GraphViolation.Rule, _ port: String, _ message: String) {
    violations.append(GraphViolation(rule: rule, node: nil, name: port, message: message))
  }

  mutating func run() {
    if graph.nodes.isEmpty { report(.hasNodes, "", "the graph has no nodes") }
    if graph.outputs.isEmpty { report(.hasOutputs, "", "the graph has no outputs") }
    for (position, node) in graph.nodes.enumerated() {
      checkNames(node)
      guard checkInputs(node, at: position) else { continue }
      checkTypes(node)
    }
    checkPorts()
  }

  private mutating func checkNames(_ node: Node) {
    if node.results.isEmpty { report(.inferredType, node, "the node has no results") }
    for result in node.results {
      if !Identifier.isValid(result.name) {
        report(.validName, node, "'\(result.name)' is not an identifier")
      } else if result.name.utf8.count > Identifier.maximumLength {
        report(.nameLength, node, "the name has more than \(Identifier.maximumLength) bytes")
      } else if !names.insert(result.name).inserted {
        report(.uniqueName, node, "another value is called '\(result.name)'")
      }
    }
  }

  private mutating func checkInputs(_ node: Node, at position: Int) -> Bool {
    var isSound = true
    for input in node.inputs {
      if !graph.contains(input.value) {
        report(.liveInput, node, "'\(input.argument.rawValue)' is \(input.value), which does not exist")
        isSound = false
      } else if let other = graph.position(of: input.value.node), other >= position {
        report(.definedBeforeUse, node, "'\(graph.name(of: input.value))' is used before it is computed")
      }
    }
    return isSound
  }

  private mutating func checkTypes(_ node: Node) {
    switch node.operation {
    case .input: break
    case .const: checkConstant(node)
    default:
      do throws(GraphError) {
        let resolved = try node.operation.resolve(
          inputs: node.inputs.map { ($0.argument, graph.type(of: $0.value)) },
          attributes: node.attributes,
          node: node.name
        )
        if resolved.results != node.results.map(\.type) {
          report(.inferredType, node, "the result is \(node.type) where \(resolved.results) follows")
        }
        if resolved.attributes != node.attributes {
          report(.arguments, node, "the arguments are not in their plain form")
        }
      } catch {
        report(.arguments, node, error.message)
      }
    }
  }

  private mutating func checkConstant(_ node: Node) {
    guard let payload = node.constant else {
      return report(.constantPayload, node, "the constant holds nothing")
    }
    do throws(GraphError) {
      let plain = try Node.constant(node.id, node.name, node.type, payload)
      guard case .numbers(let values) = payload, case .numbers(let rounded) = plain.constant else { return }
      for (value, nearest) in zip(values, rounded) where value != nearest && !value.isNaN {
        return report(.representable, node, "\(value) is not a number of \(node.type.element.rawValue)")
      }
    } catch {
      report(.constantPayload, node, error.message)
    }
  }

  private mutating func checkPorts() {
    var ports: Set<String> = []
    for port in graph.inputs where !ports.insert(port.name).inserted {
      report(.uniquePort, port.name, "two inputs have this name")
    }
    ports = []
    for port in graph.outputs {
      if !ports.insert(port.name).inserted { report(.uniquePort, port.name, "two outputs have this name") }
      if !graph.contains(port.value) { report(.liveOutput, port.name, "the output is bound to nothing") }
    }
    let declared = graph.inputs.map(\.value)
    let present = graph.nodes.filter { $0.operation == .input }.map(\.value)
    if Set(declared) != Set(present) || declared.count != present.count {
      report(.declaredInput, "", "the inputs declared are not those in the graph")
    }
  }
}
