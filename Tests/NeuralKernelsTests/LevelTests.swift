import NeuralKernels
import Testing

@Suite struct LevelTests {
  @Test func `the best level is supported`() {
    #expect(nk_level_supported(nk_level_current()))
  }
}
