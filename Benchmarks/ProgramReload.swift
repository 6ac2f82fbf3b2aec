import LanguageModels
import NeuralEngine

/// How long a model's program takes to be compiled and loaded, and to be loaded again with other weights.
struct ProgramReload {
  /// Compiling and loading, in milliseconds.
  private(set) var compile = Double.infinity
  /// Loading again with other weights for all there are.
  private(set) var other = Double.infinity
  /// Loading again with the same weights.
  private(set) var same = Double.infinity

  /// Measures the program for single tokens, best of some rounds.
  ///
  /// - Parameters:
  ///   - path: The model's file.
  ///   - device: Makes a device.
  /// - Throws: What the model's file or the device is refused for.
  init(_ path: String, device: () throws -> Device) throws {
    func weights() throws -> ModelArchitecture {
      // Mapped once more, so that nothing is known of it.
      try ModelArchitecture(GGUFFile(path: path), contextLength: 1024)
    }
    for _ in 0..<3 {
      let device = try device()
      let source = try weights().trunk(tokens: 1).source
      let clock = ContinuousClock()
      var program: CompiledProgram?
      compile = min(
        compile,
        try clock.measure {
          program = try device.compile(source)
          try program?.load()
        }.milliseconds
      )
      let files = try weights().weights
      other = min(other, try clock.measure { try program?.reload(files) }.milliseconds)
      same = min(same, try clock.measure { try program?.reload(files) }.milliseconds)
    }
  }
}
