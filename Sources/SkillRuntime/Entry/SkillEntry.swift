import SkillIR

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// One way to call a skill, as a value: for its whole response, or for a stream of what happens.
public struct SkillEntry<Input: Codable & Sendable, Output: Codable & Sendable>: Sendable {
  /// The entry point's name, as the skill writes it.
  public let name: String
  private let skill: CompiledSkill

  /// Creates an entry point of a compiled skill.
  ///
  /// - Parameters:
  ///   - skill: The skill.
  ///   - entryPoint: The name of the entry point.
  @_spi(Generated) public init(skill: CompiledSkill, entryPoint: String) {
    self.skill = skill
    name = entryPoint
  }

  /// Calls the entry point.
  ///
  /// - Parameters:
  ///   - input: The arguments.
  ///   - machine: What to run on; nil for the task's machine, else the standard one.
  /// - Returns: The result, what it took and how.
  /// - Throws: A ``SkillError``, or `CancellationError` where the task is cancelled; nothing of the run goes on then.
  public func callAsFunction(_ input: Input, on machine: SkillMachine? = nil) async throws -> SkillResponse<Output> {
    try await call(input, on: machine ?? .current ?? .standard) { _ in
    } snapshot: { _ in
    }
  }

  /// Calls the entry point and tells what happens while it does.
  ///
  /// The run starts at once. It is cancelled when the stream goes away, or the task that iterates it is cancelled.
  ///
  /// - Parameters:
  ///   - input: The arguments.
  ///   - machine: What to run on; nil for the task's machine, else the standard one.
  /// - Returns: The events, the bindings so far, and at last the result.
  public func stream(_ input: Input, on machine: SkillMachine? = nil) -> SkillStream<Output> {
    let machine = machine ?? .current ?? .standard
    return SkillStream { yield in
      let response = try await call(input, on: machine) { event in
        yield(.event(event))
      } snapshot: { bindings in
        yield(.snapshot(bindings))
      }
      yield(.result(response))
    }
  }

  private func call(
    _ input: Input,
    on machine: SkillMachine,
    report: @escaping @Sendable (SkillEvent) -> Void,
    snapshot: @escaping @Sendable (JSONValue) -> Void
  ) async throws -> SkillResponse<Output> {
    let arguments: JSONObject
    do {
      let value = try JSONParser.parse(Array(JSONEncoder().encode(input)))
      guard case .object(let members) = value else {
        throw SkillError(.invalidInput, "the input of '\(name)' is not an object but \(value.kindAndExcerpt)")
      }
      arguments = members
    } catch let error as SkillError {
      throw error
    } catch {
      throw SkillError(
        .invalidInput,
        "the input of '\(name)' has no JSON form",
        suggestion: "Numbers must be finite.",
        underlyingError: error
      )
    }
    let response = try await skill.call(
      name,
      arguments: arguments,
      machine: machine,
      report: report,
      snapshot: snapshot
    )
    do {
      let bytes = JSONWriter.bytes(of: response.content)
      return response.with(try JSONDecoder().decode(Output.self, from: Data(bytes)))
    } catch {
      throw SkillError(
        .wrongResult,
        "the result of '\(name)' is not a value of \(Output.self)",
        evidence: String(response.content.jsonText.prefix(1000)),
        suggestion: "Build again, so that generated code and image are of the same skill.",
        underlyingError: error
      )
    }
  }
}
