import Foundation

/// Networks of one machine each, joined by a bridge, whose links can be taken down and up again.
final class NetworkNamespaces {
  /// Where the machine itself is reached from within the namespaces.
  let hostAddress: String
  private let network: String
  private let tag: String
  private let count: Int

  /// Makes a bridge and so many namespaces with a link to it.
  ///
  /// - Throws: ``NotPossible`` where the right or the tool is missing.
  init(_ count: Int, tag: String) throws {
    guard geteuid() == 0 else { throw NotPossible(description: "network namespaces need root") }
    self.tag = tag
    self.count = count
    // One of the 254 networks of the block that is set aside for tests of devices, by the process's number.
    network = "198.18.\(1 + getpid() % 254)"
    hostAddress = "\(network).1"
    Self.remove(tag: tag)
    try Self.ip("link", "add", bridge, "type", "bridge")
    try Self.ip("address", "add", "\(hostAddress)/24", "dev", bridge)
    try Self.ip("link", "set", bridge, "up")
    for index in 0..<count {
      try Self.ip("netns", "add", name(index))
      try Self.ip("link", "add", link(index), "type", "veth", "peer", "name", "inside", "netns", name(index))
      try Self.ip("link", "set", link(index), "master", bridge)
      try Self.ip("link", "set", link(index), "up")
      for words in [
        ["address", "add", "\(address(index))/24", "dev", "inside"], ["link", "set", "inside", "up"],
        ["link", "set", "lo", "up"],
      ] {
        try Self.ip(["-netns", name(index)] + words)
      }
    }
  }

  deinit { Self.remove(tag: tag) }

  /// What runs a program inside a namespace. Unlike ip it leaves /sys as it is, where Slurm looks for its control groups.
  static let tool = "nsenter"

  /// The words of ``tool`` before the program's own.
  func command(_ index: Int) -> [String] { ["--net=/run/netns/\(name(index))"] }

  /// The address of a namespace's machine; its interface is called `inside`.
  func address(_ index: Int) -> String { "\(network).\(10 + index)" }

  /// Takes a namespace's link down, or brings it back.
  func set(_ index: Int, up isUp: Bool) throws {
    try Self.ip("link", "set", link(index), isUp ? "up" : "down")
  }

  /// Removes the bridge, the links and the namespaces of a tag.
  static func remove(tag: String) {
    guard geteuid() == 0 else { return }
    let names = (try? FileManager.default.contentsOfDirectory(atPath: "/run/netns")) ?? []
    for name in names where name.hasPrefix("vc\(tag)-") {
      try? ip("netns", "del", name)
      // One that was made in a mount namespace that is gone leaves a file that is no namespace any more.
      unlink("/run/netns/\(name)")
    }
    let links = (try? FileManager.default.contentsOfDirectory(atPath: "/sys/class/net")) ?? []
    for link in links where link.hasPrefix("vc\(tag)-") { try? ip("link", "del", link) }
  }

  // A link's name has at most 15 letters.
  private var bridge: String { "vc\(tag)-b" }
  private func name(_ index: Int) -> String { "vc\(tag)-\(index)" }
  private func link(_ index: Int) -> String { "vc\(tag)-l\(index)" }

  private static func ip(_ words: String...) throws { try ip(words) }

  private static func ip(_ words: [String]) throws { try SystemTool.run(["ip"] + words) }
}
