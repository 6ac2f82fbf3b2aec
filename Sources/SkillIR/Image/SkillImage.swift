#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The compiled skills of one target: what the build writes and the runtime loads.
///
/// Layout: the eight bytes `SKILLIMG`, a format number and the header's length as little-endian 32-bit and 64-bit
/// integers, the header as JSON, then the bytes of the bundled files, one after another. Equal skills give equal bytes.
package struct SkillImage: Sendable {
  /// A skill in the image.
  package struct Entry: Sendable {
    package var program: SkillProgram
    /// The bytes of ``SkillProgram/files``, in the same order.
    package var contents: [[UInt8]]
    /// The digest of program and contents, which generated code names.
    package var digest: String

    package init(program: SkillProgram, contents: [[UInt8]]) throws {
      self.program = program
      self.contents = contents
      digest = try Self.digest(program: program, contents: contents)
    }

    fileprivate init(program: SkillProgram, contents: [[UInt8]], digest: String) {
      self.program = program
      self.contents = contents
      self.digest = digest
    }

    private static func digest(program: SkillProgram, contents: [[UInt8]]) throws -> String {
      var hash = SHA256()
      hash.update(try SkillImage.encode(program))
      for content in contents {
        // The length keeps two files from running into each other.
        hash.update(Array("\n\(content.count)\n".utf8))
        hash.update(content)
      }
      return hash.finalize()
    }
  }

  package var entries: [Entry]

  package init(entries: [Entry]) { self.entries = entries }

  /// The skill of a name.
  package subscript(name: String) -> Entry? { entries.first { $0.program.name == name } }
}

extension SkillImage {
  private static let magic = Array("SKILLIMG".utf8)
  private static let format: UInt32 = 2
  private static let prefixLength = 20

  private struct Header: Codable {
    var skills: [Skill]

    struct Skill: Codable {
      var program: SkillProgram
      var sizes: [Int]
      var digest: String
    }
  }

  /// What is wrong with the bytes of an image.
  package struct Damage: Error, CustomStringConvertible {
    package var description: String
  }

  fileprivate static func encode(_ value: some Encodable) throws -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return Array(try encoder.encode(value))
  }

  /// The image as bytes, the same for the same skills.
  package func serialized() throws -> [UInt8] {
    let header = try Self.encode(
      Header(
        skills: entries.map {
          Header.Skill(program: $0.program, sizes: $0.contents.map(\.count), digest: $0.digest)
        }
      )
    )
    var bytes = Self.magic
    for shift in stride(from: UInt32(0), to: 32, by: 8) {
      bytes.append(UInt8(truncatingIfNeeded: Self.format >> shift))
    }
    let length = UInt64(header.count)
    for shift in stride(from: UInt64(0), to: 64, by: 8) { bytes.append(UInt8(truncatingIfNeeded: length >> shift)) }
    bytes += header
    for entry in entries { for content in entry.contents { bytes += content } }
    return bytes
  }

  /// Reads an image.
  ///
  /// - Throws: ``Damage`` that says what is wrong.
  package init(serialized bytes: [UInt8]) throws {
    guard bytes.count >= Self.prefixLength, bytes.starts(with: Self.magic) else {
      throw Damage(description: "the file is not a skill image")
    }
    var format: UInt32 = 0
    for i in 0..<4 { format |= UInt32(bytes[8 + i]) << UInt32(8 * i) }
    guard format == Self.format else {
      throw Damage(description: "the image has format \(format), and this runtime reads format \(Self.format)")
    }
    var length: UInt64 = 0
    for i in 0..<8 { length |= UInt64(bytes[12 + i]) << UInt64(8 * i) }
    guard length <= UInt64(bytes.count - Self.prefixLength) else {
      throw Damage(description: "the image is cut off in its header")
    }
    var position = Self.prefixLength + Int(length)
    let header: Header
    do {
      header = try JSONDecoder().decode(Header.self, from: Data(bytes[Self.prefixLength..<position]))
    } catch {
      throw Damage(description: "the image's header is damaged: \(error)")
    }
    entries = []
    for skill in header.skills {
      guard skill.sizes.count == skill.program.files.count else {
        throw Damage(description: "the image's header is damaged: \(skill.program.name) has \(skill.sizes.count) sizes")
      }
      var contents: [[UInt8]] = []
      for size in skill.sizes {
        guard size >= 0, size <= bytes.count - position else {
          throw Damage(description: "the image is cut off in the files of \(skill.program.name)")
        }
        contents.append(Array(bytes[position..<position + size]))
        position += size
      }
      entries.append(Entry(program: skill.program, contents: contents, digest: skill.digest))
    }
  }
}
