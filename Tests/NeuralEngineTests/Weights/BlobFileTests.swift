import NeuralEngine
import TestSupport
import Testing

@Suite struct BlobFileTests {
  private static func codes(_ count: Int, _ bits: Int) -> [Int] { (0..<count).map { ($0 * 5 + 1) % (1 << bits) } }

  /// What the golden file holds, in order.
  private static let contents: [(dataType: BlobDataType, integers: [Int], offset: UInt64)] = [
    (.int8, Array(-3..<67), 320), (.uint8, [255, 0, 7], 512), (.int4, [-8, 7, -1, 3, 2], 640),
    (.uint1, codes(11, 1), 768), (.uint2, codes(5, 2), 896), (.uint3, codes(11, 3), 1024),
    (.uint4, codes(3, 4), 1152), (.uint6, codes(7, 6), 1280), (.int16, [-300, 300], 1408), (.uint16, [65535], 1536),
    (.int32, [-70000], 1664), (.uint32, [4_000_000_000], 1792),
  ]

  @Test func filesAreWrittenAsCoreMLWritesThem() {
    var writer = BlobFileWriter()
    #expect(writer.append(halves: [1, -2, 0.5].map { (value: Float) in Half(value) }) == 64)
    #expect(writer.append(floats: [1.5, -2.25]) == 192)
    for (dataType, integers, offset) in Self.contents {
      #expect(writer.append(integers: integers, as: dataType) == offset)
    }
    #expect(writer.finished() == BlobFileGolden.bytes)
  }

  @Test func filesOfCoreMLAreRead() throws {
    let file = try BlobFile(WeightRegion(copying: BlobFileGolden.bytes))
    let blobs = try file.blobs()
    #expect(blobs.count == 14)
    #expect(blobs[0].dataType == .fp16)
    #expect(blobs[0].bytes.withUnsafeBytes { Array($0) } == [0, 0x3c, 0, 0xc0, 0, 0x38])
    for ((dataType, integers, offset), blob) in zip(Self.contents, blobs.dropFirst(2)) {
      #expect(blob.offset == offset)
      #expect(blob.dataType == dataType)
      #expect(blob.elementCount == integers.count)
      #expect(blob.integers == integers)
    }
  }

  @Test func dataAreComparedWithTheTypeOfTheProgram() throws {
    let file = try BlobFile(WeightRegion(copying: BlobFileGolden.bytes))
    let blob = try file.blob(at: 64)
    #expect(try blob.checked(against: TensorType(.fp16, [3, 1])).count == 6)
    #expect(throws: WeightError.self) { try blob.checked(against: TensorType(.fp16, [4])) }
    #expect(throws: WeightError.self) { try blob.checked(against: TensorType(.fp32, [3])) }
    #expect(try file.blob(at: 1024).checked(against: TensorType(.uint3, [11])).count == 5)
  }

  private func reason(_ offset: UInt64, _ change: (inout [UInt8]) -> Void = { _ in }) -> WeightError.Reason? {
    var bytes = BlobFileGolden.bytes
    change(&bytes)
    do {
      _ = try BlobFile(WeightRegion(copying: bytes)).blob(at: offset)
      return nil
    } catch { return error.reason }
  }

  @Test func eachFaultHasItsReason() {
    #expect(reason(64) == nil)
    #expect(reason(64) { $0 = Array($0.prefix(63)) } == .truncatedHeader)
    #expect(reason(64) { $0[4] = 1 } == .unsupportedVersion)
    #expect(reason(64) { $0[0] = 0 } == .empty)
    #expect(reason(0) == .misalignedOffset)
    #expect(reason(65) == .misalignedOffset)
    #expect(reason(128) == .missingSentinel)
    #expect(reason(.max - 63) == .outOfBounds)
    #expect(reason(1856) == .outOfBounds)
    #expect(reason(64) { $0[68] = 99 } == .unknownDataType)
    #expect(reason(64) { $0[80] = 129 } == .misalignedData)
    #expect(reason(64) { $0[79] = 0xff } == .outOfBounds)
    #expect(reason(64) { $0[87] = 0xff } == .outOfBounds)
    #expect(reason(64) { $0[72] = 5 } == .inconsistentSize)
    #expect(reason(64) { $0[88] = 9 } == .inconsistentSize)
  }

  @Test func sizesMayBeLeftOutWhereThatIsAllowed() throws {
    var bytes = Array(BlobFileGolden.bytes.prefix(192))
    for index in 72..<88 { bytes[index] = 0 }
    var options = BlobFile.Options()
    let file = try BlobFile(WeightRegion(copying: bytes))
    #expect(throws: WeightError.self) { try file.blob(at: 64).checked(against: TensorType(.fp16, [3])) }
    options.allowsMissingSizes = true
    let data = try file.blob(at: 64, options: options).checked(against: TensorType(.fp16, [3]), options: options)
    #expect(data.withUnsafeBytes { Array($0) } == [0, 0x3c, 0, 0xc0, 0, 0x38])
    #expect(throws: WeightError.self) {
      try file.blob(at: 64, options: options).checked(against: TensorType(.fp16, [3000]), options: options)
    }
  }

  @Test(arguments: 0..<4)
  func mutatedFilesAreReadOrRefusedButNeverTrap(seed: Int) {
    var random = SplitMix(seed: UInt64(seed))
    var read = 0
    for _ in 0..<250 {
      var bytes = BlobFileGolden.bytes
      for _ in 0..<(1 + random.next() % 8) {
        // Most of the changes go where structure is.
        let metadata = Int(random.next() % 14) * 128 + 64 + Int(random.next() % 32)
        let position = random.next() % 3 == 0 ? Int(random.next() % 1860) : metadata
        bytes[position] = random.next() % 2 == 0 ? 0xff : UInt8(truncatingIfNeeded: random.next())
      }
      if random.next() % 4 == 0 { bytes.removeLast(Int(random.next() % 1860)) }
      var options = BlobFile.Options()
      options.allowsMissingSizes = random.next() % 2 == 0
      guard let file = try? BlobFile(WeightRegion(copying: bytes)) else { continue }
      let isBounded = ((try? file.blobs()) ?? []).allSatisfy { ($0.integers ?? []).count <= 8 * bytes.count }
      #expect(isBounded)
      for index in 0..<14 {
        guard let blob = try? file.blob(at: UInt64(index * 128 + 64), options: options) else { continue }
        #expect(blob.bytes.count <= bytes.count)
        _ = blob.integers
        _ = try? blob.checked(against: TensorType(.fp16, [Int(random.next() % 40), .max / 2]), options: options)
        read += 1
      }
    }
    #expect(read > 0)
  }

  @Test func filesAreMappedWithoutBeingCopied() throws {
    try ScratchFolder.with { folder in
      var files = WeightFiles()
      files["@model_path/weights/w.bin"] = .bytes(WeightRegion(copying: BlobFileGolden.bytes))
      try files.write(into: folder)
      let mapped = try WeightFiles.mapping(["@model_path/weights/w.bin"], in: folder)
      #expect(try mapped.blob("@model_path/weights/w.bin", at: 512).integers == [255, 0, 7])
      #expect(throws: WeightError.self) { try mapped.blob("@model_path/w.bin", at: 64) }
      for path in ["@model_path/../w.bin", "/etc/passwd", "w.bin", "@model_path//etc", "@model_path/"] {
        #expect(throws: WeightError.self) { try WeightFiles.mapping([path], in: folder) }
      }
    }
  }
}
