import PackagePlugin

@main
struct RunSkill: CommandPlugin {
  func performCommand(context: PluginContext, arguments: [String]) async throws {}
}
