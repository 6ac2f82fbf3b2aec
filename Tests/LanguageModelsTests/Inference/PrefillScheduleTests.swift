import Testing

@testable import LanguageModels

@Suite struct PrefillScheduleTests {
  private func passes(_ tokens: Int, _ buckets: [Int] = [1, 32, 128, 512]) -> [Int] {
    let schedule = PrefillSchedule(buckets)
    var rest = tokens
    var passes: [Int] = []
    while rest > 0 {
      let (bucket, count) = schedule.next(rest)
      #expect(count >= 1 && count <= schedule.buckets[bucket])
      passes.append(schedule.buckets[bucket])
      rest -= count
    }
    return passes
  }

  @Test func longPromptsBeginWithTheLargest() {
    #expect(passes(1) == [1])
    #expect(passes(3) == [1, 1, 1])
    #expect(passes(8) == [32])
    #expect(passes(33) == [32, 1])
    #expect(passes(60) == [32, 32])
    #expect(passes(100) == [128])
    #expect(passes(200) == [128, 32, 32, 32])
    #expect(passes(640) == [512, 128])
    #expect(passes(500) == [512])
    #expect(passes(400) == [128, 128, 128, 32])
    #expect(passes(1524) == [512, 512, 512])
  }

  @Test func oneProgramIsEnough() {
    #expect(passes(5, []) == [1, 1, 1, 1, 1])
    #expect(passes(5, [2]) == [2, 2, 1])
    #expect(passes(8, [8, 8, 0, -1]) == [8])
  }

  @Test func allTokensAreTakenInFewPasses() {
    for tokens in 1...2000 { #expect(passes(tokens).count <= tokens / 512 + 3 + 3 + 7) }
  }
}
