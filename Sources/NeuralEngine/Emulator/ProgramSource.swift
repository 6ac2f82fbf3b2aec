/// What a program is compiled from: its text, its weight files and the compiler's options.
public struct ProgramSource: Sendable {
  /// The text, as bytes.
  public var text: [UInt8]
  /// The weight files; `nil` stands for a missing dictionary, which crashes the device (R11).
  public var weights: WeightFiles?
  /// The compiler's options, of which nothing is known to depend.
  public var options: String

  /// Describes a program.
  ///
  /// - Parameters:
  ///   - text: The text, as bytes.
  ///   - weights: The weight files, by the paths the text names them by.
  ///   - options: The compiler's options.
  public init(_ text: [UInt8], weights: WeightFiles? = WeightFiles(), options: String = "") {
    self.text = text
    self.weights = weights
    self.options = options
  }

  /// Tells the program from others: equal sources give the same compiled program (R44).
  public var identity: ProgramIdentity {
    ProgramIdentity(
      text: ContentHash(text),
      options: ContentHash(options.utf8),
      weights: (weights ?? WeightFiles()).contentHash
    )
  }
}

/// The name a compiled program goes by: hashes of text, options and weights.
public struct ProgramIdentity: Hashable, Sendable, CustomStringConvertible {
  /// The hash of the text.
  public var text: ContentHash
  /// The hash of the options.
  public var options: ContentHash
  /// The hash of the weight files.
  public var weights: ContentHash

  /// The hashes joined by underscores.
  public var description: String { "\(text)_\(options)_\(weights)" }
}

extension WeightFiles {
  /// A hash of all files and their paths. Every byte is read.
  public var contentHash: ContentHash { hash { hash, bytes in hash.combine(bytes) } }

  /// What tells these files from others without reading them: where each lies in memory.
  ///
  /// Two sets with one fingerprint have the same bytes as long as both are kept; equal bytes in two places differ.
  var fingerprint: ContentHash {
    hash { hash, bytes in
      hash.combine(UInt64(UInt(bitPattern: bytes.baseAddress)))
      hash.combine(UInt64(bytes.count))
    }
  }

  /// How many bytes the files take where they are.
  var residentByteCount: Int {
    paths.reduce(0) { sum, path in regions(of: path).reduce(sum) { $0 + $1.memory.count } }
  }

  /// A hash of the paths, of how files are laid out, and of something of the memory their numbers lie in.
  private func hash(_ combine: (inout ContentHash, UnsafeRawBufferPointer) -> Void) -> ContentHash {
    var hash = ContentHash()
    for path in paths {
      [UInt8](path.utf8).withUnsafeBytes { hash.combine($0) }
      if case .virtual(let file) = self[path] {
        for entry in file.entries {
          hash.combine(entry.metadataOffset)
          hash.combine(UInt64(entry.dataType.rawValue))
          hash.combine(UInt64(entry.byteCount))
        }
      }
      for region in regions(of: path) {
        hash.combine(region.form)
        region.memory.withUnsafeBytes { combine(&hash, $0) }
      }
    }
    return hash
  }

  /// The memory a file's numbers lie in, with a number that says how they are read.
  private func regions(of path: String) -> [(form: UInt64, memory: WeightRegion)] {
    switch self[path] {
    case .bytes(let bytes): return [(0, bytes)]
    case .virtual(let file):
      return file.contents.map { content in
        switch content {
        case .plain(_, let bytes, let padding): (UInt64(padding), bytes)
        case .encoded(let weight): (UInt64(weight.encoding.rawValue), weight.blocks)
        }
      }
    case nil: return []
    }
  }
}
