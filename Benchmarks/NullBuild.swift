import Foundation
import SkillIR

/// `swift build` with nothing changed, of one package with the plugin and of the same package without.
struct NullBuild {
  func run() throws -> BenchmarkResult {
    let folder = FileManager.default.temporaryDirectory.appending(path: "skvm-bench-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    let with = try package(in: folder.appending(path: "with"), plugin: true)
    let without = try package(in: folder.appending(path: "without"), plugin: false)
    // The native build system runs a command once more right after a first build.
    for package in [with, without, with, without] { try build(package) }
    let clock = ContinuousClock()
    var withTimes: [Double] = []
    var withoutTimes: [Double] = []
    for _ in 0..<15 {
      withTimes.append(try clock.measure { try build(with) }.milliseconds)
      withoutTimes.append(try clock.measure { try build(without) }.milliseconds)
    }
    return BenchmarkResult(
      name: "null-build",
      goal: "no measurable difference",
      figures: [
        "withMilliseconds": .number(median(withTimes)), "withoutMilliseconds": .number(median(withoutTimes)),
        "ratio": .number(median(withTimes) / median(withoutTimes)),
        "spreadWithout": .number(((withoutTimes.max() ?? 0) - (withoutTimes.min() ?? 0)) / median(withoutTimes)),
      ]
    )
  }

  private func build(_ package: URL) throws { try Peer.run("swift", ["build", "--package-path", package.path]) }

  private func package(in folder: URL, plugin: Bool) throws -> URL {
    let checkout = FileManager.default.currentDirectoryPath
    let sources = folder.appending(path: "Sources/app/Skills")
    try FileManager.default.createDirectory(at: sources, withIntermediateDirectories: true)
    let plugins = plugin ? "plugins: [.plugin(name: \"CompileSkills\", package: \"SkVM\")]" : "plugins: []"
    let manifest = """
      // swift-tools-version: 6.2
      import PackageDescription
      let package = Package(
        name: "app", platforms: [.macOS(.v15)], dependencies: [.package(name: "SkVM", path: "\(checkout)")],
        targets: [
          .executableTarget(
            name: "app", dependencies: [.product(name: "SkillRuntime", package: "SkVM")], exclude: ["Skills"],
            \(plugins))
        ])
      """
    try Data(manifest.utf8).write(to: folder.appending(path: "Package.swift"))
    try Data("import SkillRuntime\nprint(1)\n".utf8).write(to: folder.appending(path: "Sources/app/main.swift"))
    for number in 0..<20 {
      let text = "---\nname: skill-\(number)\ndescription: Number \(number).\n---\n\n# Skill\n\nDo it.\n"
      try Data(text.utf8).write(to: sources.appending(path: "skill-\(number).skill"))
    }
    return folder
  }
}
