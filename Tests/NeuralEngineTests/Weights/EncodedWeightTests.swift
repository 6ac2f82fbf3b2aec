import NeuralEngine
import TestSupport
import Testing

@Suite(.onOwnThread) struct EncodedWeightTests {
  static let encodings: [WeightEncoding] = [.q4_0, .q4_1, .q5_0, .q5_1, .q8_0, .q4_K, .q5_K, .q6_K]

  /// Blocks of random codes with scales of a sane size.
  static func weight(_ encoding: WeightEncoding, rows: Int, columns: Int, seed: Int) throws -> EncodedWeight {
    var random = SplitMix(seed: UInt64(seed))
    let halves: [Int] =
      switch encoding {
      case .q4_1, .q5_1, .q4_K, .q5_K: [0, 2]
      case .q6_K: [208]
      default: [0]
      }
    var bytes: [UInt8] = []
    for _ in 0..<(rows * columns / encoding.blockLength) {
      var block = (0..<encoding.blockSize).map { _ in UInt8(truncatingIfNeeded: random.next()) }
      for offset in halves {
        let bits = Half(0.001 + Double(random.next() % 1000) / 10000).bitPattern
        block[offset] = UInt8(truncatingIfNeeded: bits)
        block[offset + 1] = UInt8(bits >> 8)
      }
      bytes += block
    }
    return try EncodedWeight(encoding, rows: rows, columns: columns, blocks: WeightRegion(copying: bytes))
  }

  /// The numbers a file written for a weight stands for, worked out from the operator's definition.
  static func values(
    _ weight: EncodedWeight,
    _ placement: VirtualWeightFile.Placement,
    in files: WeightFiles,
    _ path: String
  ) throws -> [Double] {
    let form = try #require(weight.encoding.blockwiseForm)
    func halves(_ offset: UInt64) throws -> [Double] {
      try files.blob(path, at: offset).bytes.withUnsafeBytes { bytes in
        stride(from: 0, to: bytes.count, by: 2).map {
          Double(Half(bitPattern: UInt16(bytes[$0]) | UInt16(bytes[$0 + 1]) << 8).float)
        }
      }
    }
    let data = try files.blob(path, at: placement.data)
    #expect(data.dataType == form.dataType)
    let codes = try #require(data.integers)
    let scales = try halves(try #require(placement.scale))
    let offsets = try placement.offset.map(halves)
    #expect(codes.count == weight.rows * weight.columns)
    #expect(scales.count == codes.count / form.groupLength)
    return codes.enumerated().map { index, code in
      let group = index / form.groupLength
      return scales[group] * (Double(code) - (offsets?[group] ?? 0))
    }
  }

  // Reference values: `gguf.quants.dequantize` of the gguf package for Python on the same bytes.
  @Test(arguments: [
    (WeightEncoding.q4_0, -0.18951416015625, 0.0, -2083.1671447753906),
    (.q4_1, 1.22314453125, 0.495880126953125, 65793.3193359375),
    (.q5_0, 0.561767578125, 0.55859375, -1002.9557151794434),
    (.q5_1, 0.518310546875, 1.047454833984375, 81324.57609939575),
    (.q8_0, -1.5526123046875, 4.484710693359375, 24037.044555664062),
    (.q4_K, 15.3607177734375, 11.04779052734375, 927151.350479126),
    (.q5_K, 3.494873046875, 73.6820068359375, 4661113.177993774),
    (.q6_K, -60.0830078125, 56.3460693359375, -337034.059173584),
  ])
  func blocksMeanWhatGGMLSaysTheyMean(encoding: WeightEncoding, first: Double, other: Double, sum: Double) throws {
    let weight = try Self.weight(encoding, rows: 1, columns: 512, seed: encoding.blockSize)
    let numbers = weight.decoded(row: 0).map(Double.init)
    #expect(numbers.count == 512)
    #expect(numbers[0] == first)
    #expect(numbers[300] == other)
    let weighted = numbers.enumerated().reduce(0) { $0 + Double($1.offset + 1) * $1.element }
    #expect(abs(weighted - sum) <= abs(sum) * 1e-6)
  }

  @Test(arguments: encodings)
  func rowsAreDecodedIntoMemoryAsAlone(encoding: WeightEncoding) throws {
    let weight = try Self.weight(encoding, rows: 3, columns: 512, seed: 9)
    var row = [Float](repeating: 0, count: 512)
    for index in 0..<3 {
      #expect(row.withUnsafeMutableBufferPointer { weight.decode(row: index, into: $0) })
      #expect(zip(row, weight.decoded(row: index)).allSatisfy { abs($0 - $1) <= abs($1) * 1e-6 })
    }
    #expect(!row.withUnsafeMutableBufferPointer { weight.decode(row: 3, into: $0) })
    #expect(!row.withUnsafeMutableBufferPointer { weight.decode(row: -1, into: $0) })
    row.removeLast()
    #expect(!row.withUnsafeMutableBufferPointer { weight.decode(row: 0, into: $0) })
  }

  @Test(arguments: encodings)
  func aWrittenWeightHasTheValuesOfItsBlocks(encoding: WeightEncoding) throws {
    let weight = try Self.weight(encoding, rows: 5, columns: 512, seed: 7)
    let path = "@model_path/weights/all.bin"
    var file = VirtualWeightFile()
    file.append(WeightRegion(copying: [1, 2, 3]), as: .uint8)
    let placement = file.append(weight)
    file.append(WeightRegion(copying: [4]), as: .int8)
    let virtual = WeightFiles([path: .virtual(file)])
    let bytes = file.rendered()
    #expect(UInt64(bytes.count) == file.byteCount)
    let written = WeightFiles([path: .bytes(WeightRegion(copying: bytes))])
    #expect(try BlobFile(WeightRegion(copying: bytes)).blobs().count == file.count)
    #expect(try written.blob(path, at: 64).integers == [1, 2, 3])

    let values = try Self.values(weight, placement, in: written, path)
    #expect(try Self.values(weight, placement, in: virtual, path) == values)
    for row in 0..<weight.rows {
      let exact = weight.decoded(row: row)
      // Scales and offsets are rounded to eleven bits, so the error is that share of the largest terms.
      let bound = Double(exact.map(abs).max() ?? 0) * 0x1p-10
      let written = values[(row * weight.columns)..<((row + 1) * weight.columns)]
      #expect(zip(written, exact).allSatisfy { abs($0 - Double($1)) <= bound })
    }
  }

  @Test(arguments: [WeightEncoding.q4_1, .q5_1])
  func blocksOfOneValueKeepIt(encoding: WeightEncoding) throws {
    // A scale of zero, or one so small that no half holds the offset, leaves the minimum.
    for scale: Float in [0, 0x1p-24] {
      var block = [UInt8](repeating: 0xa7, count: encoding.blockSize)
      for (index, half) in [Half(scale), Half(Float(-3.25))].enumerated() {
        block[2 * index] = UInt8(truncatingIfNeeded: half.bitPattern)
        block[2 * index + 1] = UInt8(half.bitPattern >> 8)
      }
      let weight = try EncodedWeight(encoding, rows: 1, columns: 32, blocks: WeightRegion(copying: block))
      var file = VirtualWeightFile()
      let placement = file.append(weight)
      let values = try Self.values(weight, placement, in: WeightFiles(["w": .virtual(file)]), "w")
      #expect(values.allSatisfy { $0 == -3.25 })
    }
  }

  @Test(arguments: encodings)
  func aStatementOverAnEncodedWeightIsRecognised(encoding: WeightEncoding) throws {
    let weights = try [1, 2].map { try Self.weight(encoding, rows: 2, columns: 256, seed: $0) }
    var file = VirtualWeightFile()
    let places = weights.map { file.append($0) }
    let path = "@model_path/w.bin"
    var files = WeightFiles([path: .virtual(file)])
    func found(_ data: UInt64, _ scale: UInt64?, _ offset: UInt64?, _ scalePath: String = path) -> EncodedWeight? {
      guard let scale else { return nil }
      return files.encodedWeight(data: (path, data), scale: (scalePath, scale), offset: offset.map { (path, $0) })
    }
    let weight = try #require(found(places[1].data, places[1].scale, places[1].offset))
    #expect(weight.blocks.unsafeBytes.baseAddress == weights[1].blocks.unsafeBytes.baseAddress)
    #expect(found(places[1].data, places[0].scale, places[1].offset) == nil)
    #expect(found(places[1].data, places[1].scale, 64) == nil)
    #expect(found(places[1].data, places[1].scale, places[1].offset, "other") == nil)
    if places[1].offset != nil { #expect(found(places[1].data, places[1].scale, nil) == nil) }
    files[path] = .bytes(WeightRegion(copying: file.rendered()))
    #expect(found(places[1].data, places[1].scale, places[1].offset) == nil)
  }

  @Test func aVirtualFileIsWrittenLikeAnyOther() throws {
    let file = try BlobFile(WeightRegion(copying: BlobFileGolden.bytes))
    var virtual = VirtualWeightFile()
    for blob in try file.blobs() {
      #expect(virtual.append(blob.bytes, as: blob.dataType, paddingBits: blob.paddingBits).data == blob.offset)
    }
    #expect(virtual.rendered() == BlobFileGolden.bytes)
    for blob in try file.blobs() { #expect(try virtual.blob(at: blob.offset).integers == blob.integers) }
    #expect(throws: WeightError.self) { try virtual.blob(at: 65) }
  }

  @Test func plainWeightsAppearAsHalves() throws {
    let floats: [Float] = [1, -0.5, 65504, 1e-5]
    let single = floats.flatMap { value in (0..<4).map { UInt8(truncatingIfNeeded: value.bitPattern >> ($0 * 8)) } }
    let half = floats.map { Half($0) }.flatMap {
      [UInt8(truncatingIfNeeded: $0.bitPattern), UInt8($0.bitPattern >> 8)]
    }
    let brain = floats.flatMap { [UInt8(truncatingIfNeeded: $0.bitPattern >> 16), UInt8($0.bitPattern >> 24)] }
    for (encoding, bytes) in [(WeightEncoding.f32, single), (.f16, half), (.bf16, brain)] {
      let weight = try EncodedWeight(encoding, rows: 2, columns: 2, blocks: WeightRegion(copying: bytes))
      var file = VirtualWeightFile()
      let placement = file.append(weight)
      #expect(placement.data == 64 && placement.scale == nil && placement.offset == nil)
      let files = WeightFiles(["w": .virtual(file)])
      let blob = try files.blob("w", at: 64)
      #expect(blob.dataType == .fp16)
      #expect(try blob.checked(against: TensorType(.fp16, [2, 2, 1, 1])).count == 8)
      if encoding != .bf16 { #expect(blob.bytes.withUnsafeBytes { Array($0) } == half) }
      if encoding == .f16 { #expect(blob.bytes.unsafeBytes.baseAddress == weight.blocks.unsafeBytes.baseAddress) }
      #expect(files.encodedWeight("w", at: 64)?.encoding == encoding)
      #expect(Array(file.rendered().suffix(8)) == blob.bytes.withUnsafeBytes { Array($0) })
    }
  }

  @Test func rowsColumnsAndBytesMustAgree() {
    let bytes = WeightRegion(copying: [UInt8](repeating: 0, count: 36))
    #expect(throws: Never.self) { try EncodedWeight(.q4_0, rows: 2, columns: 32, blocks: bytes) }
    for (rows, columns) in [(1, 64 + 32), (1, 33), (0, 32), (.max, 32), (2, .max / 32 * 32), (-2, -32)] {
      #expect(throws: WeightError.self) { try EncodedWeight(.q4_0, rows: rows, columns: columns, blocks: bytes) }
    }
  }
}
