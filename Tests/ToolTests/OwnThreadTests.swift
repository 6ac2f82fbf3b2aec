import Foundation
import TestSupport
import Testing

/// Tests that take long are not run by the threads that all tasks share.
@Suite(.onOwnThread) struct OwnThreadTests {
  private func threadName() -> String? { Thread.current.name }

  @Test func aTestRunsOnAThreadOfItsOwn() { #expect(threadName() == OwnThread.threadName) }

  @Test func soDoesWhatFollowsAWaitAndWhatItStarts() async throws {
    try await Task.sleep(for: .milliseconds(1))
    #expect(threadName() == OwnThread.threadName)
    async let other = threadName()
    #expect(await other == OwnThread.threadName)
  }

  @Test func tasksOfTheirOwnDoNot() async {
    #expect(await Task { threadName() }.value != OwnThread.threadName)
  }
}
