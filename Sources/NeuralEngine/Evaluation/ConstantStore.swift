import Synchronization

/// The constants of a graph, decoded when they are first needed and then kept.
///
/// Weight files stay as they are at the time this is made: later changes to a program's files make another store.
package final class ConstantStore: Sendable {
  /// How strictly weight files are read.
  package struct Options: Hashable, Sendable {
    /// How strictly metadata are read.
    package var blobs = BlobFile.Options()
    /// Whether whatever stands at an offset is taken for weights where there are no metadata, as some devices do (R8).
    package var takesGarbage = false

    package init() {}
  }

  private let graph: Graph
  private let weights: WeightFiles
  private let options: Options
  private let evaluator: NodeEvaluator
  private let kept = Mutex<[ValueID: DenseTensor]>([:])
  /// What only constant expressions use: not kept, since what is computed from it is.
  private let transient: Set<ValueID>

  /// Collects the constants of a graph, checking that all of their bytes are there.
  ///
  /// - Parameters:
  ///   - graph: The graph.
  ///   - weights: Its weight files.
  ///   - options: How strictly the files are read.
  ///   - evaluator: Computes constant expressions.
  /// - Throws: `WeightError` for the first constant whose blob is missing or of another type.
  package init(
    _ graph: Graph,
    weights: WeightFiles,
    options: Options = Options(),
    evaluator: NodeEvaluator = NodeEvaluator()
  ) throws(WeightError) {
    self.graph = graph
    self.weights = weights
    self.options = options
    self.evaluator = evaluator
    var onlyExpressions: Set<ValueID> = []
    var others = Set(graph.outputs.map(\.value))
    for node in graph.nodes {
      for input in node.inputs {
        if node.operation.category == .constantExpression {
          onlyExpressions.insert(input.value)
        } else {
          others.insert(input.value)
        }
      }
    }
    try Self.check(graph, weights, options)
    transient = onlyExpressions.subtracting(others)
  }

  /// The value of a `const` or of a constant expression; `nil` for other values.
  package func value(_ id: ValueID) -> DenseTensor? {
    if let value = kept.withLock({ $0[id] }) { return value }
    let node = graph[id.node]
    let values: [DenseTensor]
    switch node.operation.category {
    case .constant:
      guard let value = decoded(node) else { return nil }
      values = [value]
    case .constantExpression:
      let arguments = node.inputs.compactMap { self.value($0.value) }
      guard arguments.count == node.inputs.count else { return nil }
      values = evaluator.evaluate(node, arguments)
    default: return nil
    }
    kept.withLock { kept in
      for (id, value) in zip(node.values, values) where !transient.contains(id) { kept[id] = value }
    }
    return values.indices.contains(id.result) ? values[id.result] : nil
  }

  /// Checks that the blobs of all constants are there, without decoding anything.
  static func check(_ graph: Graph, _ weights: WeightFiles, _ options: Options) throws(WeightError) {
    for node in graph.nodes {
      if case .weight(let reference) = node.constant { try check(reference, node.type, weights, options) }
    }
  }

  /// Checks that a blob is there.
  ///
  /// Where garbage is taken for weights, `outOfBounds` says that the file is too short even for that.
  static func check(
    _ reference: WeightReference,
    _ type: TensorType,
    _ weights: WeightFiles,
    _ options: Options
  ) throws(WeightError) {
    let layout: (dataType: BlobDataType, byteCount: Int)
    do throws(WeightError) {
      layout = try weights.layout(reference.path, at: reference.offset, options: options.blobs)
    } catch {
      guard options.takesGarbage, case .bytes(let file) = weights[reference.path] else { throw error }
      // A device reads on beyond the file; here a short file does not make a long weight.
      guard let needed = type.byteCount, needed <= 2 * file.count else {
        throw WeightError(
          .outOfBounds,
          path: reference.path,
          at: reference.offset,
          "the file has \(file.count) bytes, too few even as garbage for \(type)"
        )
      }
      return
    }
    guard layout.dataType == BlobDataType(type.element) else {
      throw WeightError(
        .typeMismatch,
        path: reference.path,
        at: reference.offset,
        "the blob holds \(layout.dataType), the program says \(type.element.rawValue)"
      )
    }
    let expected = type.byteCount ?? .max
    guard layout.byteCount == expected || options.blobs.allowsMissingSizes && layout.byteCount > expected else {
      throw WeightError(
        .sizeMismatch,
        path: reference.path,
        at: reference.offset,
        "the blob has \(layout.byteCount) bytes, \(type) takes \(expected)"
      )
    }
  }

  /// The numbers of a constant; `nil` for strings, which have none.
  private func decoded(_ node: Node) -> DenseTensor? {
    let type = node.type
    switch node.constant {
    case .numbers(let values):
      if type.element.isFloatingPoint { return DenseTensor(type, values.map { Float($0) }) }
      return DenseTensor(type, integers: values.map { type.element.wrapped(Int32(clamping: $0)) })
    case .booleans(let values): return DenseTensor(type, integers: values.map { $0 ? 1 : 0 })
    case .weight(let reference):
      guard let blob = try? weights.blob(reference.path, at: reference.offset, options: options.blobs),
        let tensor = DenseTensor(type, blob)
      else { return garbage(type, reference) }
      return tensor
    case .strings, nil: return nil
    }
  }
}

extension ConstantStore {
  /// Whatever stands behind the place where metadata should be, and zeros after the file's end.
  private func garbage(_ type: TensorType, _ reference: WeightReference) -> DenseTensor? {
    var bytes = [UInt8](repeating: 0, count: type.byteCount ?? 0)
    if case .bytes(let file) = weights[reference.path] {
      let start = min(reference.offset.addingReportingOverflow(64).partialValue, UInt64(file.count))
      let length = min(UInt64(bytes.count), UInt64(file.count) - start)
      file.part(at: start, count: length)?.withUnsafeBytes { part in
        bytes.withUnsafeMutableBytes { $0.copyBytes(from: part) }
      }
    }
    let blob = BlobFile.Blob(
      offset: reference.offset,
      dataType: BlobDataType(type.element) ?? .uint8,
      bytes: WeightRegion(copying: bytes),
      paddingBits: 0
    )
    return DenseTensor(type, blob)
  }
}

extension DenseTensor {
  /// The elements of a blob; `nil` where it has fewer than the type says.
  init?(_ type: TensorType, _ blob: BlobFile.Blob) {
    guard let count = type.elementCount, let needed = type.byteCount, blob.bytes.count >= needed else { return nil }
    switch type.element {
    case .fp16, .fp32, .bf16:
      let values = blob.bytes.withUnsafeBytes { bytes in
        [Float](unsafeUninitializedCapacity: count) { values, initialized in
          let values = UnsafeMutableBufferPointer(rebasing: values[..<count])
          switch type.element {
          case .fp16: HalfRows.load(bytes, into: values)
          case .fp32: UnsafeMutableRawBufferPointer(values).copyMemory(from: .init(rebasing: bytes[..<needed]))
          default:
            for index in values.indices {
              let bits = UInt32(bytes.loadUnaligned(fromByteOffset: 2 * index, as: UInt16.self))
              values[index] = Float(bitPattern: bits << 16)
            }
          }
          initialized = count
        }
      }
      self.init(type, values)
    default:
      guard let integers = blob.integers, integers.count >= count else { return nil }
      self.init(type, integers: integers.prefix(count).map { Int32(truncatingIfNeeded: $0) })
    }
  }
}
