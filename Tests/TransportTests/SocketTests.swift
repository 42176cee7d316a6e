import Foundation
import Testing

@testable import Transport

@Suite struct SocketTests {
  private func address() -> String {
    "ipc://\(NSTemporaryDirectory())volcsweep-\(UUID().uuidString.prefix(8)).sock"
  }

  @Test func aRouterAnswersTheDealerThatAsked() throws {
    let context = try MessageContext()
    let router = try MessageSocket(.router, context: context)
    let address = address()
    try router.bind(address)
    let dealer = try MessageSocket(.dealer(identity: "worker-1"), context: context)
    try dealer.connect(address)
    #expect(try dealer.send([4, 7, 1, 1]) == .sent)
    #expect(try router.wait(alsoFor: [], milliseconds: 5000).hasMessages)
    let frames = try #require(try router.receive())
    #expect(frames == [Array("worker-1".utf8), [4, 7, 1, 1]])
    #expect(try router.send([1, 2, 3], to: frames[0]) == .sent)
    #expect(try dealer.wait(alsoFor: [], milliseconds: 5000).hasMessages)
    #expect(try dealer.receive() == [[1, 2, 3]])
    #expect(try dealer.receive() == nil)
  }

  @Test func aMessageToNobodyIsUnreachableNotAnError() throws {
    let context = try MessageContext()
    let router = try MessageSocket(.router, context: context)
    try router.bind(address())
    #expect(try router.send([1], to: [7, 7]) == .unreachable)
  }

  @Test func aMessageOverTheLimitNeverArrives() throws {
    let context = try MessageContext()
    var limits = SocketLimits()
    limits.maximumMessageBytes = 1000
    limits.lingerMilliseconds = 0
    let router = try MessageSocket(.router, context: context, limits: limits)
    let address = address()
    try router.bind(address)
    let dealer = try MessageSocket(.dealer(identity: "w"), context: context, limits: limits)
    try dealer.connect(address)
    _ = try dealer.send([UInt8](repeating: 1, count: 1001))
    #expect(try !router.wait(alsoFor: [], milliseconds: 300).hasMessages)
  }

  @Test func takenAddressesAreNamed() throws {
    let context = try MessageContext()
    let socket = try MessageSocket(.router, context: context)
    let error = #expect(throws: ZeroMQError.self) { try socket.bind("ipc:///no/such/folder/socket") }
    #expect(error?.description.contains("/no/such/folder/socket") == true)
  }

  @Test func aMailboxWakesItsOwnerAndKeepsTheOrder() throws {
    let context = try MessageContext()
    let socket = try MessageSocket(.dealer(identity: "w"), context: context)
    let mailbox = try Mailbox<Int>()
    let thread = Thread { for item in 0..<1000 { mailbox.post(item) } }
    thread.start()
    var taken: [Int] = []
    while taken.count < 1000 {
      let wakeup = try socket.wait(alsoFor: [mailbox.descriptor], milliseconds: 5000)
      try #require(wakeup.readable == [true])
      taken += mailbox.takeAll()
    }
    #expect(taken == Array(0..<1000))
  }
}
