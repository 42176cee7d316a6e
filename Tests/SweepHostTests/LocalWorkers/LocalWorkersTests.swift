import Foundation
import Messaging
import Testing
import Transport
import WorkerTraces

@testable import Coordination
@testable import SweepHost

/// Supervision of real processes: scripts that crash, exit, hang and leave orphans.
@Suite(.serialized) final class LocalWorkersTests {
  private let logs = URL(fileURLWithPath: NSTemporaryDirectory()).appending(path: "logs-\(UUID().uuidString)")
  private let mailbox: Mailbox<LocalWorkerEvent>

  init() throws {
    mailbox = try Mailbox()
    try FileManager.default.createDirectory(at: logs, withIntermediateDirectories: true)
  }

  deinit {
    try? FileManager.default.removeItem(at: logs)
  }

  private func supervise(_ script: String, slots: Int = 1, _ change: (inout SupervisionLimits) -> Void = { _ in })
    throws -> LocalWorkers
  {
    let file = logs.appending(path: "script")
    try Data("#!/bin/bash\n\(script)\n".utf8).write(to: file)
    chmod(file.path, 0o700)
    var limits = SupervisionLimits()
    limits.firstPauseSeconds = 0.01
    change(&limits)
    let workers = LocalWorkers(
      executable: file.path, arguments: ["first"], environment: ["GREETING": "hello"], logs: logs, mailbox: mailbox,
      limits: limits)
    workers.start(slots)
    return workers
  }

  /// Events until one is accepted. It waits without blocking the thread, which supervision may need.
  private func events(until isLast: (LocalWorkerEvent) -> Bool) async throws -> [LocalWorkerEvent] {
    var seen: [LocalWorkerEvent] = []
    for _ in 0..<10_000 {
      for event in mailbox.takeAll() {
        seen.append(event)
        if isLast(event) { return seen }
      }
      try await Task.sleep(for: .milliseconds(3))
    }
    throw MessageError("it did not happen in 30 s; seen: \(seen)")
  }

  private func firstEnd(in events: [LocalWorkerEvent]) -> ProcessEnd? {
    for case .ended(_, let end) in events { return end }
    return nil
  }

  private func isEnd(_ event: LocalWorkerEvent) -> Bool {
    if case .ended = event { true } else { false }
  }

  private func reasonForGivingUp(_ event: LocalWorkerEvent) -> String? {
    if case .gaveUp(let reason) = event { reason } else { nil }
  }

  @Test func aCrashedProcessIsReportedWithItsSignalAndTheEndOfItsLogAndStartedAgain() async throws {
    let workers = try supervise("echo \"$GREETING $*\" >&2; echo last words >&2; kill -SEGV $$")
    defer { Thread { workers.end(withinSeconds: 0) }.start() }
    var ends = 0
    let seen = try await events {
      if isEnd($0) { ends += 1 }
      return ends == 3
    }
    let end = try #require(firstEnd(in: seen))
    #expect(end.signal == SIGSEGV && end.exitStatus == nil)
    #expect(
      end.description.hasPrefix(
        "signal 11 (SIGSEGV); its log (logs/worker-1.log) ends: hello first --place 1 --logs"))
    #expect(end.description.hasSuffix("last words"))
    let log = try String(contentsOf: logs.appending(path: "worker-1.log"), encoding: .utf8)
    #expect(log.split(separator: "\n").count >= 6, "each worker's words are kept: \(log)")
  }

  @Test func aSlotWhoseProcessesEndAtOnceIsGivenUpWithTheirOutput() async throws {
    let workers = try supervise("echo no model here >&2; exit 4") {
      $0.maximumShortLives = 3
      // A busy machine may let it live for longer than a moment.
      $0.shortLifeSeconds = 3600
    }
    defer { Thread { workers.end(withinSeconds: 0) }.start() }
    let seen = try await events { reasonForGivingUp($0) != nil }
    #expect(seen.count { isEnd($0) } == 3)
    let reason = try #require(seen.last.flatMap(reasonForGivingUp))
    #expect(reason.contains("3 times") && reason.contains("exit status 4") && reason.contains("no model here"))
  }

  @Test func aProgramThatIsNotThereIsGivenUpWithItsName() async throws {
    let workers = LocalWorkers(
      executable: "/nowhere/volcsweep", arguments: [], environment: [:], logs: logs, mailbox: mailbox)
    workers.start(1)
    defer { Thread { workers.end(withinSeconds: 0) }.start() }
    let seen = try await events { reasonForGivingUp($0) != nil }
    #expect(try #require(seen.last.flatMap(reasonForGivingUp)).contains("/nowhere/volcsweep"))
  }

  @Test func aProcessThatHeedsNoSignalIsKilledWhenTheSweepEnds() async throws {
    let workers = try supervise("trap '' TERM INT; echo deaf; while true; do sleep 0.05; done")
    _ = try await events { if case .started = $0 { true } else { false } }
    let log = logs.appending(path: "worker-1.log")
    while try Data(contentsOf: log).isEmpty { try await Task.sleep(for: .milliseconds(3)) }
    await withCheckedContinuation { ended in
      Thread {
        workers.end(withinSeconds: 0.2)
        ended.resume()
      }.start()
    }
    let end = try #require(firstEnd(in: try await events(until: isEnd)))
    #expect(end.signal == SIGKILL)
  }

  /// One of its threads is traced by a process that never looks: the kernel keeps it from ending, SIGKILL or not.
  private static let endless = """
    #define _GNU_SOURCE
    #include <pthread.h>
    #include <stdio.h>
    #include <sys/prctl.h>
    #include <sys/ptrace.h>
    #include <sys/syscall.h>
    #include <unistd.h>
    static volatile long thread;
    static void *wait_forever(void *_) { thread = syscall(SYS_gettid); for (;;) pause(); }
    int main(void) {
      pthread_t id;
      prctl(PR_SET_PTRACER, PR_SET_PTRACER_ANY);
      pthread_create(&id, 0, wait_forever, 0);
      while (!thread) usleep(1000);
      if (fork() == 0) {
        if (ptrace(PTRACE_SEIZE, thread, 0, 0)) return 1;
        printf("%d is the tracer\\n", getpid());
        fflush(stdout);
        for (;;) pause();
      }
      for (;;) pause();
    }
    """

  @Test func aProcessThatDoesNotEndWhenItIsKilledIsNamedAndLeft() async throws {
    let source = logs.appending(path: "endless.c")
    try Data(Self.endless.utf8).write(to: source)
    let compiler = try Process.run(
      URL(fileURLWithPath: "/usr/bin/env"),
      arguments: ["clang", "-w", "-pthread", "-o", logs.path + "/endless", source.path])
    compiler.waitUntilExit()
    try #require(compiler.terminationStatus == 0)
    let workers = try supervise("exec \(logs.path)/endless")
    var pid: Int32 = 0
    _ = try await events {
      if case .started(let started, _) = $0 { pid = started }
      return pid != 0
    }
    var tracer: Int32?
    for _ in 0..<5000 where tracer == nil {
      let log = try String(contentsOf: logs.appending(path: "worker-1.log"), encoding: .utf8)
      tracer = log.split(separator: " ").first.flatMap { Int32($0) }
      try await Task.sleep(for: .milliseconds(3))
    }
    let known = try #require(tracer)
    defer { kill(known, SIGKILL) }
    let left: [Int32] = await withCheckedContinuation { ended in
      Thread {
        ended.resume(returning: workers.end(withinSeconds: 0.1, killedWithinSeconds: 0.5))
      }.start()
    }
    #expect(left == [pid])
    #expect(mailbox.takeAll().contains { if case .stuck(pid) = $0 { true } else { false } })
    kill(known, SIGKILL)
    _ = try await events(until: isEnd)
  }

  @Test func aSlotStaysEmptyUntilTheWorkerOfAKilledCoordinatorHasEnded() async throws {
    let orphan = try orphan(holding: 1)
    let workers = try supervise("exec sleep 100")
    defer { Thread { workers.end(withinSeconds: 0) }.start() }
    // What would have been started by now, had the slot been free.
    try await Task.sleep(for: .milliseconds(300))
    #expect(mailbox.takeAll().isEmpty)
    kill(orphan.processIdentifier, SIGKILL)
    _ = try await events { if case .started = $0 { true } else { false } }
  }

  /// It was started, and its coordinator killed, before it could say which slot it has.
  @Test func aSlotStaysEmptyWhileAnOrphanIsOnlyStarting() async throws {
    let starting = Process()
    starting.executableURL = URL(fileURLWithPath: "/bin/sleep")
    starting.arguments = ["100"]
    let log = try WorkerLog(logs, slot: 1)
    starting.standardOutput = FileHandle(fileDescriptor: log.descriptor.rawValue, closeOnDealloc: false)
    try starting.run()
    try log.descriptor.close()
    let workers = try supervise("exec sleep 100")
    defer { Thread { workers.end(withinSeconds: 0) }.start() }
    try await Task.sleep(for: .milliseconds(300))
    #expect(mailbox.takeAll().isEmpty)
    kill(starting.processIdentifier, SIGKILL)
    _ = try await events { if case .started = $0 { true } else { false } }
  }

  @Test func anOrphanThatTakesTooLongIsKilledAlsoInASlotThatIsGone() async throws {
    let orphans = [try orphan(holding: 1), try orphan(holding: 5)]
    let workers = try supervise("exec sleep 100") { $0.orphanTimeoutSeconds = 0.3 }
    defer { Thread { workers.end(withinSeconds: 0) }.start() }
    _ = try await events { if case .started = $0 { true } else { false } }
    for orphan in orphans {
      while orphan.isRunning { try await Task.sleep(for: .milliseconds(3)) }
      #expect(orphan.terminationReason == .uncaughtSignal && orphan.terminationStatus == SIGKILL)
    }
  }

  /// A process that holds a slot of this run, as a worker has it.
  private func orphan(holding slot: Int) throws -> Process {
    let child = Process()
    child.executableURL = URL(fileURLWithPath: "/usr/bin/python3")
    child.arguments = [
      "-c",
      """
      import fcntl, sys, time
      f = open(sys.argv[1] + '/places.lock', 'a+')
      fcntl.lockf(f, fcntl.LOCK_EX, 1, int(sys.argv[2]))
      print('taken', flush=True)
      time.sleep(100)
      """, logs.path, String(slot),
    ]
    let output = Pipe()
    child.standardOutput = output
    try child.run()
    #expect(try output.fileHandleForReading.read(upToCount: 5) == Data("taken".utf8))
    return child
  }

  @Test func aLongLogIsPutAsideWhenTheNextWorkerStarts() async throws {
    let log = logs.appending(path: WorkerFiles.log(ofSlot: 1))
    try Data(repeating: 65, count: WorkerFiles.logTurnBytes + 1).write(to: log)
    let workers = try supervise("echo anew >&2; exec sleep 100")
    defer { Thread { workers.end(withinSeconds: 0) }.start() }
    _ = try await events { if case .started = $0 { true } else { false } }
    let earlier = try Data(contentsOf: logs.appending(path: WorkerFiles.earlierLog(ofSlot: 1)))
    #expect(earlier.count == WorkerFiles.logTurnBytes + 1)
    #expect(try Data(contentsOf: log).count < 100)
  }
}
