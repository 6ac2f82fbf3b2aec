import SkillIR
import Testing

extension WorkflowSource {
  /// Expects a document's messages at its marks, and nothing lowered where one is an error.
  static func check(_ marked: String, _ expected: [String]) {
    let source = WorkflowSource(marked)
    #expect(source.diagnose() == source.expected(expected), "\(marked)")
    if expected.contains(where: { $0.hasPrefix("error") }) {
      #expect(source.compile().entryPoints.isEmpty, "\(marked)")
    }
  }

  private static let declaration = """
    func f(q: String, top: Int, on: Bool, rs: [Region], maybe: String?, sales: File) -> String
    struct Region { name: String; revenue: Double }
    """

  /// Reads every parameter, so that only what is tested is reported.
  private static let reader = "9. Read {q}{top}{on}{rs}{maybe}{sales}. → `result`"

  /// The same of steps, in a workflow with a value of every kind and others to call. Only that workflow may be left out.
  static func checkSteps(_ steps: String, _ expected: [String]) {
    let others =
      "\n\n```swift workflow\nfunc g(n: Double, mm: String = \"\") -> Int\n```\n1. Add {n} and {mm}. → `result`\n"
      + "\n```swift workflow\nfunc h()\n```\n1. Run `true`\n"
    let source = WorkflowSource(WorkflowSource.workflow(declaration, steps + "\n" + reader) + others)
    #expect(source.diagnose() == source.expected(expected), "\(steps)")
    let hasError = expected.contains { $0.hasPrefix("error") }
    #expect(source.compile().entryPoints.map(\.name) == (hasError ? ["g", "h"] : ["f", "g", "h"]), "\(steps)")
  }
}
