// swift-tools-version: 6.2
import PackageDescription

/// One target for each way to keep skills in a target.
func layout(_ name: String, exclude: [String] = []) -> Target {
  .executableTarget(
    name: name,
    dependencies: [.product(name: "SkillRuntime", package: "SkVM")],
    exclude: exclude,
    plugins: [.plugin(name: "CompileSkills", package: "SkVM")]
  )
}

let package = Package(
  name: "Layouts",
  platforms: [.macOS(.v15)],
  dependencies: [.package(name: "SkVM", path: "../..")],
  targets: [
    // A zip as skill packagers write it.
    layout("zip-bundle"),
    // A folder with a SKILL.md, in a folder that SwiftPM does not look into.
    layout("folder-skill", exclude: ["Skills"]),
    // A skill that declares nothing: its scripts' command lines become functions.
    layout("script-api", exclude: ["Skills"]),
    // Two skills whose names differ in a hyphen.
    layout("colliding"),
  ]
)
