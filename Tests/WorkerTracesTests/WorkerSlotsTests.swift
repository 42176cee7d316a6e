import Foundation
import Testing

@testable import WorkerTraces

@Suite(.serialized) final class WorkerSlotsTests {
  private let path = NSTemporaryDirectory() + "slots-\(UUID().uuidString)"

  deinit {
    unlink(path)
  }

  @Test func aSlotIsTakenAsLongAsItsProcessLivesHoweverItEnds() throws {
    let child = Process()
    child.executableURL = URL(fileURLWithPath: "/usr/bin/python3")
    child.arguments = [
      "-c",
      """
      import fcntl, struct, sys, time
      f = open(sys.argv[1], 'a+')
      fcntl.lockf(f, fcntl.LOCK_EX, 1, 3)
      print('taken', flush=True)
      time.sleep(100)
      """, path,
    ]
    let output = Pipe()
    child.standardOutput = output
    try child.run()
    #expect(try output.fileHandleForReading.read(upToCount: 5) == Data("taken".utf8))
    let slots = try WorkerSlots(path: path)
    #expect(slots.holder(of: 3) == child.processIdentifier)
    #expect(!slots.take(3))
    #expect(slots.holder(of: 2) == nil)
    #expect(slots.take(2))
    kill(child.processIdentifier, SIGKILL)
    child.waitUntilExit()
    #expect(slots.holder(of: 3) == nil)
    #expect(slots.take(3))
  }
}
