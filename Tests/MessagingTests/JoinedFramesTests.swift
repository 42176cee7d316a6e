import Foundation
import Testing

@testable import Messaging

/// Messages that share a frame.
@Suite struct JoinedFramesTests {
  private func assignment(_ unit: UInt64, stack: String = "a.h5") -> Volcsweep_ToWorker {
    Volcsweep_ToWorker(
      .assignment(
        .with {
          $0.lease.unit = unit
          $0.stack = stack
        }))
  }

  @Test func framesHoldAllMessagesInOrderAndThoseThatGoAloneAlone() throws {
    let pulse = Volcsweep_ToWorker(.pulse(Volcsweep_Pulse()))
    let messages =
      [pulse, assignment(1), pulse] + (2...600).map { assignment($0) }
      + [pulse, assignment(601), assignment(602)]
    let frames = try Volcsweep_ToWorker.frames(of: messages)
    #expect(frames.map(\.messages) == [1, 1, 1, 256, 256, 87, 1, 2])
    #expect(try frames.flatMap { try Volcsweep_ToWorker.messages(inFrame: $0.frame) } == messages)
    // Whoever knows nothing of joining reads what goes alone.
    #expect(try Volcsweep_ToWorker(frame: frames[0].frame) == pulse)
    #expect(try Volcsweep_ToWorker(frame: frames[1].frame) == messages[1])
    #expect(try Volcsweep_ToWorker.frames(of: []).isEmpty)
  }

  @Test func aFrameStaysFarBelowWhatASocketTakes() throws {
    let large = String(repeating: "x", count: 100_000)
    let larger = String(repeating: "x", count: 10 << 20)
    let messages = [
      assignment(1), assignment(2, stack: large), assignment(3, stack: large), assignment(4, stack: larger),
      assignment(5), assignment(6),
    ]
    let frames = try Volcsweep_ToWorker.frames(of: messages)
    #expect(frames.map(\.messages) == [2, 1, 1, 2])
    #expect(try frames.flatMap { try Volcsweep_ToWorker.messages(inFrame: $0.frame) } == messages)
    #expect(frames.allSatisfy { $0.messages == 1 || $0.frame.count < 140_000 })
  }

  @Test func framesOfNoneOfTooManyAndOfWhatIsNoneAreRefused() throws {
    let one: Data = try assignment(1).assignment.serializedBytes()
    #expect(try Volcsweep_ToWorker.messages(inFrame: Volcsweep_ToWorker(joining: [one]).frame()) == [assignment(1)])
    for parts in [[], [one, Data([0xff])], [Data](repeating: one, count: 257)] {
      let frame = try Volcsweep_ToWorker(joining: parts).frame()
      #expect(throws: MessageError.self) { try Volcsweep_ToWorker.messages(inFrame: frame) }
    }
  }
}
