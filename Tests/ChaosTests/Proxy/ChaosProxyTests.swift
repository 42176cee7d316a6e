import Foundation
import Synchronization
import Testing

/// The proxy itself, between a client and an echo.
@Suite(.serialized) struct ChaosProxyTests {
  static let greeting = (0..<FrameStream.greetingBytes).map { UInt8($0) }

  /// Sends a greeting and frames through a proxy to an echo.
  ///
  /// - Returns: the frames that came back until the connection ended or all were there, and what was injected.
  private func echoed(_ frames: [FrameStream.Frame], _ rates: FaultRates, name: String, tcp: Bool = false) throws
    -> (frames: [FrameStream.Frame], injected: [String: Int])
  {
    let folder = FileManager.default.temporaryDirectory.appending(path: "proxy-\(getpid())-\(name)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    func place(_ name: String) -> StreamAddress {
      tcp ? .tcp("127.0.0.1", port: 0) : .unix(folder.appending(path: name).path)
    }
    let (listener, upstream) = try place("echo").listen()
    Thread.detachNewThread {
      let stream = FrameStream(descriptor: accept(listener, nil, nil))
      while let bytes = stream.readSome(atMost: 4096), stream.write(bytes) {}
      close(stream.descriptor)
      close(listener)
    }
    let proxy = try ChaosProxy(place("proxy"), to: upstream, rates: rates, name: name)
    defer { proxy.end() }
    let client = FrameStream(descriptor: try proxy.address.connect())
    defer { close(client.descriptor) }
    #expect(client.write(Self.greeting))
    var greeting: [UInt8] = []
    while greeting.count < Self.greeting.count,
      let more = client.readSome(atMost: Self.greeting.count - greeting.count)
    {
      greeting += more
    }
    #expect(greeting == Self.greeting)
    let written = DispatchSemaphore(value: 0)
    Thread.detachNewThread {
      for frame in frames { guard client.write(frame.bytes) else { break } }
      written.signal()
    }
    defer {
      // Else it would go on writing into whatever gets the descriptor's number next.
      shutdown(client.descriptor, Int32(SHUT_RDWR))
      written.wait()
    }
    var back: [FrameStream.Frame] = []
    while back.count < frames.count, let frame = client.readFrame() { back.append(frame) }
    return (back, proxy.injected)
  }

  private static let frames = (0..<40).map { index in
    FrameStream.Frame(flags: 0, body: (0..<(index * 20 + 2)).map { UInt8(truncatingIfNeeded: $0 + index) })
  }

  @Test(arguments: [false, true]) func withoutRatesEveryFramePassesAsItIs(tcp: Bool) throws {
    let (back, injected) = try echoed(Self.frames, FaultRates(), name: "calm-\(tcp)", tcp: tcp)
    #expect(back == Self.frames)
    #expect(injected.isEmpty)
  }

  @Test func delayedFramesArriveWholeAndInOrder() throws {
    let rates = FaultRates(delay: 0.3, stall: 0.05, delaySeconds: 0.001...0.01, stallSeconds: 0.05...0.06)
    let (back, injected) = try echoed(Self.frames, rates, name: "late")
    #expect(back == Self.frames)
    #expect(injected["delays", default: 0] > 5 && injected["stalls", default: 0] > 0)
  }

  @Test func droppedAndCutConnectionsEndAfterWholeFrames() throws {
    for (name, rates) in [("drop", FaultRates(drop: 0.1)), ("cut", FaultRates(cut: 0.1))] {
      let (back, injected) = try echoed(Self.frames, rates, name: name)
      #expect(back.count < Self.frames.count && back == Array(Self.frames.prefix(back.count)))
      #expect(injected.count == 1)
    }
  }

  @Test func shortenedMessagesComeInWholeFrames() throws {
    let (back, injected) = try echoed(Self.frames, FaultRates(shorten: 0.3), name: "short")
    #expect(back.count == Self.frames.count)
    let shortened = zip(back, Self.frames).filter { $0 != $1 }
    #expect(shortened.allSatisfy { $0.body.count < $1.body.count && $1.body.starts(with: $0.body) })
    #expect(shortened.count > 5 && injected["shortened messages", default: 0] >= shortened.count)
  }

  @Test func repeatedMessagesComeTenTimes() throws {
    let rates = FaultRates(repeats: 1)
    let (back, _) = try echoed(Self.frames, rates, name: "again")
    // Repeated on the way there, and of what comes back the first forty are looked at.
    #expect(back == (0..<40).map { Self.frames[$0 / 100] })
  }

  @Test func corruptionChangesOneBitAndCommandsAreNotShortened() {
    var random = SeededRandom(seed: 1)
    let frame = Self.frames[9]
    #expect(zip(frame.withCorruptBody(&random).body, frame.body).count { $0 != $1 } == 1)
    for _ in 0..<50 { #expect(frame.withCorruptHeader(&random).header != frame.header) }
    let command = FrameStream.Frame(flags: 4, body: [5, 82, 69, 65, 68, 89])
    #expect(command.shortened(&random) == command)
  }

  @Test func theSameSeedMakesTheSameFaults() {
    let rates = FaultRates(delay: 0.2, stall: 0.1, drop: 0.1, cut: 0.1, shorten: 0.1, corruptHeader: 0.1)
    func faults(_ seed: UInt64) -> [FrameFault?] {
      var random = SeededRandom("worker 3 up", seed: seed)
      return (0..<200).map { _ in rates.next(&random) }
    }
    #expect(faults(7) == faults(7))
    #expect(faults(7) != faults(8))
  }
}
