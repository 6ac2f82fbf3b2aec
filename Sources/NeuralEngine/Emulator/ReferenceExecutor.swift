/// Executes a program operator by operator.
package final class ReferenceExecutor: ProgramExecutor {
  private let evaluator: GraphEvaluator
  private let request: ExecutorRequest
  package var fallbacks: [PlanningError] { [] }

  /// Prepares a program.
  ///
  /// - Parameters:
  ///   - request: What is to be executed.
  ///   - weights: The weights it runs with.
  /// - Throws: When a weight is missing, or an evaluation would take more memory than it may.
  package init(_ request: ExecutorRequest, _ weights: WeightFiles) throws(EmulatorError) {
    self.request = request
    do throws(WeightError) {
      evaluator = try GraphEvaluator(
        request.graph,
        weights: weights,
        options: request.weightOptions,
        evaluator: NodeEvaluator(
          numerics: request.numerics,
          ignoresAttentionMask: request.ignoresAttentionMask
        )
      )
    } catch {
      throw EmulatorError.loadFailed(detail: error.description)
    }
    let peak = evaluator.peakByteCount
    guard peak <= Double(request.memoryLimit) else {
      throw EmulatorError.beyondMemory(Int(min(peak, 0x1p62)), limit: request.memoryLimit)
    }
  }

  package func run(_ surfaces: borrowing BoundSurfaces) throws(EmulatorError) {
    let graph = request.graph
    var inputs: [ValueID: DenseTensor] = [:]
    for (surface, input) in request.inputOrder.enumerated() {
      let value = graph.inputs[input].value
      let type = graph.type(of: value)
      inputs[value] = DenseTensor(type, read: SurfaceRows(type, request.rowLayout), from: surfaces.input(surface))
    }
    let outputs: [DenseTensor]
    do throws(GraphEvaluator.Failure) {
      outputs = try evaluator.evaluate(inputs)
    } catch {
      switch error {
      case .missingValue(let name): throw EmulatorError.inference("value", "nothing gives '\(name)' a value")
      case .invalidIndex(let index): throw EmulatorError(index)
      }
    }
    for (surface, output) in request.outputOrder.enumerated() {
      outputs[output].write(SurfaceRows(outputs[output].type, request.rowLayout), into: surfaces.output(surface))
    }
  }
}

/// How the elements of a tensor lie in a surface.
struct SurfaceRows {
  var count: Int
  var length: Int
  /// How many bytes lie between the beginnings of two rows.
  var stride: Int

  /// Where the rows of a tensor lie.
  init(_ type: TensorType, _ layout: RowLayout) {
    let elements = type.elementCount ?? 0
    switch layout {
    case .packed: (count, length, stride) = (1, elements, 0)
    case .rows64:
      let width = max((type.element.bitWidth ?? 8) / 8, 1)
      length = type.shape.last ?? 1
      count = elements / max(length, 1)
      stride = (length * width + 63) / 64 * 64
    }
  }
}

extension DenseTensor {
  /// Reads a tensor; what lies beyond the memory's end is zero.
  init(_ type: TensorType, read rows: SurfaceRows, from bytes: UnsafeRawBufferPointer) {
    let width = max((type.element.bitWidth ?? 8) / 8, 1)
    let total = rows.count * rows.length
    if type.element.isFloatingPoint {
      var values = [Float](repeating: 0, count: total)
      values.withUnsafeMutableBufferPointer { values in
        for row in 0..<rows.count {
          let start = row * rows.stride
          let length = min(rows.length, max(bytes.count - start, 0) / width)
          guard length > 0 else { continue }
          type.element.load(
            from: UnsafeRawBufferPointer(rebasing: bytes[start..<start + length * width]),
            into: UnsafeMutableBufferPointer(rebasing: values[(row * rows.length)...]),
            count: length,
            isClamping: false
          )
        }
      }
      self.init(type, values)
    } else {
      var values = [Int32](repeating: 0, count: total)
      for row in 0..<rows.count {
        for index in 0..<rows.length {
          let place = row * rows.stride + index * width
          guard place + width <= bytes.count else { break }
          values[row * rows.length + index] = type.element.integer(bytes, at: place)
        }
      }
      self.init(type, integers: values)
    }
  }

  /// Writes a tensor; what does not fit into the memory is left out.
  func write(_ rows: SurfaceRows, into bytes: UnsafeMutableRawBufferPointer) {
    let width = max((type.element.bitWidth ?? 8) / 8, 1)
    switch elements {
    case .floats(let values):
      values.withUnsafeBufferPointer { values in
        for row in 0..<rows.count {
          let start = row * rows.stride
          let length = min(rows.length, max(bytes.count - start, 0) / width)
          guard length > 0 else { continue }
          type.element.store(
            UnsafeBufferPointer(rebasing: values[row * rows.length..<row * rows.length + length]),
            into: UnsafeMutableRawBufferPointer(rebasing: bytes[start..<start + length * width]),
            isClamping: false
          )
        }
      }
    case .integers(let values):
      for row in 0..<rows.count {
        for index in 0..<rows.length {
          let place = row * rows.stride + index * width
          guard place + width <= bytes.count else { break }
          let value = values[row * rows.length + index]
          switch width {
          case 1: bytes.storeBytes(of: UInt8(truncatingIfNeeded: value), toByteOffset: place, as: UInt8.self)
          case 2: bytes.storeBytes(of: UInt16(truncatingIfNeeded: value), toByteOffset: place, as: UInt16.self)
          case 8: bytes.storeBytes(of: Int64(value), toByteOffset: place, as: Int64.self)
          default: bytes.storeBytes(of: value, toByteOffset: place, as: Int32.self)
          }
        }
      }
    }
  }
}

extension ElementType {
  /// A whole number of this type in memory.
  fileprivate func integer(_ bytes: UnsafeRawBufferPointer, at place: Int) -> Int32 {
    switch self {
    case .int8: Int32(bytes.loadUnaligned(fromByteOffset: place, as: Int8.self))
    case .bool: bytes[place] == 0 ? 0 : 1
    case .int16: Int32(bytes.loadUnaligned(fromByteOffset: place, as: Int16.self))
    case .uint16: Int32(bytes.loadUnaligned(fromByteOffset: place, as: UInt16.self))
    case .uint64: Int32(truncatingIfNeeded: bytes.loadUnaligned(fromByteOffset: place, as: Int64.self))
    case .int32, .uint32: bytes.loadUnaligned(fromByteOffset: place, as: Int32.self)
    default: Int32(bytes[place])
    }
  }
}
