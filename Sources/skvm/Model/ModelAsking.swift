import Foundation
import LanguageModels
import SkillIR
import SkillRuntime

/// `skvm model run`: asks a model once.
struct ModelAsking {
  private let model: LocalModel
  private let request: ModelRequest
  private let isJSON: Bool

  init(_ options: OptionReader) throws {
    isJSON = options.has("--json")
    var messages: [ModelMessage] = []
    if let system = options.text("--system") { messages.append(.system(system)) }
    messages.append(.user(options.words[2] == "-" ? Self.standardInput() : options.words[2]))
    var answer = ModelRequest.Answer.text
    if let file = options.text("--schema") { answer = .json(name: "answer", schema: try Self.schema(file, options)) }
    request = ModelRequest(
      messages: messages,
      answer: answer,
      options: ModelOptions(
        temperature: try options.fraction("--temperature", in: 0...2),
        maximumTokens: try options.number("--max-tokens", in: 1...1_000_000),
        seed: try options.number("--seed", in: 0...Int.max)
      )
    )
    model = try LocalModel(named: options.words[1], options)
  }

  private static func standardInput() -> String {
    String(decoding: FileHandle.standardInput.readDataToEndOfFile(), as: UTF8.self)
  }

  private static func schema(_ file: String, _ options: OptionReader) throws -> JSONSchema {
    guard let data = FileManager.default.contents(atPath: file) else {
      throw options.usage("there is no file '\(file)' to read a schema from")
    }
    do {
      return try JSONSchemaReader.read(try JSONValue(parsing: String(decoding: data, as: UTF8.self)))
    } catch {
      throw options.usage("'\(file)' is no schema that an answer can be held to: \(error)")
    }
  }

  func run() async throws -> SkVMTool.Exit {
    for try await event in model.stream(request) {
      switch event {
      case .text(let text): if !isJSON { write(text) }
      case .finished(let reply):
        isJSON ? print(Self.report(reply).jsonText) : write(reply.text.hasSuffix("\n") ? "" : "\n")
        if reply.stopReason == .length {
          SkVMTool.printError("note: the answer was cut off; allow more with --max-tokens or --context")
        }
      default: break
      }
    }
    return .success
  }

  private static func report(_ reply: ModelReply) -> JSONValue {
    [
      "text": .string(reply.text),
      "finish": .string(reply.stopReason == .length ? "length" : "end"),
      "usage": [
        "input": .integer((reply.usage?.input ?? 0) + (reply.usage?.cacheRead ?? 0)),
        "output": .integer(reply.usage?.output ?? 0),
      ],
    ]
  }

  /// Writes at once: what a model says is read while it says it.
  private func write(_ text: String) { FileHandle.standardOutput.write(Data(text.utf8)) }
}

extension LocalModel {
  /// The model that a command line names, opened as its options say.
  init(named name: String, _ options: OptionReader) throws {
    self.init(
      path: try ModelStore.standard.path(of: name),
      identifier: "local:\(name)",
      options: LocalModelOptions(
        contextSize: try options.number("--context", in: 16...1_000_000),
        threads: try options.number("--threads", in: 1...1024) ?? 0
      )
    )
  }
}
