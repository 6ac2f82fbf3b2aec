import NeuralEngine

#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// The number of a token in a vocabulary.
package typealias TokenID = Int32

/// The tokens of a model: their texts, which stay in the file, and a table to find a token by its text.
///
/// A vocabulary has hundreds of thousands of tokens and is built each time a model is opened, even by code that was not
/// optimised. So there is no string and no dictionary here, but flat arrays, filled through pointers.
struct Vocabulary: Sendable {
  /// What a token is, with the codes of the format.
  enum Kind: UInt8, Sendable {
    case undefined = 0
    case normal = 1
    case unknown = 2
    case control = 3
    case userDefined = 4
    case unused = 5
    case byte = 6
  }

  private let storage: WeightBuffer
  /// Where the texts begin in the storage.
  private let origin: Int
  /// Where each text begins behind the origin, and one more: the length of the next text lies between.
  private let starts: [UInt32]
  /// What each token is.
  private(set) var kinds: [UInt8]
  /// The slots of a hash table: the upper half of a hash over the token's number and one; 0 where free.
  private var slots: [UInt64]
  /// How many bytes the longest text has.
  let maximumLength: Int

  /// How many tokens there are.
  var count: Int { kinds.count }

  private static let prefix = "tokenizer.ggml."

  init(_ metadata: GGUFMetadata) throws(GGUFError) {
    let key = Self.prefix + "tokens"
    guard let tokens = try metadata.array(key, of: .string), tokens.count > 0 else {
      throw GGUFError(.missing, in: key, "the model has no vocabulary; convert it again together with its tokenizer")
    }
    guard tokens.range.count < Int(UInt32.max) - 8, tokens.count < Int(Int32.max) else {
      throw GGUFError(.outOfBounds, at: tokens.range.lowerBound, in: key, "the vocabulary is too large")
    }
    storage = tokens.storage
    origin = tokens.range.lowerBound
    kinds = try Self.kinds(metadata, count: tokens.count)
    var capacity = 16
    while capacity < tokens.count * 2 { capacity *= 2 }
    slots = [UInt64](repeating: 0, count: capacity)
    var longest = 0
    starts = Self.starts(tokens, longest: &longest)
    maximumLength = longest
    fillTable()
  }

  private static func kinds(_ metadata: GGUFMetadata, count: Int) throws(GGUFError) -> [UInt8] {
    let key = prefix + "token_type"
    guard let array = try metadata.array(key, of: .int32, .uint32) else {
      return [UInt8](repeating: Kind.normal.rawValue, count: count)
    }
    guard array.count >= count else {
      throw GGUFError(
        .invalidValue,
        at: array.range.lowerBound,
        in: key,
        "there are \(array.count) types for \(count) tokens; convert the model again"
      )
    }
    return withExtendedLifetime(array.storage) {
      [UInt8](unsafeUninitializedCapacity: count) { kinds, initialized in
        guard let kinds = kinds.baseAddress, let start = array.storage.unsafeBytes.baseAddress else { return }
        let source = start + array.range.lowerBound
        var index = 0
        while index < count {
          let code = source.loadUnaligned(fromByteOffset: index &* 4, as: UInt32.self)
          (kinds + index).initialize(to: code <= 6 ? UInt8(truncatingIfNeeded: code) : 0)
          index &+= 1
        }
        initialized = count
      }
    }
  }

  private static func starts(_ tokens: GGUFArray, longest: inout Int) -> [UInt32] {
    var maximum = 0
    defer { longest = maximum }
    return withExtendedLifetime(tokens.storage) {
      [UInt32](unsafeUninitializedCapacity: tokens.count + 1) { starts, initialized in
        guard let starts = starts.baseAddress, let start = tokens.storage.unsafeBytes.baseAddress else { return }
        let source = start + tokens.range.lowerBound
        var position = 8
        var index = 0
        while index < tokens.count {
          let length = Int(truncatingIfNeeded: source.loadUnaligned(fromByteOffset: position &- 8, as: UInt64.self))
          (starts + index).initialize(to: UInt32(truncatingIfNeeded: position))
          if length > maximum { maximum = length }
          position &+= length &+ 8
          index &+= 1
        }
        (starts + index).initialize(to: UInt32(truncatingIfNeeded: position))
        initialized = tokens.count + 1
      }
    }
  }

  private mutating func fillTable() {
    let mask = slots.count - 1
    let count = count
    withExtendedLifetime(storage) {
      starts.withUnsafeBufferPointer { starts in
        slots.withUnsafeMutableBufferPointer { slots in
          guard let starts = starts.baseAddress, let slots = slots.baseAddress,
            let base = storage.unsafeBytes.baseAddress
          else { return }
          let texts = base + origin
          var index = 0
          while index < count {
            let start = Int(truncatingIfNeeded: starts[index])
            let length = Int(truncatingIfNeeded: starts[index &+ 1]) &- start &- 8
            if length > 0 {
              let hash = VocabularyLookup.hash(texts + start, length)
              var slot = Int(truncatingIfNeeded: hash) & mask
              while slots[slot] != 0 {
                // The last of equal tokens is the one that is found.
                if slots[slot] >> 32 == hash >> 32 {
                  let other = Int(truncatingIfNeeded: slots[slot] & 0xFFFF_FFFF) &- 1
                  let otherStart = Int(truncatingIfNeeded: starts[other])
                  let otherLength = Int(truncatingIfNeeded: starts[other &+ 1]) &- otherStart &- 8
                  if otherLength == length, memcmp(texts + otherStart, texts + start, length) == 0 { break }
                }
                slot = (slot &+ 1) & mask
              }
              slots[slot] = (hash & ~0xFFFF_FFFF) | UInt64(truncatingIfNeeded: index &+ 1)
            }
            index &+= 1
          }
        }
      }
    }
  }

  // MARK: Finding

  /// Calls a function with the tables for as long as many texts are to be found.
  func withLookup<Result>(_ body: (VocabularyLookup) -> Result) -> Result {
    withExtendedLifetime(storage) {
      slots.withUnsafeBufferPointer { slots in
        starts.withUnsafeBufferPointer { starts in
          body(
            VocabularyLookup(
              slots: slots,
              starts: starts,
              texts: UnsafeRawBufferPointer(rebasing: storage.unsafeBytes[origin...]),
              maximumLength: maximumLength
            )
          )
        }
      }
    }
  }

  /// The token of a text, or -1 where there is none.
  func find(_ bytes: UnsafeRawPointer, _ length: Int) -> TokenID {
    withLookup { $0.find(bytes, length) }
  }

  /// The token of a text, where there is one.
  func token(_ text: String) -> TokenID? {
    var text = text
    let token = text.withUTF8 { bytes in
      bytes.baseAddress.map { find(UnsafeRawPointer($0), bytes.count) } ?? -1
    }
    return token < 0 ? nil : token
  }

  /// Whether a number is that of a token.
  func contains(_ token: TokenID) -> Bool { token >= 0 && Int(token) < count }

  /// What a token is.
  func kind(of token: TokenID) -> Kind {
    contains(token) ? Kind(rawValue: kinds[Int(token)]) ?? .undefined : .undefined
  }

  /// Makes a token of another kind.
  mutating func setKind(of token: TokenID, to kind: Kind) {
    if contains(token) { kinds[Int(token)] = kind.rawValue }
  }

  /// Calls a function with the text of a token as the file has it; with nothing for a number that is no token's.
  func withText<Result>(of token: TokenID, _ body: (UnsafeRawBufferPointer) -> Result) -> Result {
    guard contains(token) else { return body(UnsafeRawBufferPointer(start: nil, count: 0)) }
    return withExtendedLifetime(storage) {
      let start = Int(starts[Int(token)])
      let end = Int(starts[Int(token) + 1]) - 8
      return body(UnsafeRawBufferPointer(rebasing: storage.unsafeBytes[origin + start..<origin + end]))
    }
  }
}
