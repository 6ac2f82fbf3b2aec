package import SkillIR

/// A question to a model whose answer has a type.
package struct TypedRequest: Sendable {
  /// A value that the model should know of beside the prompt.
  package struct ContextValue: Sendable {
    package var name: String
    package var type: SkillType
    package var value: JSONValue

    package init(name: String, type: SkillType, value: JSONValue) {
      self.name = name
      self.type = type
      self.value = value
    }
  }

  /// The step's text, with values in place of its references.
  package var prompt: String
  /// The texts of files that the prompt names.
  package var context: [ContextValue]
  /// What the answer is called.
  package var name: String
  package var type: SkillType
  package var types: [TypeDeclaration]

  package init(
    prompt: String,
    context: [ContextValue],
    name: String,
    type: SkillType,
    types: [TypeDeclaration]
  ) {
    self.prompt = prompt
    self.context = context
    self.name = name
    self.type = type
    self.types = types
  }
}

/// Gets typed answers out of models.
package protocol ModelStepExecutor: Sendable {
  /// Asks a model until its answer is of the type, or it is clear that it will not be.
  ///
  /// - Parameters:
  ///   - request: What to ask, and the type of the answer.
  ///   - model: The model.
  ///   - report: Told of what happens as it happens.
  /// - Returns: A value of the type, and the tokens that it took, where the provider says so.
  /// - Throws: A ``SkillError``; `bad-answer` where the model gives no value of the type.
  func complete(
    _ request: TypedRequest,
    model: any ModelProvider,
    report: @escaping @Sendable (ModelEvent) -> Void
  ) async throws -> (JSONValue, TokenUsage?)
}
