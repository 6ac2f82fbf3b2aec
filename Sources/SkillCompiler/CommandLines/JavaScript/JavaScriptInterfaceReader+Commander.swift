internal import SkillFormat
internal import SkillIR

extension JavaScriptInterfaceReader {
  mutating func commanderCommands(module: String) -> [CommandLineInterface.Command]? {
    var reader = CommanderReader(tokens: tokens)
    reader.read(module: modules[module] ?? 0)
    notes += reader.notes
    if let failure = reader.failure {
      fail(failure.message, failure.index)
      return nil
    }
    guard reader.parses, !reader.commands.isEmpty else {
      fail("commander's 'parse' is not called", modules[module])
      return nil
    }
    var result: [CommandLineInterface.Command] = []
    for (index, command) in reader.commands.enumerated() {
      guard let path = reader.path(of: index) else { continue }
      if command.isUnreadable || reader.hasUnreadableParent(index) {
        if index == 0 {
          fail("an argument of the script is not written out", nil)
          return nil
        }
        continue
      }
      let children = reader.commands.contains { $0.parent == index && $0.name != nil }
      result.append(
        CommandLineInterface.Command(
          path: path,
          help: command.help.isEmpty && index == 0 ? help : command.help,
          arguments: command.arguments,
          requiresSubcommand: children && !command.hasAction,
          line: command.line
        )
      )
    }
    return result.isEmpty ? nil : result
  }
}
