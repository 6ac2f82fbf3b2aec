/// How a model wants a conversation written.
///
/// Models bring a Jinja program for that. It is not run: its text tells the family of the template, of which there are few, and
/// what varies within the family. Source: the templates of the models themselves.
package struct ChatTemplate: Hashable, Sendable {
  /// The families of templates.
  package enum Family: Hashable, Sendable {
    /// `<|im_start|>` and `<|im_end|>`: SmolLM2, Qwen2.5 and many more.
    case chatML(ChatMLStyle)
    /// `<|start_header_id|>` and `<|eot_id|>`: Llama 3.
    case llama3
    /// `[INST]`: Llama 2.
    case llama2
    /// `<start_of_turn>` and `<end_of_turn>`.
    case gemma
    /// Names before messages, for models that know no template.
    case plain
  }

  /// The family.
  package let family: Family
  /// Whether the family was told from the model's own template, not guessed from its vocabulary.
  package let isFromTemplate: Bool
  /// The text of the token that begins a sequence.
  let beginning: String
  /// The text of the token that ends a sequence.
  let end: String

  /// Creates a template of a family.
  ///
  /// - Parameters:
  ///   - family: The family.
  ///   - beginning: The text of the token that begins a sequence.
  ///   - end: The text of the token that ends a sequence.
  package init(_ family: Family, beginning: String = "<s>", end: String = "</s>") {
    self.family = family
    self.beginning = beginning
    self.end = end
    isFromTemplate = false
  }

  /// Finds the template of a model.
  ///
  /// - Parameters:
  ///   - metadata: The metadata of the model.
  ///   - tokenizer: Its tokenizer, which tells the family where there is no template.
  /// - Throws: A ``GGUFError`` where the template is no text.
  package init(_ metadata: GGUFMetadata, _ tokenizer: Tokenizer) throws(GGUFError) {
    let source = try metadata.string("tokenizer.chat_template")
    let told = source.flatMap(Self.family(of:))
    family = told ?? Self.family(of: tokenizer)
    isFromTemplate = told != nil
    beginning = tokenizer.beginning.map { tokenizer.decode([$0], includingControls: true) } ?? ""
    end = tokenizer.end.map { tokenizer.decode([$0], includingControls: true) } ?? ""
  }

  /// The family of a Jinja template, or `nil` where it is unknown.
  ///
  /// - Parameter source: The template.
  /// - Returns: The family.
  package static func family(of source: String) -> Family? {
    if source.contains("<|im_start|>") { return .chatML(ChatMLStyle(of: source)) }
    if source.contains("<|start_header_id|>") { return .llama3 }
    if source.contains("<start_of_turn>") { return .gemma }
    if source.contains("[INST]"), source.contains("<<SYS>>") { return .llama2 }
    return nil
  }

  private static func family(of tokenizer: Tokenizer) -> Family {
    if tokenizer.token(named: "<|im_start|>") != nil { return .chatML(ChatMLStyle()) }
    if tokenizer.token(named: "<|start_header_id|>") != nil { return .llama3 }
    if tokenizer.token(named: "<start_of_turn>") != nil { return .gemma }
    return .plain
  }

  /// Whether the model was taught how tools are told to it and called.
  package var supportsTools: Bool {
    if case .chatML(let style) = family { style.tools != nil } else { false }
  }

  /// Writes a conversation.
  ///
  /// - Parameters:
  ///   - messages: The messages.
  ///   - tools: The functions that the model may ask for; left out where the template has no place for them.
  ///   - addsGenerationPrompt: Whether the text ends with the beginning of the assistant's answer.
  /// - Returns: The prompt.
  package func render(
    _ messages: [ChatMessage],
    tools: [ChatTool] = [],
    addsGenerationPrompt: Bool = true
  ) -> ChatPrompt {
    let text = text(of: messages, tools, addsGenerationPrompt)
    // The same with what people said disguised: where the two differ, no special token may begin.
    let shadow = self.text(of: messages.map(\.disguised), tools.map(\.disguised), addsGenerationPrompt)
    let literals = zip(text.utf8, shadow.utf8).enumerated().filter { $0.element.0 != $0.element.1 }.map(\.offset)
    return ChatPrompt(text: text, literals: Set(literals), includesBeginning: includesBeginning, stops: stops)
  }

  private func text(of messages: [ChatMessage], _ tools: [ChatTool], _ addsGenerationPrompt: Bool) -> String {
    var text = ""
    switch family {
    case .chatML(let style): style.render(messages, tools: tools, to: &text)
    case .llama3: renderLlama3(messages, to: &text)
    case .llama2: renderLlama2(messages, to: &text)
    case .gemma: renderGemma(messages, to: &text)
    case .plain: renderPlain(messages, to: &text)
    }
    if addsGenerationPrompt { text += generationPrompt }
    return text
  }

  private var generationPrompt: String {
    switch family {
    case .chatML: "<|im_start|>assistant\n"
    case .llama3: "<|start_header_id|>assistant<|end_header_id|>\n\n"
    case .llama2: ""
    case .gemma: "<start_of_turn>model\n"
    case .plain: "Assistant:"
    }
  }

  private var includesBeginning: Bool {
    switch family {
    case .chatML, .plain: false
    case .llama3, .llama2, .gemma: true
    }
  }

  private var stops: [String] {
    switch family {
    case .chatML: ["<|im_end|>"]
    case .llama3: ["<|eot_id|>"]
    case .llama2: end.isEmpty ? [] : [end]
    case .gemma: ["<end_of_turn>"]
    case .plain: ["\nUser:", "\nTool:"]
    }
  }
}
