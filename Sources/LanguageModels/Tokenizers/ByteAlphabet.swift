/// The characters that stand for bytes in the vocabularies of byte-level tokenizers.
///
/// Printable bytes stand for themselves; the other 68 are the characters from U+0100 on, in order. Source: GPT-2.
enum ByteAlphabet {
  /// The character of each byte.
  static let scalars: [UInt16] = {
    var next: UInt16 = 0x100
    return (0..<256).map { byte in
      switch byte {
      case 33...126, 161...172, 174...255: return UInt16(byte)
      default:
        defer { next += 1 }
        return next
      }
    }
  }()

  /// The byte of each character up to the last that stands for one; -1 where it stands for none.
  static let bytes: [Int16] = {
    var bytes = [Int16](repeating: -1, count: 0x100 + 68)
    for (byte, scalar) in scalars.enumerated() { bytes[Int(scalar)] = Int16(byte) }
    return bytes
  }()

  /// Appends the character of a byte as UTF-8.
  static func append(_ byte: UInt8, to text: inout [UInt8]) {
    let scalar = scalars[Int(byte)]
    if scalar < 0x80 {
      text.append(UInt8(scalar))
    } else {
      text.append(0xC0 | UInt8(scalar >> 6))
      text.append(0x80 | UInt8(scalar & 0x3F))
    }
  }

  /// Appends the bytes that a token's text stands for; what stands for no byte is appended as it is.
  static func appendBytes(of text: UnsafeRawBufferPointer, to output: inout [UInt8]) {
    var position = 0
    while position < text.count {
      let first = text[position]
      if first < 0x80 {
        let byte = bytes[Int(first)]
        output.append(byte >= 0 ? UInt8(byte) : first)
        position += 1
      } else if first & 0xE0 == 0xC0, position + 1 < text.count {
        let scalar = Int(first & 31) << 6 | Int(text[position + 1] & 0x3F)
        if scalar < bytes.count, bytes[scalar] >= 0 {
          output.append(UInt8(bytes[scalar]))
        } else {
          output += text[position..<position + 2]
        }
        position += 2
      } else {
        output.append(first)
        position += 1
      }
    }
  }
}
