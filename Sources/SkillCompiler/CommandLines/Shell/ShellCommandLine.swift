package import SkillFormat
internal import SkillIR

/// Reads the command line of a shell script from its source, without running it.
///
/// Read are `$1`…, `"$@"`, `${1:-x}`, `${1:?message}`, checks of `$#`, `getopts`, loops over `case "$1" in`, sub-commands
/// and the usage text.
package enum ShellCommandLine {
  /// The command line of a script.
  ///
  /// - Parameters:
  ///   - source: The script.
  ///   - diagnostics: Gets a note for everything that cannot be read for certain.
  /// - Returns: Nil where a call could not be written for certain.
  package static func read(_ source: SourceText, diagnostics: inout Diagnostics) -> CommandLineInterface? {
    guard let interpreter = interpreter(of: source) else {
      diagnostics.report(.unreadable("the script is for another shell"), in: source)
      return nil
    }
    let script = ShellParser.parse(source.bytes)
    if let offset = script.errorOffset {
      diagnostics.report(.unreadable("this is not valid shell syntax").at(SourceRange(offset, offset)), in: source)
      return nil
    }
    var reader = ShellInterfaceReader(source: source, script: script)
    let commands = reader.commands()
    for note in reader.notes { diagnostics.report(note, in: source) }
    return commands.map { CommandLineInterface(interpreter: interpreter, commands: $0) }
  }

  /// The shell that the first line names; bash where it names none.
  private static func interpreter(of source: SourceText) -> ScriptInvocation.Interpreter? {
    let first = source[source.range(ofLine: 1)]
    guard first.hasPrefix("#!") else { return .bash }
    for word in first.dropFirst(2).split(whereSeparator: { $0 == " " || $0 == "/" || $0 == "\t" }).reversed() {
      switch word {
      case "bash": return .bash
      case "sh", "dash", "ash": return .sh
      case "zsh", "fish", "ksh", "csh", "tcsh": return nil
      default: continue
      }
    }
    return nil
  }
}
