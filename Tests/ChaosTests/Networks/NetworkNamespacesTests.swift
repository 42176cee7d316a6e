import Foundation
import Testing

/// The networks themselves, with plain sockets.
@Suite(.serialized) struct NetworkNamespacesTests {
  @Test func aLinkThatGoesDownHoldsWhatIsSentUntilItIsUpAgain() throws {
    let networks: NetworkNamespaces
    do {
      networks = try NetworkNamespaces(2, tag: "t" + String(getpid(), radix: 36))
    } catch let error as NotPossible {
      return print("skipped: \(error)")
    }
    let (listener, address) = try StreamAddress.tcp(networks.hostAddress, port: 0).listen()
    defer { close(listener) }
    guard case .tcp(let host, let port) = address else { return }
    let folder = FileManager.default.temporaryDirectory.appending(path: "networks-\(getpid())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let said = folder.appending(path: "said.txt")
    // Says back every line that it is sent.
    let echo = try Program(
      NetworkNamespaces.tool,
      networks.command(1) + [
        "bash", "-c", "exec 3<>/dev/tcp/\(host)/\(port); while read -r a <&3; do echo $a >&3; done",
      ],
      output: said, errors: said)
    let stream = FrameStream(descriptor: accept(listener, nil, nil))
    defer { close(stream.descriptor) }
    #expect(stream.write(Array("one\n".utf8)) && stream.readSome(atMost: 100) == Array("one\n".utf8))
    try networks.set(1, up: false)
    #expect(stream.write(Array("two\n".utf8)))
    var waiting = pollfd(fd: stream.descriptor, events: Int16(POLLIN), revents: 0)
    #expect(poll(&waiting, 1, 500) == 0)
    try networks.set(1, up: true)
    #expect(stream.readSome(atMost: 100) == Array("two\n".utf8))
    #expect(echo.isRunning)
  }
}
