import SkillIR

/// JSON as the template engines that models were trained with write it: a space behind colons and commas, text unescaped
/// where it can be, members in their order.
enum TemplateJSON {
  static func text(of value: JSONValue) -> String {
    var text = ""
    write(value, to: &text)
    return text
  }

  private static func write(_ value: JSONValue, to text: inout String) {
    switch value {
    case .number(let number): text += number.isFinite ? number.description : "null"
    case .null, .bool, .integer, .string: text += String(decoding: JSONWriter.bytes(of: value), as: UTF8.self)
    case .array(let elements):
      text += "["
      for (index, element) in elements.enumerated() {
        text += index > 0 ? ", " : ""
        write(element, to: &text)
      }
      text += "]"
    case .object(let members):
      text += "{"
      for (index, member) in members.enumerated() {
        text += index > 0 ? ", " : ""
        write(.string(member.key), to: &text)
        text += ": "
        write(member.value, to: &text)
      }
      text += "}"
    }
  }
}
