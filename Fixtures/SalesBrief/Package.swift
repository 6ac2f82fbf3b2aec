// swift-tools-version: 6.2
import PackageDescription

let package = Package(
  name: "SalesBrief",
  platforms: [.macOS(.v15)],
  dependencies: [.package(name: "SkVM", path: "../..")],
  targets: [
    .executableTarget(
      name: "brief",
      dependencies: [
        .product(name: "LanguageModels", package: "SkVM"), .product(name: "SkillRuntime", package: "SkVM"),
      ],
      resources: [.copy("sales.csv")],
      plugins: [.plugin(name: "CompileSkills", package: "SkVM")]
    )
  ]
)
