/// A step of a graph: an operator, what it is given, and the types of what it gives.
public struct Node: Hashable, Sendable, Identifiable {
  /// A value given to a named argument; an argument that takes several values has several of these in a row.
  public struct Input: Hashable, Sendable {
    /// The argument's name.
    public var argument: ArgumentName
    /// The value it is given.
    public var value: ValueID

    /// Creates an input.
    public init(_ argument: ArgumentName, _ value: ValueID) {
      self.argument = argument
      self.value = value
    }
  }

  /// A value the node computes.
  public struct Result: Hashable, Sendable {
    /// The identifier in the program's text.
    public var name: String
    /// Its type.
    public var type: TensorType

    /// Creates a result.
    public init(_ name: String, _ type: TensorType) {
      self.name = name
      self.type = type
    }
  }

  /// The node's identity.
  public let id: NodeID
  /// What it does.
  public var operation: Operator
  /// The values it is given, in the order of the operator's signature.
  public var inputs: [Input]
  /// What is known of its other arguments; arguments with a default are always here.
  public var attributes: [ArgumentName: AttributeValue]
  /// What it holds, if it is a `const`.
  public var constant: ConstantPayload?
  /// The values it gives.
  public var results: [Result]
  /// Whether what it gives is larger than the on-chip memory, as ``SRAMAnnotation`` notes: the device works on it piece
  /// by piece.
  public var isSpilled = false

  /// The name diagnostics call the node by: that of its first result.
  public var name: String { results.first?.name ?? "" }

  /// The type of the first result.
  public var type: TensorType { results.first?.type ?? TensorType(.fp16) }

  /// The value of the first result.
  public var value: ValueID { ValueID(id) }

  /// The values of all results.
  public var values: [ValueID] { results.indices.map { ValueID(id, result: $0) } }

  /// The value given to an argument, the first if there are several.
  public subscript(argument: ArgumentName) -> ValueID? {
    inputs.first { $0.argument == argument }?.value
  }

  /// A flag among the attributes.
  public func boolean(_ name: ArgumentName) -> Bool? {
    if case .boolean(let value) = attributes[name] { value } else { nil }
  }

  /// A whole number among the attributes.
  public func integer(_ name: ArgumentName) -> Int? {
    if case .integer(let value) = attributes[name] { value } else { nil }
  }

  /// A number among the attributes.
  public func number(_ name: ArgumentName) -> Double? {
    if case .number(let value) = attributes[name] { value } else { nil }
  }

  /// A text among the attributes.
  public func string(_ name: ArgumentName) -> String? {
    if case .string(let value) = attributes[name] { value } else { nil }
  }

  /// A list of whole numbers among the attributes.
  public func integers(_ name: ArgumentName) -> [Int]? {
    if case .integers(let values) = attributes[name] { values } else { nil }
  }

  /// A list of flags among the attributes.
  public func booleans(_ name: ArgumentName) -> [Bool]? {
    if case .booleans(let values) = attributes[name] { values } else { nil }
  }

  /// An element type named by an attribute, such as a cast's.
  public func elementType(_ name: ArgumentName) -> ElementType? {
    string(name).flatMap(ElementType.init(rawValue:))
  }
}
