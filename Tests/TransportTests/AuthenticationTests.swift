import Testing

@testable import Transport

/// Against the examples and rules of https://rfc.zeromq.org/spec/27.
@Suite struct AuthenticationTests {
  private let key = [UInt8](0..<32)

  private func frames(_ change: (inout [[UInt8]]) -> Void = { _ in }) -> [[UInt8]] {
    var frames: [[UInt8]] = ["1.0", "7", "volcsweep", "10.0.0.9", "", "CURVE"].map { Array($0.utf8) } + [key]
    change(&frames)
    return frames
  }

  @Test func aRequestIsRead() throws {
    let request = try AuthenticationRequest(frames: frames())
    #expect(request.id == Array("7".utf8) && request.domain == "volcsweep" && request.address == "10.0.0.9")
    #expect(request.key == PublicKey(bytes: key))
  }

  @Test func whatIsNotAskedInTheProtocolIsNotAdmitted() {
    let changes: [(inout [[UInt8]]) -> Void] = [
      { $0[0] = Array("2.0".utf8) }, { $0[5] = Array("PLAIN".utf8) }, { $0[5] = Array("NULL".utf8) },
      { $0[6].removeLast() }, { $0[6].append(0) }, { $0.removeLast() }, { $0.append([]) }, { $0[6] = [] },
    ]
    for (index, change) in changes.enumerated() {
      #expect(throws: AuthenticationRequest.Malformed.self, "change \(index)") {
        try AuthenticationRequest(frames: frames(change))
      }
    }
    #expect(throws: AuthenticationRequest.Malformed.notARequest) { try AuthenticationRequest(frames: []) }
    #expect(throws: AuthenticationRequest.Malformed.notARequest) { try AuthenticationRequest(frames: [[1]]) }
  }

  @Test func answersHaveTheFramesOfTheProtocol() {
    let id: [UInt8] = [7]
    let admitted = AuthenticationReply.admitted(name: "node17", key: PublicKey(bytes: key)).frames(id: id)
    #expect(admitted[..<5].map { String(decoding: $0, as: UTF8.self) } == ["1.0", "\u{7}", "200", "OK", "node17"])
    // Metadata: length and name, four bytes of length and value.
    let text = PublicKey(bytes: key).z85
    #expect(admitted[5] == [13] + Array("Volcsweep-Key".utf8) + [0, 0, 0, 40] + Array(text.utf8))
    for (reply, status) in [(AuthenticationReply.refused, "400"), (.failed, "500")] {
      let frames = reply.frames(id: id)
      #expect(frames.count == 6 && frames[2] == Array(status.utf8) && frames[4].isEmpty && frames[5].isEmpty)
    }
  }
}
