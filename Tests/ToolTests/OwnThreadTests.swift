import TestSupport
import Testing

/// Tests that take long are not run by the threads that all tasks share.
@Suite(.onOwnThread) struct OwnThreadTests {
  private func isOnOwnThread() -> Bool { OwnThread.isCurrent }

  @Test func aTestRunsOnAThreadOfItsOwn() { #expect(isOnOwnThread()) }

  @Test func soDoesWhatFollowsAWaitAndWhatItStarts() async throws {
    try await Task.sleep(for: .milliseconds(1))
    #expect(isOnOwnThread())
    async let other = isOnOwnThread()
    #expect(await other)
  }

  @Test func tasksOfTheirOwnDoNot() async {
    #expect(await Task { isOnOwnThread() }.value == false)
  }
}
