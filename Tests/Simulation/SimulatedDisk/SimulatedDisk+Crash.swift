import Hashing

/// What happens to disks.
extension SimulatedDisk {
  /// The power is lost and comes back: each write, truncation, creation and deletion that was not synced is kept,
  /// dropped or, for writes, torn by sectors, as the seed says. Whatever was open is not any more.
  public func crash(seed: UInt64) {
    locked {
      var random = SplitMix64(state: seed)
      folder.losePower(&random)
      revive()
    }
  }

  /// All processes that have files open end at once, but the machine goes on: what was written stays, synced or not.
  public func killProcesses() {
    locked {
      folder = folder.copy()
      revive()
    }
  }

  private func revive() {
    generation += 1
    hasPower = true
    var faults = faults
    faults.powerLossAtChange = nil
    self.faults = faults
  }

  /// The names of its files.
  public var files: [String] { locked { folder.names } }

  /// The bytes of a file as its readers see them; `nil` without such a file.
  public func contents(of name: String) -> [UInt8]? {
    locked { folder.inode(name)?.content }
  }

  /// Puts bytes, durable ones, in place of a file's own. Nobody may have it open.
  public func replace(_ name: String, with bytes: [UInt8]) {
    locked { folder.replace(name, with: SimulatedInode(durable: bytes)) }
  }
}
