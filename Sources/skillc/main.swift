import SkillCompiler

// The tool that the build plugin runs. Everything it does is in SkillCompiler.
#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

let arguments = Array(CommandLine.arguments.dropFirst())
if arguments.contains("--help") || arguments.contains("-h") {
  print(CompileInvocation.usage)
  exit(0)
}
do {
  exit(try CompileInvocation(arguments: arguments).run { print($0) } ? 0 : 1)
} catch let error as CompileInvocation.UsageError {
  print("error: \(error)\n\n\(CompileInvocation.usage)")
  exit(64)
} catch {
  print("error: \(error)")
  exit(74)
}
