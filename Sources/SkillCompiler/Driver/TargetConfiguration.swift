package import SkillFormat
import SkillIR

/// The settings of one target, from the `skvm.json` in its folder.
package struct TargetConfiguration: Hashable, Sendable {
  /// Who may use the generated code.
  package var accessLevel: SwiftEmitter.AccessLevel = .internal

  package init() {}

  /// Reads a configuration; whatever is wrong is reported, and the default takes its place.
  ///
  /// - Parameters:
  ///   - bytes: The file.
  ///   - path: Its path, for messages.
  ///   - diagnostics: Takes what is wrong with the file.
  package init(parsing bytes: [UInt8], path: String, diagnostics: inout Diagnostics) {
    self.init()
    let source = SourceText(path: path, bytes: bytes)
    let value: JSONValue
    do throws(JSONParser.Failure) {
      value = try JSONParser.parse(bytes)
    } catch {
      diagnostics.report(
        .error,
        "bad-configuration",
        "the configuration is not JSON: \(error.message)",
        in: source,
        at: SourceRange(error.offset, error.offset)
      )
      return
    }
    guard let members = value.objectValue else {
      diagnostics.report(
        .error,
        "bad-configuration",
        "the configuration must be an object, such as {\"accessLevel\": \"public\"}",
        in: source
      )
      return
    }
    for (key, value) in members {
      switch key {
      case "accessLevel":
        if let text = value.stringValue, let level = SwiftEmitter.AccessLevel(rawValue: text) {
          accessLevel = level
        } else {
          diagnostics.report(
            .error,
            "bad-configuration",
            "'accessLevel' must be \"internal\", \"package\" or \"public\", not \(value.kindAndExcerpt)",
            in: source
          )
        }
      default:
        diagnostics.report(
          .error,
          "unknown-configuration-key",
          "unknown key '\(key)'; the only key is 'accessLevel'",
          in: source
        )
      }
    }
  }
}
