import Foundation
import PackagePlugin

/// Calls an entry point of a skill of this package: `swift package skvm-run SKILL ENTRY --name value …`.
@main
struct RunSkill: CommandPlugin {
  func performCommand(context: PluginContext, arguments: [String]) async throws {
    let folders = context.package.targets.compactMap(\.sourceModule?.directoryURL).map {
      $0.path(percentEncoded: false)
    }
    let process = Process()
    process.executableURL = try context.tool(named: "skvm").url
    process.arguments = ["run"] + folders.sorted().flatMap { ["--search", $0] } + arguments
    try process.run()
    process.waitUntilExit()
    guard process.terminationReason == .exit, process.terminationStatus == 0 else {
      // The tool has said why; SwiftPM only needs to know that it failed.
      throw CallFailed(status: process.terminationStatus)
    }
  }
}

struct CallFailed: Error, CustomStringConvertible {
  var status: Int32
  var description: String { "the call failed with exit status \(status)" }
}
