import Testing

@testable import Transport

@Suite struct EndpointTests {
  @Test func addressesAreReadAndWrittenTheSame() throws {
    for text in [
      "ipc:///run/sweep/coordinator.sock", "tcp://*:5555", "tcp://node17.cluster.example:0", "tcp://10.0.0.1:65535",
      "tcp://[::1]:5555",
    ] {
      #expect(try Endpoint(text).description == text)
    }
    #expect(try Endpoint("tcp://node17:5555") == .tcp(host: "node17", port: 5555))
  }

  @Test func whatIsNeitherAUnixSocketNorAPortIsRefused() {
    for text in [
      "", "tcp://", "tcp://node17", "tcp://node17:", "tcp://:5555", "tcp://node17:65536", "tcp://node17:-1",
      "tcp://node17:+5", "tcp://no de:1", "tcp://a;tcp://b:1", "tcp://1.2.3.4:1;node:2", "tcp://[::1:5",
      "tcp://[x]:5",
      "ipc://relative", "ipc://@abstract", "ipc:///" + String(repeating: "x", count: 107), "inproc://x",
      "udp://239.1.1.1:5", "ws://host:80", "pgm://x", "TCP://node:1",
    ] {
      #expect(throws: EndpointError.self, "\(text)") { try Endpoint(text) }
    }
  }

  @Test func tcpWithoutKeysIsImpossibleAndTheErrorSaysHowToMakeThem() throws {
    let context = try MessageContext()
    for socket in [
      try MessageSocket(.router, context: context), try MessageSocket(.dealer(identity: "w"), context: context),
    ] {
      for address in ["tcp://127.0.0.1:0", "tcp://*:5555", "tcp://node17:5555"] {
        let bound = #expect(throws: EndpointError.self) { try socket.bind(address) }
        #expect(bound?.description.contains("volcsweep keys") == true)
        let connected = #expect(throws: EndpointError.self) { try socket.connect(address) }
        #expect(connected?.description.contains("volcsweep keys") == true)
      }
    }
  }

  @Test func aSocketWithKeysListensNowhereElse() throws {
    let listener = try ListenerFixture()
    #expect(throws: EndpointError.self) { try listener.router.bind("ipc:///tmp/volcsweep-never.sock") }
    let dealer = try listener.dealer()
    #expect(throws: EndpointError.self) { try dealer.connect("ipc:///tmp/volcsweep-never.sock") }
  }
}
