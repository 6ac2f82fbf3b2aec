/// The weight files of a program, by the paths it names them by.
///
/// The whole path counts, `@model_path/` included; that prefix stands for the folder of the model.
public struct WeightFiles: Sendable {
  /// A weight file.
  public enum File: Sendable {
    /// The bytes of a file, in memory or mapped.
    case bytes(WeightRegion)
    /// A layout of numbers that stay where they are.
    case virtual(VirtualWeightFile)
  }

  private var files: [String: File]

  /// Creates a set of files.
  ///
  /// - Parameter files: The files by their paths; none for a program without weights.
  public init(_ files: [String: File] = [:]) {
    self.files = files
  }

  /// The file of a path.
  public subscript(path: String) -> File? {
    get { files[path] }
    set { files[path] = newValue }
  }

  /// The paths, sorted by their bytes.
  public var paths: [String] { files.keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) } }

  /// Whether there are no files.
  public var isEmpty: Bool { files.isEmpty }

  /// The blob a program refers to.
  ///
  /// - Parameters:
  ///   - path: The path of the file.
  ///   - offset: The offset of the blob's metadata.
  ///   - options: How strictly the file is read.
  /// - Returns: The blob. Its numbers are not copied, unless they have to be decoded first.
  /// - Throws: `WeightError` where there is no such file or no blob at the offset.
  public func blob(
    _ path: String,
    at offset: UInt64,
    options: BlobFile.Options = .init()
  ) throws(WeightError) -> BlobFile.Blob {
    do throws(WeightError) {
      switch files[path] {
      case .bytes(let bytes): return try BlobFile(bytes).blob(at: offset, options: options)
      case .virtual(let file): return try file.blob(at: offset)
      case nil: throw WeightError(.missingFile, path: path, "the program names this file, but it was not given")
      }
    } catch { throw error.named(path) }
  }

  /// The type and size of the blob a program refers to, without decoding anything.
  ///
  /// - Parameters:
  ///   - path: The path of the file.
  ///   - offset: The offset of the blob's metadata.
  ///   - options: How strictly the file is read.
  /// - Returns: The type of the elements and how many bytes they take.
  /// - Throws: `WeightError` where there is no such file or no blob at the offset.
  public func layout(
    _ path: String,
    at offset: UInt64,
    options: BlobFile.Options = .init()
  ) throws(WeightError) -> (dataType: BlobDataType, byteCount: Int) {
    if case .virtual(let file) = files[path], let index = file.index(at: offset) {
      return (file.entries[index].dataType, file.entries[index].byteCount)
    }
    let blob = try blob(path, at: offset, options: options)
    return (blob.dataType, blob.bytes.count)
  }

  /// The weight a `constexpr_blockwise_shift_scale` stands for, so that a plan can multiply with its blocks.
  ///
  /// - Parameters:
  ///   - data: Where its `data` come from.
  ///   - scale: Where its `scale` comes from.
  ///   - offset: Where its `offset` comes from, if it has one.
  /// - Returns: The weight; `nil` where the three are not the blobs of one weight kept in blocks.
  public func encodedWeight(
    data: (path: String, offset: UInt64),
    scale: (path: String, offset: UInt64),
    offset: (path: String, offset: UInt64)? = nil
  ) -> EncodedWeight? {
    guard case .virtual(let file) = files[data.path], let (weight, placement) = file.weight(at: data.offset),
      scale.path == data.path, placement.scale == scale.offset, offset.map({ $0.path == data.path }) ?? true,
      placement.offset == offset?.offset
    else { return nil }
    return weight
  }

  /// The weight a `const` stands for where it is kept in single precision, in halves, or in bfloat16.
  ///
  /// - Parameters:
  ///   - path: The path of the file.
  ///   - offset: The offset of the blob's metadata.
  /// - Returns: The weight, whose numbers the program sees rounded to halves; `nil` for anything else.
  public func encodedWeight(_ path: String, at offset: UInt64) -> EncodedWeight? {
    guard case .virtual(let file) = files[path], let (weight, placement) = file.weight(at: offset),
      placement.scale == nil
    else { return nil }
    return weight
  }

  /// Writes all files into the folder that `@model_path/` stands for.
  ///
  /// - Parameter folder: The folder of the model.
  /// - Throws: `WeightError` where a path leads out of the folder, or the system does not take a file.
  public func write(into folder: String) throws(WeightError) {
    for path in paths {
      guard let relative = Self.relative(path) else {
        throw WeightError(.unwritable, path: path, "the path leads out of the model's folder")
      }
      let parent = relative.split(separator: "/").dropLast().joined(separator: "/")
      try WeightFileWriter.createFolder(parent.isEmpty ? folder : "\(folder)/\(parent)")
      let writer = try WeightFileWriter(creating: "\(folder)/\(relative)")
      switch files[path] {
      case .bytes(let bytes):
        try bytes.withUnsafeBytes { (piece) throws(WeightError) in try writer.append(piece) }
      case .virtual(let file):
        try file.write { (piece) throws(WeightError) in try writer.append(piece) }
      case nil: break
      }
    }
  }

  /// Maps the files a program names.
  ///
  /// - Parameters:
  ///   - paths: The paths, as the program says them.
  ///   - folder: The folder that `@model_path/` stands for.
  /// - Returns: The files.
  /// - Throws: `WeightError` where a path leads out of the folder, or there is no such file.
  public static func mapping(_ paths: some Sequence<String>, in folder: String) throws(WeightError) -> WeightFiles {
    var files = WeightFiles()
    for path in paths where files[path] == nil {
      guard let relative = relative(path) else {
        throw WeightError(.unreadable, path: path, "the path leads out of the model's folder")
      }
      files[path] = .bytes(WeightRegion(try WeightBuffer(mapping: "\(folder)/\(relative)")))
    }
    return files
  }

  /// The path below the model's folder; `nil` where it leads out of it.
  private static func relative(_ path: String) -> String? {
    let prefix = "@model_path/"
    guard path.hasPrefix(prefix) else { return nil }
    let relative = String(path.dropFirst(prefix.utf8.count))
    let components = relative.split(separator: "/", omittingEmptySubsequences: false)
    guard !components.contains(where: { $0.isEmpty || $0 == "." || $0 == ".." || $0.utf8.contains(0) }) else {
      return nil
    }
    return relative
  }
}
