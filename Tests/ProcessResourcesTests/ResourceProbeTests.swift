import Foundation
import Testing

@testable import ProcessResources

/// What a process may take of the system, and how it learns that it may not.
@Suite(.serialized) struct ResourceProbeTests {
  @Test func whatIsThereCanBeHad() throws {
    try ResourceProbe(threads: 4, descriptors: 8, addressSpaceBytes: 1 << 20).run()
    // All is given back.
    for _ in 0..<50 { try ResourceProbe(threads: 4, descriptors: 8, addressSpaceBytes: 1 << 20).run() }
  }

  @Test func whatIsMissingIsNamedWithItsLimit() throws {
    let memory = #expect(throws: ResourceShortage.self) {
      try ResourceProbe(threads: 0, descriptors: 0, addressSpaceBytes: 1 << 62).run()
    }
    #expect(memory?.description.contains("MiB of address space") == true)
    let descriptors = #expect(throws: ResourceShortage.self) {
      try ResourceProbe(threads: 0, descriptors: 10_000_000, addressSpaceBytes: 4096).run()
    }
    #expect(descriptors?.description.contains("descriptors (ulimit -n)") == true)
  }

  @Test func aThreadThatTheSystemDoesNotStartIsAnError() throws {
    // No address space holds such a stack.
    #expect(throws: ResourceShortage.self) { try OwnThread.start("huge", stackBytes: 1 << 60) {} }
    let done = DispatchSemaphore(value: 0)
    try OwnThread.start("small") { done.signal() }
    #expect(done.wait(timeout: .now() + 10) == .success)
  }

  @Test func softLimitsAreRaisedAsFarAsTheHardOnesAllow() throws {
    var limit = rlimit()
    try #require(getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0)
    let before = limit
    limit.rlim_cur = min(512, limit.rlim_max)
    setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    ResourceLimits.raise()
    getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    #expect(limit.rlim_cur >= min(before.rlim_max, 65_536))
  }
}
