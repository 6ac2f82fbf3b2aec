package import SkillFormat
internal import SkillIR

/// Reads the command line of a Node script from its source, without running it.
///
/// Read are commander, `util.parseArgs`, yargs' options, and `process.argv` itself.
package enum JavaScriptCommandLine {
  /// The command line of a script.
  ///
  /// - Parameters:
  ///   - source: The script.
  ///   - diagnostics: Gets a note for everything that cannot be read for certain.
  /// - Returns: Nil where a call could not be written for certain.
  package static func read(_ source: SourceText, diagnostics: inout Diagnostics) -> CommandLineInterface? {
    let tokens = JavaScriptTokens(source)
    if let offset = tokens.errorOffset {
      let place = min(offset, source.bytes.count)
      diagnostics.report(.unreadable("this is not valid JavaScript").at(SourceRange(place, place)), in: source)
      return nil
    }
    let first = source[source.range(ofLine: 1)]
    if first.hasPrefix("#!"), first.holds("bun") || first.holds("deno") {
      diagnostics.report(.unreadable("the script is not for Node"), in: source)
      return nil
    }
    var reader = JavaScriptInterfaceReader(tokens)
    let commands = reader.commands()
    for note in reader.notes { diagnostics.report(note, in: source) }
    return commands.map { CommandLineInterface(interpreter: .node, commands: $0) }
  }
}
