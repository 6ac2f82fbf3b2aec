#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// The functions of the system's library that building and folding graphs needs.
enum Mathematics {
  static func cos(_ x: Double) -> Double { platformCosine(x) }
  static func sin(_ x: Double) -> Double { platformSine(x) }
  static func pow(_ x: Double, _ y: Double) -> Double { platformPower(x, y) }
}

private func platformCosine(_ x: Double) -> Double { cos(x) }
private func platformSine(_ x: Double) -> Double { sin(x) }
private func platformPower(_ x: Double, _ y: Double) -> Double { pow(x, y) }
