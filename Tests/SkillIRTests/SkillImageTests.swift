import SkillIR
import Testing

@Suite struct SkillImageTests {
  static func image() throws -> SkillImage {
    let files = [
      BundledFile(path: "a.bin", isExecutable: false), BundledFile(path: "scripts/run.sh", isExecutable: true),
    ]
    let agent = EntryPoint(
      name: "perform",
      documentation: "",
      parameters: [],
      result: .named("Unit"),
      types: [TypeDeclaration(name: "Unit", kind: .enumeration([.init(name: "metre", rawValue: "m"), .init("mile")]))],
      body: .agent,
      source: SourceReference(path: "SKILL.md", line: 1)
    )
    let program = SkillProgram(
      name: "demo",
      description: "A \"demo\"/é",
      path: "SKILL.md",
      instructions: "# Demo",
      compatibility: nil,
      allowedTools: nil,
      entryPoints: [agent],
      files: files
    )
    return SkillImage(entries: [
      try SkillImage.Entry(program: program, contents: [[0, 1, 255], Array("#!/bin/sh\n".utf8)])
    ])
  }

  @Test func bytesRoundTripAndAreStable() throws {
    let image = try Self.image()
    let bytes = try image.serialized()
    #expect(bytes == (try Self.image().serialized()))
    let read = try SkillImage(serialized: bytes)
    #expect(read["demo"]?.program == image["demo"]?.program)
    #expect(read["demo"]?.contents == image["demo"]?.contents)
    #expect(read["demo"]?.digest == image["demo"]?.digest)
  }

  @Test func theDigestCoversContents() throws {
    let entry = try #require(try Self.image()["demo"])
    let changed = try SkillImage.Entry(program: entry.program, contents: [[0, 1], [255] + Array("#!/bin/sh\n".utf8)])
    #expect(changed.digest != entry.digest)
  }

  @Test func everyTruncationIsRefused() throws {
    let bytes = try Self.image().serialized()
    for length in 0..<bytes.count {
      #expect(throws: SkillImage.Damage.self) { try SkillImage(serialized: Array(bytes[..<length])) }
    }
  }

  /// Digests printed by Python's hashlib.
  @Test(arguments: [
    (0, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    (3, "9834876dcfb05cb167a5c24953eba58c4ac89b1adf57f28f2f9d09af107ee8f0"),
    (55, "9f4390f8d30c2dd92ec9f095b65e2b9ae9b0a925a5258e241c9f1e910f734318"),
    (56, "b35439a4ac6f0948b6d6f9e3c6af0f5f590ce20f1bde7090ef7970686ec6738a"),
    (63, "7d3e74a05d7db15bce4ad9ec0658ea98e3f06eeecf16b4c6fff2da457ddc2f34"),
    (64, "ffe054fe7ae0cb6dc65c3af9b61d5209f439851db43d0ba5997337df154668eb"),
    (65, "635361c48bb9eab14198e76ea8ab7f1a41685d6ad62aa9146d301d4f17eb0ae0"),
    (1000, "41edece42d63e8d9bf515a9ba6932e1c20cbc9f5a5d134645adb5db1b9737ea3"),
  ])
  func digestsAreThoseOfSHA256(length: Int, expected: String) {
    let bytes = [UInt8](repeating: 0x61, count: length)
    #expect(SHA256.hex(of: bytes) == expected)
  }
}
