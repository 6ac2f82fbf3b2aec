import Foundation
import LanguageModels
import SkillRuntime

/// `skvm serve`: a model of this process as a server that speaks as OpenAI's does.
struct ServeCommand {
  private static let help = """
    OVERVIEW: Serve a model that runs in this process as OpenAI's API does.

    USAGE: skvm serve <model> [--host <host>] [--port <number>] [--adapter <file>]
                      [--context <number>] [--sequences <number>] [--threads <number>] [--grace <seconds>]

    ARGUMENTS:
      <model>                 A name as 'skvm model list' shows it, or the path of a GGUF file.

    OPTIONS:
      --host <host>           The address to listen on. Default: 127.0.0.1, for this machine only.
      --port <number>         The port; 0 for any free one. Default: 8080.
      --adapter <file>        A low-rank adapter (LoRA) of the model, a GGUF file; every answer is written with it.
      --context <number>      How many tokens fit in the context, from 32 to 16384. Default: what the model was trained
                              for, at most 4096.
      --sequences <number>    How many answers are written at once, and conversations kept. Default: 4.
      --threads <number>      How many threads compute. Default: one a processor.
      --grace <seconds>       How long answers may go on once the server ends. Default: 5.
      -h, --help              Show this help.

    PATHS:
      GET  /v1/models
      POST /v1/chat/completions, whole or as a stream, with tools and response formats
      GET  /health

    The server ends on an interrupt (Control-C) and on SIGTERM: nobody else is let in, and answers that are being written
    have their grace time. A second one ends them at once.

    EXIT CODES: 0 for an orderly end, 1 if the model cannot be run or the port not be had, 64 for a wrong command line.
    """

  private let options: OptionReader

  init(arguments: [String]) throws {
    options = try OptionReader(
      arguments,
      options: ["--host", "--port", "--adapter", "--context", "--sequences", "--threads", "--grace"],
      flags: [],
      help: Self.help
    )
    if options.words.count != 1, !options.wantsHelp { throw options.usage("name one model") }
  }

  func run() async throws -> SkVMTool.Exit {
    if options.wantsHelp {
      print(Self.help)
      return .success
    }
    let name = options.words[0]
    var limits = HTTPServer.Limits()
    if let grace = try options.number("--grace", in: 0...3600) { limits.graceTime = .seconds(grace) }
    let host = options.text("--host") ?? "127.0.0.1"
    let port = try options.number("--port", in: 0...65535) ?? 8080
    let shortName = name.split(separator: "/").last.map(String.init) ?? name
    // Clients are told no paths of this machine.
    let model = try await LocalModel.named(name, identifier: "local:\(shortName)", options)
    // Before anybody is told that it is there.
    do {
      _ = try await model.open()
    } catch {
      throw SkillError(.modelUnavailable, "'\(model.identifier)' cannot be used: \(error)")
    }
    let service = ChatService(
      name: shortName,
      aliases: [name, "local:\(name)", model.identifier],
      isLocal: host == "localhost" || host == "::1" || host.hasPrefix("127."),
      created: Int(Date.now.timeIntervalSince1970),
      model: { model.stream($0, $1) }
    )
    let server: HTTPServer
    do throws(ServerSocket.Failure) {
      server = try HTTPServer(host: host, port: port, limits: limits, answer: service.answer)
    } catch {
      guard case .refused(let reason) = error else { throw error }
      throw SkillError(.systemFailure, "cannot listen: \(reason)", suggestion: "Give another --port or --host.")
    }
    if !service.isLocal { SkVMTool.printError("note: whoever reaches \(host) can use the model; there is no key") }
    let address = host.contains(":") ? "[\(host)]" : host
    print("serving \(service.name) at http://\(address):\(server.port)/v1")
    fflush(nil)
    let interrupts = Interrupts { _ in server.stop() }
    await withCheckedContinuation { continuation in
      Thread.detachNewThread {
        server.run()
        continuation.resume()
      }
    }
    interrupts.end()
    SkVMTool.printError("ended")
    return .success
  }
}
