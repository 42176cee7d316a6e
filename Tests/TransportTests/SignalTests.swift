import Foundation
import Testing

@testable import Transport

@Suite struct SignalTests {
  @Test func aSignalToTheProcessIsReadNotSufferedWhateverThreadTakesIt() throws {
    let context = try MessageContext()
    let socket = try MessageSocket(.dealer(identity: "w"), context: context)
    let source = try SignalSource([SIGUSR1])
    kill(getpid(), SIGUSR1)
    let wakeup = try socket.wait(alsoFor: [source.descriptor], milliseconds: 5000)
    #expect(wakeup.readable == [true])
    #expect(source.takeAll() == [SIGUSR1])
    #expect(source.takeAll() == [])
  }
}
