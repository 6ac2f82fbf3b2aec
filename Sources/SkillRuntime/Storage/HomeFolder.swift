#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The folder of what outlives a run: traces, runs, models.
package enum HomeFolder {
  /// This user's: `$SKVM_HOME`, else `~/.skvm`, else a folder of temporary files.
  package static var standard: String {
    let environment = ProcessInfo.processInfo.environment
    if let home = environment["SKVM_HOME"], !home.isEmpty { return home }
    if let home = environment["HOME"], !home.isEmpty { return "\(home)/.skvm" }
    return "\(RunStore.temporaryFolder)/skvm"
  }
}
