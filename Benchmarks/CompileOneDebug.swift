import Foundation
import SkillIR

/// The whole process of `skillc`, built in debug, on a skill of 10 KB, less an empty Swift process.
struct CompileOneDebug {
  func run() throws -> BenchmarkResult {
    let folder = FileManager.default.temporaryDirectory.appending(path: "skvm-bench-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try Peer.run("swift", ["build", "--product", "skillc"])
    let tool =
      try Peer.run("swift", ["build", "--show-bin-path"]).trimmingCharacters(in: .whitespacesAndNewlines) + "/skillc"
    let empty = folder.appending(path: "empty")
    let source = folder.appending(path: "empty.swift")
    try Data().write(to: source)
    try Peer.run("swiftc", [source.path, "-o", empty.path])
    let skill = folder.appending(path: "sample.skill")
    try Data(Self.sample.utf8).write(to: skill)

    var toolTimes: [Double] = []
    var emptyTimes: [Double] = []
    let clock = ContinuousClock()
    for round in 0..<41 {
      // The output is removed so that it is written each time.
      try? FileManager.default.removeItem(at: folder.appending(path: "out"))
      let toolTime = try clock.measure {
        try Peer.run(
          tool,
          ["--output-directory", folder.path + "/out", "--skill", skill.path, "sample+Skill.swift"]
        )
      }
      let emptyTime = try clock.measure { try Peer.run(empty.path, []) }
      if round > 0 {
        toolTimes.append(toolTime.milliseconds)
        emptyTimes.append(emptyTime.milliseconds)
      }
    }
    let difference = median(toolTimes) - median(emptyTimes)
    return BenchmarkResult(
      name: "compile-one-debug",
      goal: "at most 60 ms over an empty process",
      figures: [
        "skillBytes": .integer(Self.sample.utf8.count), "toolMilliseconds": .number(median(toolTimes)),
        "emptyMilliseconds": .number(median(emptyTimes)), "differenceMilliseconds": .number(difference),
        "ratioToEmpty": .number(median(toolTimes) / median(emptyTimes)),
      ]
    )
  }

  /// A skill of about 10 KB with prose, fences, tables and a workflow.
  private static var sample: String {
    var text = """
      ---
      name: sample
      description: A skill of ten kilobytes.
      ---

      ## Workflow: total

      ```swift workflow
      func total(table: File, top: Int = 3) -> [String]
      ```

      1. Add up. → `result: [String]`
         ```python
         result = open(table).read().split()[:top]
         ```


      """
    var number = 0
    while text.utf8.count < 10_000 {
      number += 1
      text += """
        ## Part \(number)

        A paragraph with *marks*, `code` and [a link](https://example.com/\(number)) in it, as skills have them.

        - first
        - second, with `more code`

        | column | meaning |
        | --- | --- |
        | a | b \(number) |

        ```bash
        example --number \(number) <input> | sort
        ```


        """
    }
    return text
  }
}
