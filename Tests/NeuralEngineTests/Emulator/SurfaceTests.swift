import Testing

@testable import NeuralEngine

@Suite struct SurfaceTests {
  @Test func beginsAsZerosAtAPage() throws {
    let surface = try Surface(allocationSize: 100_001)
    surface.withBytes { bytes in
      #expect(bytes.count == 100_001)
      #expect(bytes.allSatisfy { $0 == 0 })
      #expect(UInt(bitPattern: bytes.baseAddress) % 16384 == 0)
    }
    #expect(throws: SurfaceError.self) { try Surface(allocationSize: 0) }
    #expect(throws: SurfaceError.self) { try Surface(allocationSize: -1) }
    #expect(throws: SurfaceError.self) { try Surface(allocationSize: .max) }
  }

  @Test func takesNoMemoryForPagesNobodyTouches() throws {
    // More than the machine has.
    let surface = try Surface(allocationSize: 1 << 38)
    try surface.write([1, 2], at: (1 << 37) - 2)
    #expect(try surface.read(2, at: (1 << 37) - 2) == [1, 2])
  }

  @Test func convertsElements() throws {
    let surface = try Surface(allocationSize: 64)
    try surface.write([1, -2.5, 65519, 65520, 1e-7, .infinity])
    #expect(try surface.read(6) == [1, -2.5, 65504, .infinity, 0x1p-23, .infinity])
    try surface.write([0.1, 1e20], as: .fp32, at: 2)
    #expect(try surface.read(2, as: .fp32, at: 2) == [0.1, 1e20])
    try surface.write([7.9, -3], as: .int32)
    #expect(try surface.read(2, as: .int32) == [7, -3])
    #expect(throws: SurfaceError.unsupportedElement(.string)) { try surface.read(1, as: .string) }
  }

  @Test func clampsWhereItIsAskedTo() throws {
    let surface = try Surface(allocationSize: 64)
    try surface.write([1e9, -1e9, 3], clamping: true)
    #expect(try surface.read(3) == [65504, -65504, 3])
    try surface.write([.infinity, -.infinity, .nan])
    #expect(try surface.read(3, clamping: true) == [65504, -65504, 65504])
    #expect(try surface.read(3)[2].isNaN)
  }

  @Test func staysInsideItsBounds() throws {
    let surface = try Surface(allocationSize: 10)
    #expect(throws: SurfaceError.outOfBounds(needed: 12, allocated: 10)) { try surface.write([1, 2, 3], at: 3) }
    #expect(throws: SurfaceError.self) { try surface.read(1, at: -1) }
    #expect(throws: SurfaceError.self) { try surface.read(.max, at: .max) }
    #expect(throws: SurfaceError.self) { try surface.readTransposed(channels: .max, width: .max, count: 0) }
    #expect(throws: SurfaceError.self) { try surface.copyChannels(from: surface, channels: 3, width: 2, to: 0) }
  }

  @Test func transposesBetweenHostAndDevice() throws {
    let surface = try Surface(allocationSize: 4 * 32)
    // Two positions of three channels, in a width of four.
    try surface.writeTransposed([1, 2, 3, 4, 5, 6], channels: 3, width: 4)
    #expect(try surface.read(12) == [1, 4, 0, 0, 2, 5, 0, 0, 3, 6, 0, 0])
    #expect(try surface.readTransposed(channels: 3, width: 4, count: 2) == [1, 2, 3, 4, 5, 6])
    #expect(throws: SurfaceError.self) { try surface.writeTransposed([1, 2, 3], channels: 2, width: 4) }
  }

  @Test func copiesChannels() throws {
    let (source, target) = (try Surface(allocationSize: 64), try Surface(allocationSize: 64))
    try source.write((0..<12).map { Float($0) })
    try target.copyChannels(from: source, channels: 2, width: 4, first: 1, to: 3)
    #expect(try target.read(20).suffix(8) == [4, 5, 6, 7, 8, 9, 10, 11])
    // Within one surface.
    try source.copyChannels(from: source, channels: 2, width: 4, to: 1)
    #expect(try source.read(12) == [0, 1, 2, 3, 0, 1, 2, 3, 4, 5, 6, 7])
  }
}
