import Foundation
import SkillIR
import Testing

@testable import SkillRuntime

@Suite struct SchedulerTests {
  // MARK: Order

  @Test func aStepStartsOnceWhatItReadsIsThere() async throws {
    let skill = try TestSkill(
      [Parameter(name: "n", type: .int)],
      result: .int,
      outcome: "d",
      steps: [
        .code(0, .python, "a = n + 1", inputs: ["n"], binds: "a", .int),
        .code(1, .sh, "b=$((a * 10))", inputs: ["a"], after: [0], binds: "b", .int),
        .code(2, .bash, "c=$((a * 100))", inputs: ["a"], after: [0], binds: "c", .int),
        .code(3, .python, "d = a + b + c", inputs: ["a", "b", "c"], after: [0, 1, 2], binds: "d", .int),
      ]
    )
    let response = try await skill.call(["n": 1])
    #expect(response.content == 222)
    #expect(response.steps.map(\.label) == ["1", "2", "3", "4"])
    #expect(response.steps.map(\.ranOn) == ["python", "sh", "bash", "python"])
  }

  @Test func orderFollowsDependenciesOnly() async throws {
    // Step 1 waits for step 3, though it stands before it.
    let skill = try TestSkill(
      result: .string,
      outcome: "a",
      steps: [
        .code(0, .sh, "a=$c!", inputs: ["c"], after: [2], binds: "a", .string),
        .code(1, .sh, "b=1", binds: "b", .int), .code(2, .sh, "c=last", binds: "c", .string),
      ]
    )
    let log = RunLog()
    #expect(try await skill.call([:], report: log.add).content == "last!")
    let finished = log.all.compactMap { event -> String? in
      if case .stepFinished = event.kind { event.place?.step } else { nil }
    }
    #expect(finished.last == "1")
  }

  @Test func independentStepsRunTogetherUpToTheWidth() async throws {
    for width in [1, 3, 16] {
      // A step waits for another one to begin, where there should be one, and says how many were there at once.
      let folder = try TestFolder()
      let code = """
        import os, time
        running = os.path.join(folder, "running-%d" % i)
        open(running, "w").close()
        open(os.path.join(folder, "begun-%d" % i), "w").close()
        def count(what): return len([name for name in os.listdir(folder) if name.startswith(what)])
        while count("begun") < wanted: time.sleep(0.005)
        counts = count("running")
        time.sleep(0.02)
        os.remove(running)
        """
      var skill = try TestSkill(
        [
          Parameter(name: "folder", type: .string), Parameter(name: "wanted", type: .int),
          Parameter(name: "list", type: .array(.int), defaultValue: [1, 2, 3, 4, 5, 6]),
        ],
        result: .array(.int),
        outcome: "counts",
        steps: [
          .code(
            0,
            .python,
            code,
            inputs: ["folder", "i", "wanted"],
            binds: "counts",
            .array(.int),
            iteration: .init(variable: "i", list: Reference(name: "list"))
          )
        ]
      )
      skill.machine.limits.width = width
      let wanted = min(width, 2)
      let response = try await skill.call(["folder": .string(folder.path), "wanted": .integer(wanted)])
      let counts = response.content.arrayValue?.compactMap(\.intValue) ?? []
      #expect(counts.count == 6)
      #expect(counts.allSatisfy { (1...width).contains($0) })
    }
  }

  @Test func theWidthHoldsForAllRunsOfAMachine() async throws {
    let (started, most, ended) = (NumberLog(), NumberLog(), NumberLog())
    var skill = try TestSkill(
      result: .string,
      outcome: "x",
      steps: [.make(0, .model("Say yes."), binds: "x", .string)]
    )
    skill.machine.model = ClosureModel { _ in
      started.add(1)
      most.add(started.all.count - ended.all.count)
      try await Task.sleep(for: .milliseconds(20))
      ended.add(1)
      return "yes"
    }
    skill.machine.limits.width = 3
    let copy = skill
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<12 { group.addTask { _ = try await copy.call() } }
      try await group.waitForAll()
    }
    #expect(most.all.max() == 3)
  }

  @Test func aReadyStepDoesNotWaitForOthers() async throws {
    // The first step ends only when the last one has run, which reads the second.
    let folder = try TestFolder()
    var skill = try TestSkill(
      [Parameter(name: "path", type: .string)],
      result: .string,
      outcome: "slow",
      steps: [
        .code(
          0,
          .sh,
          "while ! [ -e \"$path/done\" ]; do sleep 0.01; done; slow=yes",
          inputs: ["path"],
          binds: "slow",
          .string
        ),
        .code(1, .sh, "quick=yes", binds: "quick", .string),
        .code(2, .sh, "[ $quick = yes ] && : > \"$path/done\"", inputs: ["path", "quick"], after: [1]),
      ]
    )
    skill.machine.limits.width = 2
    #expect(try await skill.call(["path": .string(folder.path)]).content == "yes")
  }

  // MARK: Iterations, guards and calls

  @Test func resultsOfAMapKeepTheListsOrder() async throws {
    var skill = try TestSkill(
      [Parameter(name: "xs", type: .array(.int))],
      result: .array(.int),
      outcome: "squares",
      steps: [
        .code(
          0,
          .python,
          "import time\ntime.sleep(0.05 if x % 2 else 0)\nsquares = x * x",
          inputs: ["x"],
          binds: "squares",
          .array(.int),
          iteration: .init(variable: "x", list: Reference(name: "xs"))
        )
      ]
    )
    skill.machine.limits.width = 4
    let response = try await skill.call(["xs": [5, 4, 3, 2, 1, 0]])
    #expect(response.content == [25, 16, 9, 4, 1, 0])
    #expect(response.steps.first?.elements == 6)
    #expect(try await skill.call(["xs": []]).content == [])
  }

  @Test func theFirstFailureOfAMapEndsTheOthers() async throws {
    let marker = "TEST_MARKER=\(UInt64.random(in: 0...UInt64.max))"
    var skill = try TestSkill(
      [Parameter(name: "xs", type: .array(.int))],
      steps: [
        .code(
          0,
          .sh,
          "[ \"$x\" = 3 ] && exit 7; sleep 1000",
          inputs: ["x"],
          iteration: .init(variable: "x", list: Reference(name: "xs"))
        )
      ]
    )
    skill.machine.limits.width = 4
    skill.machine.environment.values = ["TEST_MARKER": String(marker.dropFirst(12))]
    let error = await skillError { try await skill.call(["xs": [0, 1, 2, 3, 4]]) }
    #expect(error?.code == .stepFailed)
    #expect(error?.exitStatus == .exited(7))
    #expect(error?.message.hasSuffix("(for element 3 of 'xs')") == true, "\(error?.message ?? "")")
    #expect(LivingProcesses.carrying(marker).isEmpty)
    #expect(skill.runs.isEmpty)
  }

  @Test(
    arguments: [
      (true, false, 5), (false, false, nil), ("text", false, 5), ("", false, nil), (0, false, nil), ([], true, 5),
      (nil, true, 5), (["a": 1], false, 5),
    ] as [(JSONValue, Bool, JSONValue)]
  )
  func aStepRunsOnlyWhereItsConditionHolds(_ flag: JSONValue, _ isNegated: Bool, _ expected: JSONValue) async throws {
    let skill = try TestSkill(
      [Parameter(name: "flag", type: .json)],
      result: .json,
      outcome: "all",
      steps: [
        .code(
          0,
          .python,
          "x = 5",
          binds: "x",
          .int,
          condition: .init(reference: Reference(name: "flag"), isNegated: isNegated)
        ),
        .code(1, .python, "all = x", inputs: ["x"], after: [0], binds: "all", .json),
      ]
    )
    let log = RunLog()
    let response = try await skill.call(["flag": flag], report: log.add)
    #expect(response.content == expected)
    #expect(response.steps[0].wasSkipped == (expected == .null))
    let skipped = log.all.count { if case .stepSkipped = $0.kind { true } else { false } }
    #expect(skipped == (expected == .null ? 1 : 0))
  }

  @Test func aConditionMayLookAtTheElement() async throws {
    let skill = try TestSkill(
      [Parameter(name: "xs", type: .array(.bool))],
      result: .array(.optional(.int)),
      outcome: "ys",
      steps: [
        .code(
          0,
          .sh,
          "ys=1",
          binds: "ys",
          .array(.optional(.int)),
          iteration: .init(variable: "x", list: Reference(name: "xs")),
          condition: .init(reference: Reference(name: "x"), isNegated: false)
        )
      ]
    )
    #expect(try await skill.call(["xs": [true, false, true]]).content == [1, nil, 1])
  }

  @Test func callsRunOtherWorkflowsWithTheirOwnNames() async throws {
    let region = TypeDeclaration(
      name: "Region",
      kind: .structure([.init(name: "name", type: .string), .init(name: "revenue", type: .double)])
    )
    let skill = try TestSkill([
      .workflow(
        "test",
        [Parameter(name: "r", type: .named("Region"))],
        result: .string,
        types: [region],
        outcome: "text",
        steps: [
          .make(
            0,
            .call("half", arguments: ["amount": .reference(Reference(path: "r.revenue")), "by": .literal(4)]),
            reads: ["r"],
            binds: "part",
            .double
          ),
          .code(
            1,
            .python,
            "text = f\"{r['name']}: {part}\"",
            inputs: ["part", "r"],
            after: [0],
            binds: "text",
            .string
          ),
        ]
      ),
      .workflow(
        "half",
        [Parameter(name: "amount", type: .double), Parameter(name: "by", type: .int, defaultValue: 2)],
        result: .double,
        outcome: "result",
        steps: [.code(0, .python, "result = amount / by", inputs: ["amount", "by"], binds: "result", .double)]
      ),
    ])
    let response = try await skill.call(["r": ["name": "North", "revenue": 10]])
    #expect(response.content == "North: 2.5")
    #expect(response.steps.map(\.label) == ["1", "1/1", "2"])
    #expect(try await skill.call(["amount": 3], entry: "half").content == 1.5)
  }

  @Test func endlessRecursionEnds() async throws {
    let skill = try TestSkill([.workflow("test", steps: [.make(0, .call("test", arguments: [:]))])])
    let error = await skillError { try await skill.call() }
    #expect(error?.message.contains("levels deep") == true)
  }

  @Test func outcomesAreBindingsFieldsOrNothing() async throws {
    let pair = TypeDeclaration(
      name: "Pair",
      kind: .structure([.init(name: "a", type: .int), .init(name: "b", type: .optional(.string))])
    )
    var skill = try TestSkill(
      result: .named("Pair"),
      types: [pair],
      steps: [.code(0, .sh, "a=1", binds: "a", .int)]
    )
    guard case .workflow(var workflow) = skill.program.entryPoints[0].body else { return }
    workflow.steps.append(
      .code(
        1,
        .sh,
        "b=2",
        after: [],
        binds: "b",
        .string,
        condition: .init(reference: Reference(name: "a"), isNegated: true)
      )
    )
    workflow.steps[1].dependencies = [0]
    workflow.outcome = .fields(["a", "b"])
    skill.program.entryPoints[0].body = .workflow(workflow)
    #expect(try await skill.call().content == ["a": 1, "b": nil])
    workflow.outcome = .nothing
    skill.program.entryPoints[0].body = .workflow(workflow)
    skill.program.entryPoints[0].result = .json
    #expect(try await skill.call().content == .null)
  }

  // MARK: The end

  @Test func cancellationInTheMiddleLeavesNoProcessAndNoFolder() async throws {
    let marker = "TEST_MARKER=\(UInt64.random(in: 0...UInt64.max))"
    var skill = try TestSkill(steps: (0..<6).map { .code($0, .sh, "sleep 1000 & sleep 1000") })
    skill.machine.limits.width = 4
    skill.machine.environment.values = ["TEST_MARKER": String(marker.dropFirst(12))]
    let copy = skill
    let task = Task { try await copy.call() }
    while LivingProcesses.carrying(marker).count < 8 { try await Task.sleep(for: .milliseconds(5)) }
    task.cancel()
    await #expect(throws: CancellationError.self) { try await task.value }
    #expect(LivingProcesses.carrying(marker).isEmpty)
    #expect(skill.runs.isEmpty)
  }

  @Test func aRunThatTakesTooLongEnds() async throws {
    var skill = try TestSkill(steps: [.make(0, .command(["sleep", "100"]))])
    skill.machine.limits.runTime = .milliseconds(200)
    let error = await skillError { try await skill.call() }
    #expect(error?.code == .timedOut)
    #expect(error?.message.contains("the run took longer") == true)
  }

  @Test func aStepThatTakesTooLongEnds() async throws {
    var skill = try TestSkill(steps: [.code(0, .python, "import time\nprint('x', flush=True)\ntime.sleep(1000)")])
    skill.machine.limits.stepTime = .milliseconds(500)
    let error = await skillError { try await skill.call() }
    #expect(error?.code == .timedOut)
    #expect(error?.place?.step == "1")
    #expect(error?.place?.line == Step.firstLine - 1)
  }

  @Test func slotsGoToThoseWhoWaitInOrder() async throws {
    let slots = StepSlots()
    let order = NumberLog()
    try await slots.hold(width: 1) {
      var tasks: [Task<Void, any Error>] = []
      for number in 0..<5 {
        tasks.append(Task { try await slots.hold(width: 1) { order.add(number) } })
        // The next one has to wait behind this one.
        try await Task.sleep(for: .milliseconds(20))
      }
      tasks[2].cancel()
      let cancelled = await tasks[2].result
      #expect(throws: CancellationError.self) { try cancelled.get() }
      #expect(order.all == [])
    }
    while order.all.count < 4 { try await Task.sleep(for: .milliseconds(2)) }
    #expect(order.all == [0, 1, 3, 4])
  }
}
