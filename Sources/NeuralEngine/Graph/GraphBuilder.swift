/// Builds a graph step by step.
///
/// ```swift
/// let builder = GraphBuilder()
/// let x = builder.input("x", .fp16, [1, 768, 1, 64])
/// let weight = builder.weight("@model_path/weights/w.bin", .fp16, [768, 768, 1, 1], name: "w")
/// builder.output("y", x.linear(weight).silu())
/// let graph = try builder.build()
/// ```
public final class GraphBuilder {
  /// What was built so far.
  public private(set) var graph: Graph
  /// The mistakes made so far, in order.
  public private(set) var errors: [GraphError] = []

  private var names: Set<String> = []
  private var suffixes: [String: Int] = [:]
  private var scopes: [String] = []
  // Not as tensors, which would keep the builder for ever.
  private var scalars: [ScalarKey: Known] = [:]
  private var sharedConstants: [String: Known] = [:]

  private struct ScalarKey: Hashable {
    var bits: UInt64
    var element: ElementType
  }

  /// What was made before, to be given again.
  private struct Known {
    var value: ValueID?
    var type: TensorType

    init(_ tensor: Tensor) { (value, type) = (tensor.value, tensor.type) }
  }

  /// Creates a builder of an empty graph.
  ///
  /// - Parameter name: The function's name.
  public init(name: String = "main") {
    graph = Graph(name: name)
  }

  /// The graph, checked.
  ///
  /// - Returns: What was built.
  /// - Throws: ``GraphBuildingError`` with every mistake made.
  public func build() throws(GraphBuildingError) -> Graph {
    guard errors.isEmpty else { throw GraphBuildingError(mistakes: errors, violations: []) }
    let violations = graph.violations()
    guard violations.isEmpty else { throw GraphBuildingError(mistakes: [], violations: violations) }
    return graph
  }

  /// Names what is built inside after a part of the model, such as `layer3`.
  public func scope<Result>(_ name: String, _ body: () throws -> Result) rethrows -> Result {
    scopes.append(name)
    defer { scopes.removeLast() }
    return try body()
  }

  /// Adds an input.
  public func input(_ name: String, _ element: ElementType, _ shape: [Int]) -> Tensor {
    let type = TensorType(element, shape)
    guard shape.allSatisfy({ $0 >= 1 }), type.elementCount != nil else {
      return fail(GraphError(.invalidValue, operation: .input, node: name, "no tensor has the type \(type)"))
    }
    if graph.inputs.contains(where: { $0.name == name }) {
      return fail(GraphError(.invalidValue, operation: .input, node: name, "there is an input '\(name)' already"))
    }
    let value = graph.addInput(name, type)
    let identifier = unique(name)
    if identifier != name { graph.rename(value, to: identifier) }
    return Tensor(builder: self, value: value, type: type)
  }

  /// A number; the same number is one node.
  public func scalar(_ number: Double, _ element: ElementType = .fp16) -> Tensor {
    let key = ScalarKey(bits: number.bitPattern, element: element)
    if let known = scalars[key] { return given(known) }
    let scopes = scopes
    self.scopes = []
    defer { self.scopes = scopes }
    let tensor = constant([number], TensorType(element), name: "c\(scalars.count)")
    scalars[key] = Known(tensor)
    return tensor
  }

  /// Adds a constant written into the program.
  public func constant(_ numbers: [Double], _ type: TensorType, name: String? = nil) -> Tensor {
    if let number = numbers.first(where: { $0.isFinite && !type.element.rounded($0).isFinite }) {
      let message = "\(number) is beyond what \(type.element.rawValue) holds"
      return fail(GraphError(.invalidValue, operation: .const, node: scoped(name ?? "const"), message))
    }
    return add(type, .numbers(numbers), name: name)
  }

  /// Adds a constant kept in a weight file.
  public func weight(
    _ path: String,
    offset: UInt64 = 64,
    _ element: ElementType,
    _ shape: [Int],
    name: String? = nil
  ) -> Tensor {
    add(TensorType(element, shape), .weight(WeightReference(path: path, offset: offset)), name: name)
  }

  /// Adds a weight kept as small integers with a scale, and perhaps an offset, for each block: `scale · (data − offset)`.
  ///
  /// The sizes of blocks follow from the shapes.
  public func blockwiseWeight(
    data: Tensor,
    scale: Tensor,
    offset: Tensor? = nil,
    name: String? = nil
  ) -> Tensor {
    var inputs = [(ArgumentName.data, data), (.scale, scale)]
    if let offset { inputs.append((.offset, offset)) }
    return apply(.constexprBlockwiseShiftScale, inputs, name: name)
  }

  /// Declares an output.
  public func output(_ name: String, _ tensor: Tensor) {
    guard let value = checked(tensor, operation: nil, node: name) else { return }
    if graph.outputs.contains(where: { $0.name == name }) {
      _ = fail(GraphError(.invalidValue, node: name, "there is an output '\(name)' already"))
    } else {
      graph.outputs.append(.init(name, value))
    }
  }

  /// Applies an operator with one result.
  public func apply(
    _ operation: Operator,
    _ inputs: [(ArgumentName, Tensor)],
    _ attributes: [ArgumentName: AttributeValue] = [:],
    name: String? = nil
  ) -> Tensor {
    applyAll(operation, inputs, attributes, results: 1, name: name)[0]
  }

  /// Applies an operator with several results.
  ///
  /// - Parameters:
  ///   - operation: What to apply.
  ///   - inputs: The tensors it is given.
  ///   - attributes: Its other arguments.
  ///   - results: How many results it has.
  ///   - name: The name of the result; several get it with their number behind.
  /// - Returns: As many tensors as asked for, whatever goes wrong.
  public func applyAll(
    _ operation: Operator,
    _ inputs: [(ArgumentName, Tensor)],
    _ attributes: [ArgumentName: AttributeValue] = [:],
    results: Int,
    name: String? = nil
  ) -> [Tensor] {
    let base = scoped(name ?? operation.rawValue)
    let failure = [Tensor](repeating: brokenTensor, count: max(results, 1))
    var values: [Node.Input] = []
    for (argument, tensor) in inputs {
      guard let value = checked(tensor, operation: operation, node: base) else { return failure }
      values.append(.init(argument, value))
    }
    do throws(GraphError) {
      let identifiers = results == 1 ? [unique(base)] : (0..<results).map { unique("\(base)_\($0)") }
      let id = try graph.add(operation, values, attributes, names: identifiers)
      let node = graph[id]
      return node.values.map { Tensor(builder: self, value: $0, type: graph.type(of: $0)) }
    } catch {
      errors.append(error)
      return failure
    }
  }

  private func add(_ type: TensorType, _ payload: ConstantPayload, name: String?) -> Tensor {
    do throws(GraphError) {
      let value = try graph.addConstant(unique(scoped(name ?? "const")), type, payload)
      return Tensor(builder: self, value: value, type: type)
    } catch {
      return fail(error)
    }
  }

  /// A tensor's value, if it stands for one and belongs here.
  private func checked(_ tensor: Tensor, operation: Operator?, node: String) -> ValueID? {
    guard tensor.builder === self else {
      errors.append(GraphError(.foreignTensor, operation: operation, node: node, "a tensor of another graph is used"))
      return nil
    }
    return tensor.value
  }

  /// The tensor that mistakes give.
  var brokenTensor: Tensor { Tensor(builder: self, value: nil, type: TensorType(.fp16)) }

  /// What was made under a name before, or else is made now, outside of any scope.
  func shared(_ name: String, _ make: () -> Tensor) -> Tensor {
    if let known = sharedConstants[name] { return given(known) }
    let scopes = scopes
    self.scopes = []
    defer { self.scopes = scopes }
    let tensor = make()
    sharedConstants[name] = Known(tensor)
    return tensor
  }

  private func given(_ known: Known) -> Tensor { Tensor(builder: self, value: known.value, type: known.type) }

  func fail(_ error: GraphError) -> Tensor {
    errors.append(error)
    return brokenTensor
  }

  private func scoped(_ name: String) -> String {
    scopes.isEmpty ? name : scopes.joined(separator: "_") + "_" + name
  }

  /// An identifier nothing else has, made from a name.
  private func unique(_ name: String) -> String {
    let base = Identifier.spelled(name)
    guard !names.insert(base).inserted else { return base }
    var number = suffixes[base] ?? 1
    var candidate: String
    repeat {
      number += 1
      candidate = Identifier.spelled(base, suffix: "_\(number)")
    } while !names.insert(candidate).inserted
    suffixes[base] = number
    return candidate
  }
}

/// Why a builder has no graph to give.
public struct GraphBuildingError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What was wrong with single steps.
  public var mistakes: [GraphError]
  /// What is wrong with the whole.
  public var violations: [GraphViolation]

  /// Every mistake, one a line.
  public var description: String {
    (mistakes.map(\.description) + violations.map(\.description)).joined(separator: "\n")
  }
}
