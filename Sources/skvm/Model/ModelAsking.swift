import Foundation
import LanguageModels
import SkillIR
import SkillRuntime

/// `skvm model run`: asks a model once.
struct ModelAsking {
  /// The options that only it has.
  static let options: Set = [
    "--system", "--schema", "--adapter", "--temperature", "--top-k", "--top-p", "--min-p", "--repetition-penalty",
    "--seed", "--max-tokens", "--json",
  ]

  private let model: LocalModel
  private let request: ModelRequest
  private let isJSON: Bool

  init(_ options: OptionReader) async throws {
    isJSON = options.has("--json")
    var messages: [ModelMessage] = []
    if let system = options.text("--system") { messages.append(.system(system)) }
    messages.append(.user(options.words[2] == "-" ? Self.standardInput() : options.words[2]))
    var answer = ModelRequest.Answer.text
    if let file = options.text("--schema") { answer = .json(name: "answer", schema: try Self.schema(file)) }
    request = ModelRequest(
      messages: messages,
      answer: answer,
      options: ModelOptions(maximumTokens: try options.number("--max-tokens", in: 1...LocalModel.maximumContextSize))
    )
    model = try await .named(options.words[1], options)
  }

  private static func standardInput() -> String {
    String(decoding: FileHandle.standardInput.readDataToEndOfFile(), as: UTF8.self)
  }

  private static func schema(_ file: String) throws -> JSONSchema {
    guard let data = FileManager.default.contents(atPath: file) else {
      throw SkillError(.missingFile, "there is no file '\(file)' to read a schema from")
    }
    do {
      return try JSONSchemaReader.read(try JSONParser.parse([UInt8](data)))
    } catch {
      throw SkillError(.invalidInput, "'\(file)' is no schema that an answer can be held to: \(error)")
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
