import Testing

@testable import Transport

/// The pure parts of guarding a listener: counting, rates, identities.
@Suite struct GuardTests {
  @Test func everythingIsCountedButEachKindIsReportedOnceASecond() {
    var tally = ConnectionTally()
    var reports: [ConnectionReport] = []
    for step in 0..<5000 {
      let time = Double(step) / 1000
      if let report = tally.note(.protocolFailure, peer: "peer \(step)", detail: "", at: time) {
        reports.append(report)
      }
    }
    #expect(tally.counts[.protocolFailure] == 5000)
    #expect(reports.map(\.count) == [1, 1000, 1000, 1000, 1000])
    #expect(reports.last?.peer == "peer 4000")
    // Another kind is not held back by the first.
    #expect(tally.note(.unlistedKey, peer: "", detail: "", at: 4.9999)?.count == 1)
    #expect(tally.overdue(at: 4.9999).isEmpty)
    #expect(tally.overdue(at: 5.1).map(\.count) == [999])
    #expect(tally.overdue(at: 9).isEmpty)
  }

  @Test func aReportReadsAsOneLine() {
    func line(_ count: Int, _ peer: String, _ detail: String) -> String {
      "\(ConnectionReport(event: .unlistedKey, count: count, peer: peer, detail: detail))"
    }
    #expect(line(1, "", "") == "key not authorised")
    #expect(line(1, "10.0.0.9", "") == "key not authorised (from 10.0.0.9)")
    #expect(line(1, "", "key x") == "key not authorised (key x)")
    #expect(line(1, "10.0.0.9", "key x") == "key not authorised (from 10.0.0.9: key x)")
    #expect(line(3, "10.0.0.9", "key x") == "key not authorised (3 times, the last one from 10.0.0.9: key x)")
    #expect(line(3, "", "") == "key not authorised (3 times)")
  }

  @Test func aBucketLetsTheBurstThroughAndThenTheRate() {
    var limits = PeerRateLimits()
    (limits.messagesPerSecond, limits.messageBurst) = (10, 20)
    (limits.bytesPerSecond, limits.byteBurst) = (1e9, 1e9)
    var rate = PeerRate(limits, at: 0)
    func admitted(_ count: Int, at seconds: (Int) -> Double) -> Int {
      var admitted = 0
      for index in 0..<count where rate.admits(bytes: 1, at: seconds(index)) { admitted += 1 }
      return admitted
    }
    #expect(admitted(100, at: { _ in 0 }) == 20)
    // 128 a second for ten seconds: ten a second get through.
    #expect(admitted(1280, at: { Double($0 + 1) / 128 }) == 100)
    // Rest fills it up to the burst and no further.
    #expect(admitted(100, at: { _ in 1000 }) == 20)
  }

  @Test func bytesAreLimitedTooAndARefusedMessageCostsNothing() {
    var limits = PeerRateLimits()
    (limits.messagesPerSecond, limits.messageBurst) = (1000, 1000)
    (limits.bytesPerSecond, limits.byteBurst) = (100, 1000)
    var rate = PeerRate(limits, at: 0)
    for (bytes, seconds, isAdmitted) in [
      (1001, 0.0, false), (600, 0, true), (600, 0, false), (400, 0, true), (101, 1, false), (100, 1, true),
    ] {
      let outcome = rate.admits(bytes: bytes, at: seconds)
      #expect(outcome == isAdmitted, "\(bytes) bytes at \(seconds)")
    }
  }

  @Test func aClockThatGoesBackGivesNothingAway() {
    var bucket = TokenBucket(perSecond: 1, burst: 2, at: 100)
    bucket.take(2)
    for (seconds, isThere) in [(0.0, false), (100.5, false), (101, true)] {
      let outcome = bucket.holds(1, at: seconds)
      #expect(outcome == isThere, "at \(seconds)")
    }
  }

  @Test func anIdentityBelongsToWhomItWasIntroducedBy() {
    var claims = IdentityClaims(maximumPerUser: 2)
    let steps: [([UInt8], String, Bool)] = [
      ([1], "a", true), ([1], "a", true), ([1], "b", false), ([1], "", false), ([2], "b", true), ([3], "a", true),
      // A third one of a is one too many; b has room.
      ([4], "a", false), ([4], "b", true),
    ]
    for (identity, user, isAdmitted) in steps {
      let outcome = claims.admits(identity, user: user)
      #expect(outcome == isAdmitted, "\(identity) \(user)")
    }
    claims.release([1])
    claims.release([9])
    let taken = claims.admits([1], user: "b")
    #expect(!taken)
    let given = claims.admits([5], user: "a")
    #expect(given)
  }

  @Test func aConnectionThatNeverGotThroughIsToldFromOneThatDid() {
    var connections = OpenConnections()
    func end(_ descriptor: Int32) -> [ConnectionEvent] {
      connections.ended(descriptor: descriptor).failures.map(\.0)
    }
    connections.began(descriptor: 7, peer: "a")
    connections.succeeded()
    connections.began(descriptor: 8, peer: "b")
    let peer = connections.ended(descriptor: 8).peer
    #expect(peer == "b")
    #expect(end(7) == [])
    connections.began(descriptor: 7, peer: "c")
    #expect(end(7) == [.protocolFailure])
    connections.began(descriptor: 7, peer: "d")
    connections.failed(.unfinishedHandshake, detail: "")
    #expect(end(7) == [.unfinishedHandshake])
    // The reason was the other one's.
    connections.began(descriptor: 7, peer: "e")
    connections.succeeded()
    #expect(end(7) == [])
    #expect(end(99) == [])
  }
}
