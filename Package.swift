// swift-tools-version: 6.2
import PackageDescription

let package = Package(
  name: "SkVM",
  platforms: [.macOS(.v15)],
  products: [
    .library(name: "SkillRuntime", targets: ["SkillRuntime"]),
    .library(name: "SkillTesting", targets: ["SkillTesting"]),
    .library(name: "LanguageModels", targets: ["LanguageModels"]),
    .library(name: "NeuralEngine", targets: ["NeuralEngine"]),
    .executable(name: "skvm", targets: ["skvm"]),
    .plugin(name: "CompileSkills", targets: ["CompileSkills"]),
    .plugin(name: "skvm-run", targets: ["skvm-run"]),
  ],
  targets: [
    // System
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"]), .brew(["zlib"])]),

    // Reading skills, and what compiler and runtime share
    .target(name: "SkillFormat", dependencies: ["CZlib", "SkillIR"]),
    .target(name: "SkillIR"),

    // Compiling
    .target(name: "SkillCompiler", dependencies: ["SkillFormat", "SkillIR"]),
    .executableTarget(name: "skillc", dependencies: ["SkillCompiler"]),

    // Running
    .target(name: "SkillRuntime", dependencies: ["SkillIR"]),
    .target(name: "SkillTesting", dependencies: ["SkillRuntime"]),
    .executableTarget(
      name: "skvm",
      dependencies: ["LanguageModels", "NeuralEngine", "SkillCompiler", "SkillFormat", "SkillIR", "SkillRuntime"]
    ),

    // The neural engine, and language models on it
    // Tools-version 6.2 and later allow unsafe flags in dependencies: the kernels are fast in an app's debug build, too.
    .target(name: "NeuralKernels", cSettings: [.unsafeFlags(["-O3"])]),
    .target(name: "NeuralEngine", dependencies: ["NeuralKernels"]),
    .target(name: "LanguageModels", dependencies: ["NeuralEngine", "NeuralKernels", "SkillIR", "SkillRuntime"]),

    // Plugins
    .plugin(name: "CompileSkills", capability: .buildTool(), dependencies: ["skillc"]),
    .plugin(
      name: "skvm-run",
      capability: .command(
        intent: .custom(verb: "skvm-run", description: "Call any entry point of a skill from the shell.")
      ),
      dependencies: ["skvm"]
    ),

    // Benchmarks
    .target(name: "MemoryReader", path: "Benchmarks/MemoryReader", cSettings: [.unsafeFlags(["-O3"])]),
    .executableTarget(
      name: "SkillBenchmarks",
      dependencies: [
        "LanguageModels", "MemoryReader", "NeuralEngine", "NeuralKernels", "SkillCompiler", "SkillFormat", "SkillIR",
        "SkillRuntime",
      ],
      path: "Benchmarks",
      exclude: ["MemoryReader", "Peers"]
    ),

    // Tests
    .target(name: "TestSupport", dependencies: ["SkillIR"], path: "Tests/TestSupport"),
    .testTarget(name: "SkillFormatTests", dependencies: ["SkillFormat", "TestSupport"]),
    .testTarget(name: "SkillIRTests", dependencies: ["SkillIR", "TestSupport"]),
    .testTarget(name: "SkillCompilerTests", dependencies: ["SkillCompiler", "TestSupport"]),
    .testTarget(
      name: "SkillRuntimeTests",
      dependencies: ["SkillRuntime", "SkillTesting", "SkillCompiler", "TestSupport"]
    ),
    .testTarget(name: "NeuralKernelsTests", dependencies: ["NeuralKernels", "TestSupport"]),
    .testTarget(name: "NeuralEngineTests", dependencies: ["NeuralEngine", "TestSupport"]),
    .testTarget(name: "LanguageModelsTests", dependencies: ["LanguageModels", "TestSupport"]),
    .testTarget(
      name: "ToolTests",
      dependencies: ["LanguageModels", "SkillRuntime", "TestSupport", "skillc", "skvm"]
    ),
  ],
  swiftLanguageModes: [.v6]
)

for target in package.targets where target.type != .plugin && target.type != .system {
  target.swiftSettings =
    (target.swiftSettings ?? []) + [
      .enableUpcomingFeature("ExistentialAny"),
      .enableUpcomingFeature("InternalImportsByDefault"),
      .enableUpcomingFeature("MemberImportVisibility"),
    ]
}
