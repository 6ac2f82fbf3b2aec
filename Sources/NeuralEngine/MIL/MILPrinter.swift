/// Writes programs as text.
///
/// The text is the same for the same program, and reads back to it: numbers are written in the shorter of the decimal
/// and the hexadecimal form that gives the same bits. Names are written as they are.
public struct MILPrinter {
  private var text: [UInt8] = []

  private init() {}

  /// The text of a program.
  ///
  /// - Parameter program: The program.
  /// - Returns: The text, in UTF-8, with a line feed at the end.
  public static func bytes(of program: MILProgram) -> [UInt8] {
    var printer = MILPrinter()
    printer.write(program)
    return printer.text
  }

  /// The text of a program.
  ///
  /// - Parameter program: The program.
  /// - Returns: The text, with a line feed at the end.
  public static func text(of program: MILProgram) -> String {
    String(decoding: bytes(of: program), as: UTF8.self)
  }

  /// The text of a statement.
  ///
  /// - Parameter statement: The statement.
  /// - Returns: The text, without indentation and line feed.
  public static func text(of statement: MILStatement) -> String {
    var printer = MILPrinter()
    printer.write(statement)
    return String(decoding: printer.text, as: UTF8.self)
  }

  /// The text of a literal.
  ///
  /// - Parameter value: The literal.
  /// - Returns: The text.
  public static func text(of value: MILValue) -> String {
    var printer = MILPrinter()
    printer.write(value)
    return String(decoding: printer.text, as: UTF8.self)
  }

  private mutating func put(_ string: String) { text.append(contentsOf: string.utf8) }

  private mutating func list<Element>(
    _ elements: [Element],
    _ separator: String = ", ",
    _ write: (inout Self, Element) -> Void
  ) {
    for (index, element) in elements.enumerated() {
      if index > 0 { put(separator) }
      write(&self, element)
    }
  }

  private mutating func write(_ program: MILProgram) {
    put("program(\(program.version))\n[")
    list(program.attributes) { $0.write($1) }
    put("]\n{\n")
    for function in program.functions { write(function) }
    put("}\n")
  }

  private mutating func write(_ function: MILFunction) {
    put("    func \(function.name)<\(function.operatorSet)>(")
    list(function.parameters) { $0.write($1) }
    put(") {\n")
    for statement in function.statements {
      put("        ")
      write(statement)
      put("\n")
    }
    put("    } -> (")
    list(function.results) { $0.put($1.name) }
    put(");\n")
  }

  private mutating func write(_ binding: MILBinding) {
    write(binding.type)
    put(" ")
    put(binding.name)
  }

  private mutating func write(_ statement: MILStatement) {
    list(statement.results) { $0.write($1) }
    put(" = \(statement.operation)(")
    list(statement.arguments) { printer, argument in
      printer.put("\(argument.name)=")
      switch argument.operand {
      case .reference(let reference): printer.put(reference.name)
      case .references(let references):
        printer.put("(")
        printer.list(references) { $0.put($1.name) }
        printer.put(")")
      case .literal(let value): printer.write(value)
      }
    }
    put(")")
    if !statement.attributes.isEmpty {
      put("[")
      list(statement.attributes) { $0.write($1) }
      put("]")
    }
    put(";")
  }

  private mutating func write(_ attribute: MILAttribute) {
    put(attribute.name)
    put(attribute.value.payload.isDictionary ? " = " : "=")
    write(attribute.value)
  }
}

// MARK: - Types and values

extension MILPrinter {
  private mutating func write(_ type: MILType) {
    switch type {
    case .scalar(let element): put(element.rawValue)
    case .tensor(let element, let shape):
      put("tensor<\(element.rawValue), [")
      list(shape, ",") { $0.put(String($1)) }
      put("]>")
    case .dictionary(let key, let value):
      put("dict<")
      write(key)
      put(", ")
      write(value)
      put(">")
    }
  }

  private mutating func write(_ value: MILValue) {
    guard let type = value.type else { return write(value.payload) }
    write(type)
    put("(")
    write(value.payload)
    put(")")
  }

  private mutating func write(_ payload: MILValue.Payload) {
    switch payload {
    case .boolean(let value): put(value ? "true" : "false")
    case .integer(let value): put(String(value))
    case .number(let value): put(Self.spelling(of: value))
    case .string(let value): write(quoted: value)
    case .list(let elements):
      put("[")
      list(elements, ",") { $0.write($1) }
      put("]")
    case .blob(let path, let offset):
      put("BLOBFILE(path=string(")
      write(quoted: path)
      put("), offset=uint64(\(offset)))")
    case .dictionary(let entries):
      put("{")
      list(entries) { printer, entry in
        printer.put("{")
        printer.write(quoted: entry.key)
        printer.put(", ")
        printer.write(quoted: entry.value)
        printer.put("}")
      }
      put("}")
    }
  }

  private mutating func write(quoted string: String) {
    text.append(UInt8(ascii: "\""))
    for byte in string.utf8 {
      switch byte {
      case UInt8(ascii: "\n"): put("\\n")
      case UInt8(ascii: "\t"): put("\\t")
      case UInt8(ascii: "\r"): put("\\r")
      case UInt8(ascii: "\""), UInt8(ascii: "\\"):
        text.append(UInt8(ascii: "\\"))
        text.append(byte)
      default: text.append(byte)
      }
    }
    text.append(UInt8(ascii: "\""))
  }

  /// The shorter of the decimal and the hexadecimal spelling, both exact; the decimal one of two as long.
  static func spelling(of number: Double) -> String {
    guard number.isFinite else { return number.isNaN ? "nan" : number < 0 ? "-inf" : "inf" }
    let decimal = number.description
    guard decimal.utf8.count > 6, number != 0 else { return decimal }
    let hexadecimal = Self.hexadecimal(number)
    return hexadecimal.utf8.count < decimal.utf8.count ? hexadecimal : decimal
  }

  /// `0x1.8p-3`: the digits of the fraction without the zeros at their end.
  private static func hexadecimal(_ number: Double) -> String {
    // Numbers below the normal range keep their leading 1 too, with an exponent of their own.
    let exponent = number.exponent
    let fraction = (number.significand.bitPattern & 0xf_ffff_ffff_ffff)
    var digits = ""
    if fraction != 0 {
      digits = String(fraction, radix: 16)
      digits = "." + String(repeating: "0", count: 13 - digits.utf8.count) + digits
      while digits.utf8.last == UInt8(ascii: "0") { digits.removeLast() }
    }
    return "\(number < 0 ? "-" : "")0x1\(digits)p\(exponent)"
  }
}

extension MILValue.Payload {
  fileprivate var isDictionary: Bool {
    if case .dictionary = self { true } else { false }
  }
}
