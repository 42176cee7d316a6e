import Foundation

/// Files that crash, hang or exhaust a debug build when they are read, to test the isolation of damaged
/// files.
public enum PoisonFile {
  /// Triggers the failure that the environment variable `VOLCSWEEP_POISON_FILE` requests for a file:
  /// `crash=NAME,hang=NAME,memory=NAME` with file names without folders. Does nothing in a release build.
  public static func strike(at path: String) {
    #if DEBUG
      for harm in harms where path.hasSuffix("/\(harm.name)") || path == harm.name {
        switch harm.kind {
        case "crash": raise(SIGSEGV)
        case "hang": while true { usleep(10_000) }
        case "memory": exhaustMemory()
        default: preconditionFailure("a poison file crashes, hangs or takes memory, not \(harm.kind)")
        }
      }
    #endif
  }

  #if DEBUG
    private static let harms: [(kind: String, name: String)] = {
      let text = ProcessInfo.processInfo.environment["VOLCSWEEP_POISON_FILE"] ?? ""
      return text.split(separator: ",").compactMap { entry in
        let parts = entry.split(separator: "=", maxSplits: 1).map(String.init)
        return parts.count == 2 ? (parts[0], parts[1]) : nil
      }
    }()

    private static func exhaustMemory() {
      let size = 16 << 20
      // Kept, so that the optimiser does not remove the allocation.
      var blocks: [UnsafeMutableRawPointer] = []
      while let block = malloc(size) {
        memset(block, 1, size)
        blocks.append(block)
      }
      let words = Array("no memory after \(blocks.count) blocks\n".utf8)
      _ = words.withUnsafeBytes { write(STDERR_FILENO, $0.baseAddress, $0.count) }
      abort()
    }
  #endif
}
