import Foundation
import LanguageModels
import NeuralEngine
import TestSupport
import Testing

@Suite(.onOwnThread) struct GGUFFileTests {
  @Test func whatAFileSaysCannotControlATerminal() {
    let name = "\u{1B}[31mred\u{9B}\u{202E}" + String(repeating: "x", count: 3000)
    for text in [
      GGUFError(.missing, in: name, name).description, LanguageModelError.unknownArchitecture(name).description,
      LanguageModelError.unsupportedEncoding(tensor: name, detail: name).description,
    ] {
      #expect(!text.unicodeScalars.contains { ["\u{1B}", "\u{9B}", "\u{202E}"].contains($0) })
      #expect(text.contains("\\u{1b}[31mred"))
      #expect(text.count < 700)
    }
  }

  /// A file with every type of value and three tensors.
  static func sample() -> GGUFWriter {
    var writer = GGUFWriter()
    writer.entries = [
      ("general.architecture", .string("llama")),
      ("u8", .uint8(.max)), ("i8", .int8(.min)), ("u16", .uint16(.max)), ("i16", .int16(.min)),
      ("u32", .uint32(.max)), ("i32", .int32(.min)), ("u64", .uint64(.max)), ("i64", .int64(.min)),
      ("f32", .float32(0.25)), ("f64", .float64(-1e300)), ("yes", .bool(true)), ("no", .bool(false)),
      ("text", .string("grüß 🦙")), ("empty", .strings([])),
      ("tokens", .strings(["a", "", "ccc"])), ("scores", .floats([1, -2.5])), ("types", .integers([1, -2, 3])),
      ("flags", .array(7, [.bool(true), .bool(false)])),
      ("nested", .array(9, [.integers([1, 2]), .strings(["x"]), .array(9, [.floats([])])])),
    ]
    writer.tensors = [
      .init(name: "embedding", dimensions: [3, 2], encoding: 0, data: (0..<24).map { $0 }),
      .init(name: "blocks", dimensions: [64, 1, 2], encoding: 8, data: [UInt8](repeating: 7, count: 4 * 34)),
      .init(name: "scalar", dimensions: [], encoding: 1, data: [0, 60]),
    ]
    return writer
  }

  @Test(arguments: [2, 3] as [UInt32]) func everyTypeOfValueIsRead(version: UInt32) throws {
    var writer = Self.sample()
    writer.version = version
    let file = try GGUFFile(bytes: writer.bytes())
    let metadata = file.metadata
    #expect(file.version == Int(version))
    #expect(metadata.entries.map(\.key) == writer.entries.map(\.key))
    #expect(try metadata.integer("u8") == 255)
    #expect(try metadata.integer("i8") == -128)
    #expect(try metadata.integer("u16") == 65535)
    #expect(try metadata.integer("i16") == -32768)
    #expect(try metadata.integer("u32") == 4_294_967_295)
    #expect(try metadata.integer("i32") == -2_147_483_648)
    #expect(try metadata.integer("i64") == .min)
    #expect(throws: GGUFError.self) { try metadata.integer("u64") }
    #expect(try metadata.number("f32") == 0.25)
    #expect(try metadata.number("f64") == -1e300)
    #expect(try metadata.number("u8") == 255)
    #expect(try metadata.bool("yes") == true)
    #expect(try metadata.bool("no") == false)
    #expect(try metadata.string("text") == "grüß 🦙")
    #expect(try metadata.string("absent") == nil)
    #expect(try metadata.array("tokens", of: .string)?.texts?.map(\.string) == ["a", "", "ccc"])
    #expect(try metadata.array("empty", of: .string)?.texts?.isEmpty == true)
    #expect(try metadata.array("scores", of: .float32)?.floats == [1, -2.5])
    #expect(try metadata.array("types", of: .int32)?.integers == [1, -2, 3])
    #expect(try metadata.array("flags", of: .bool)?.bools == [true, false])
    let nested = try #require(try metadata.array("nested", of: .array)?.arrays)
    #expect(nested.map(\.count) == [2, 1, 1])
    #expect(nested[1].texts?.map(\.string) == ["x"])
    #expect(nested[2].arrays?.first?.floats == [])
  }

  @Test func tensorsHaveTheirShapeOutermostFirstAndTheirBytes() throws {
    let file = try GGUFFile(bytes: Self.sample().bytes())
    #expect(file.tensors.map(\.name) == ["embedding", "blocks", "scalar"])
    let embedding = try file.requiredTensor(named: "embedding", shape: [2, 3])
    #expect(embedding.encoding == .f32)
    #expect(
      embedding.withBytes { span in (0..<span.byteCount).map { span.unsafeLoad(fromByteOffset: $0, as: UInt8.self) } }
        == (0..<24).map { $0 }
    )
    let blocks = try #require(file.tensor(named: "blocks"))
    #expect(blocks.encoding == .q8_0)
    #expect(blocks.shape == [2, 1, 64])
    #expect(blocks.elementCount == 128)
    #expect(Array(blocks.unsafeBytes) == [UInt8](repeating: 7, count: 136))
    #expect(file.tensor(named: "scalar")?.shape == [])
    #expect(throws: GGUFError.self) { try file.requiredTensor(named: "embedding", shape: [3, 2]) }
    #expect(throws: GGUFError.self) { try file.requiredTensor(named: "nothing") }
  }

  @Test func aFileIsMapped() throws {
    try ScratchFolder.with { folder in
      let path = folder + "/model.gguf"
      try Data(Self.sample().bytes()).write(to: URL(filePath: path))
      let tensor = try #require(try GGUFFile(path: path).tensor(named: "embedding"))
      // The file is gone by now, yet its bytes live as long as the tensor does.
      #expect(tensor.withBytes { $0.unsafeLoad(fromByteOffset: 5, as: UInt8.self) } == 5)
      #expect(throws: GGUFError.self) { try GGUFFile(path: folder) }
      #expect(throws: GGUFError.self) { try GGUFFile(path: folder + "/nothing") }
    }
  }

  struct Damage: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var kind: GGUFError.Kind
    var subject: String?
    var change: @Sendable (inout GGUFWriter) -> Void
  }

  @Test(arguments: [
    Damage(testDescription: "another version", kind: .unsupportedVersion) { $0.version = 1 },
    Damage(testDescription: "big-endian", kind: .bigEndian) { $0.version = 3 << 24 },
    Damage(testDescription: "endless entries", kind: .truncated) { $0.entryCount = 1 << 60 },
    Damage(testDescription: "endless tensors", kind: .truncated) { $0.tensorCount = .max },
    Damage(testDescription: "a key twice", kind: .duplicateName, subject: "u8") {
      $0.entries.append(("u8", .bool(true)))
    },
    Damage(testDescription: "an unknown type of elements", kind: .unknownValueType, subject: "a") {
      $0.entries.append(("a", .array(13, [])))
    },
    Damage(testDescription: "arrays without end", kind: .outOfBounds, subject: "a") {
      $0.entries.append(("a", (0..<100).reduce(.integers([])) { value, _ in .array(9, [value]) }))
    },
    Damage(testDescription: "an alignment of 12", kind: .misaligned, subject: "general.alignment") {
      $0.entries.append(("general.alignment", .uint32(12)))
    },
    Damage(testDescription: "an alignment of 0", kind: .misaligned, subject: "general.alignment") {
      $0.entries.append(("general.alignment", .uint64(0)))
    },
    Damage(testDescription: "an alignment in words", kind: .invalidValue, subject: "general.alignment") {
      $0.entries.append(("general.alignment", .string("32")))
    },
    Damage(testDescription: "an unknown encoding", kind: .unknownEncoding, subject: "blocks") {
      $0.tensors[1].encoding = 99
    },
    Damage(testDescription: "a tensor's name twice", kind: .duplicateName, subject: "blocks") {
      $0.tensors[0].name = "blocks"
    },
    Damage(testDescription: "half a block", kind: .invalidShape, subject: "blocks") {
      $0.tensors[1].dimensions[0] = 48
    },
    Damage(testDescription: "five dimensions", kind: .invalidShape, subject: "blocks") {
      $0.tensors[1].dimensions += [1, 1]
    },
    Damage(testDescription: "a dimension beyond integers", kind: .outOfBounds, subject: "embedding") {
      $0.tensors[0].dimensions[0] = .max
    },
    Damage(testDescription: "a product beyond integers", kind: .outOfBounds, subject: "embedding") {
      $0.tensors[0].dimensions = [1 << 40, 1 << 40]
    },
    Damage(testDescription: "more elements than integers", kind: .outOfBounds, subject: "blocks") {
      $0.tensors[1].dimensions = [1 << 32, 1 << 31, 0, 4]
    },
    Damage(testDescription: "data behind the end", kind: .truncated, subject: "scalar") {
      $0.tensors[2].offset = 1 << 20
    },
    Damage(testDescription: "an offset near the largest", kind: .truncated, subject: "scalar") {
      $0.tensors[2].offset = UInt64(Int.max) - 31
    },
    Damage(testDescription: "an offset beyond integers", kind: .outOfBounds, subject: "scalar") {
      $0.tensors[2].offset = .max - 31
    },
    Damage(testDescription: "an odd offset", kind: .misaligned, subject: "scalar") { $0.tensors[2].offset = 40 },
    Damage(testDescription: "shared bytes", kind: .overlapping, subject: "scalar") { $0.tensors[2].offset = 64 },
  ]) func damageIsTold(_ damage: Damage) throws {
    var writer = Self.sample()
    damage.change(&writer)
    let bytes = writer.bytes()
    let error = try #require(throws: GGUFError.self) { try GGUFFile(bytes: bytes) }
    #expect(error.kind == damage.kind, "\(error)")
    #expect(error.subject == damage.subject, "\(error)")
  }

  @Test func aFileOfAnotherKindIsTold() throws {
    for bytes in [[], Array("GGM".utf8), Array("GGML0000000000000".utf8)] {
      #expect(try #require(throws: GGUFError.self) { try GGUFFile(bytes: bytes) }.kind == .notGGUF)
    }
  }

  @Test func anErrorNamesPlaceAndRemedy() throws {
    var writer = Self.sample()
    writer.tensors[1].encoding = 10
    let error = try #require(throws: GGUFError.self) { try GGUFFile(bytes: writer.bytes()) }
    #expect(error.description.hasPrefix("'blocks': the tensor has the encoding 10, which cannot be read; quantise"))
    #expect(error.description.hasSuffix("(at byte \(try #require(error.offset)))"))
  }

  @Test func everyTruncationIsToldOrWhole() throws {
    let bytes = Self.sample().bytes()
    for length in 0..<bytes.count {
      #expect(throws: GGUFError.self, "\(length) bytes") { try GGUFFile(bytes: Array(bytes[..<length])) }
    }
  }

  /// Whatever the bytes are, the reader gives a file whose every part can be read, or a typed error.
  @Test func mutationsNeverTrap() throws {
    let bytes = Self.sample().bytes()
    var random = SplitMix(seed: 11)
    var opened = 0
    for _ in 0..<4000 {
      var mutated = bytes
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        let place = Int.random(in: mutated.indices, using: &random)
        switch Int.random(in: 0..<4, using: &random) {
        case 0: mutated[place] = UInt8.random(in: 0...255, using: &random)
        case 1: mutated[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
        case 2: for index in place..<min(place + 8, mutated.count) { mutated[index] = 0xFF }
        default: mutated.remove(at: place)
        }
      }
      do throws(GGUFError) {
        let file = try GGUFFile(bytes: mutated)
        opened += 1
        for entry in file.metadata.entries { Self.readAll(entry.value) }
        for tensor in file.tensors { #expect(tensor.unsafeBytes.count == tensor.range.count) }
      } catch {
        #expect(!error.message.isEmpty)
      }
    }
    #expect(opened > 100)
  }

  private static func readAll(_ value: GGUFValue) {
    switch value {
    case .string(let text): _ = text.string
    case .array(let array): readAll(array)
    default: _ = value.number
    }
  }

  private static func readAll(_ array: GGUFArray) {
    _ = array.floats
    _ = array.bools
    for text in array.texts ?? [] { _ = text.string }
    for array in array.arrays ?? [] { readAll(array) }
  }
}
