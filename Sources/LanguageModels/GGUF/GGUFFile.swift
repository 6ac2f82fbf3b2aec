package import NeuralEngine

/// A model file of the GGUF format, versions 2 and 3, mapped into memory.
///
/// Opening reads the metadata and the table of tensors, and checks every number in them against the file; texts, arrays and
/// tensors stay in the file until somebody asks for them.
///
/// Source: the GGUF specification.
package struct GGUFFile: Sendable {
  /// The version of the format.
  package let version: Int
  /// The keys and values.
  package let metadata: GGUFMetadata
  /// The tensors, in the order of the file.
  package let tensors: [GGUFTensor]
  /// What holds the bytes.
  package let storage: WeightBuffer
  private let places: [String: Int]

  /// Opens a file.
  ///
  /// - Parameter path: The path of the file.
  /// - Throws: A ``GGUFError`` where the file cannot be opened or is not a whole model.
  package init(path: String) throws(GGUFError) {
    let storage: WeightBuffer
    do throws(WeightError) {
      storage = try WeightBuffer(mapping: path)
    } catch {
      throw .unreadable(path, reason: error.detail)
    }
    guard storage.count > 0 else { throw .unreadable(path, reason: "it is empty") }
    try self.init(storage: storage)
  }

  /// Reads a file that is in memory, of which a copy is kept.
  ///
  /// - Parameter bytes: The whole file.
  /// - Throws: A ``GGUFError`` where the bytes are not a whole model.
  package init(bytes: [UInt8]) throws(GGUFError) {
    try self.init(storage: WeightBuffer(copying: bytes))
  }

  /// Reads a file from its storage.
  ///
  /// - Parameter storage: The whole file.
  /// - Throws: A ``GGUFError`` where the bytes are not a whole model.
  package init(storage: WeightBuffer) throws(GGUFError) {
    self.storage = storage
    var reader = GGUFReader(storage: storage, position: 0)
    let header = try reader.header()
    version = header.version
    metadata = try reader.metadata(count: header.entryCount)
    let alignment = try reader.alignment(from: metadata)
    tensors = try reader.tensors(count: header.tensorCount, alignment: alignment)
    var places: [String: Int] = [:]
    places.reserveCapacity(tensors.count)
    for (index, tensor) in tensors.enumerated() where places.updateValue(index, forKey: tensor.name) != nil {
      throw GGUFError(
        .duplicateName,
        in: tensor.name,
        "two tensors have this name; the file is damaged or was merged wrongly"
      )
    }
    self.places = places
  }

  /// The tensor of a name, where there is one.
  package func tensor(named name: String) -> GGUFTensor? {
    places[name].map { tensors[$0] }
  }

  /// The tensor of a name that a model cannot do without.
  ///
  /// - Parameters:
  ///   - name: The name.
  ///   - shape: The dimensions that it must have, outermost first; any where left out.
  /// - Returns: The tensor.
  /// - Throws: A ``GGUFError`` where there is no such tensor or its shape is another.
  package func requiredTensor(named name: String, shape: [Int]? = nil) throws(GGUFError) -> GGUFTensor {
    guard let tensor = tensor(named: name) else {
      throw GGUFError(.missing, in: name, "the model lacks this tensor; its architecture may not be supported")
    }
    guard shape == nil || shape == tensor.shape else {
      throw GGUFError(
        .invalidShape,
        at: tensor.range.lowerBound,
        in: name,
        "expected the shape \(shape ?? []), found \(tensor.shape)"
      )
    }
    return tensor
  }
}
