#if DEBUG
  import Foundation

  /// Faults that a test asks a worker for: `VOLCSWEEP_POISON=crash=STACK:PAIR,memory=STACK:PAIR,hang=STACK:PAIR`, each
  /// as often as wanted. Only debug builds have them.
  struct Poison: Sendable {
    enum Kind: String {
      /// Ends the process with SIGSEGV.
      case crash
      /// Takes memory until there is none.
      case memory
      /// Never comes back.
      case hang
    }

    static let ofProcess = Poison(ProcessInfo.processInfo.environment["VOLCSWEEP_POISON"] ?? "")

    private var kinds: [String: Kind] = [:]

    init(_ text: String) {
      for entry in text.split(separator: ",") {
        let parts = entry.split(separator: "=", maxSplits: 1)
        if parts.count == 2, let kind = Kind(rawValue: String(parts[0])) { kinds[String(parts[1])] = kind }
      }
    }

    /// Does what was asked for this interferogram; nothing for all others.
    func strike(stack: String, pair: String) {
      switch kinds["\(stack):\(pair)"] {
      case nil: return
      case .crash: UnsafeMutablePointer<Int>(bitPattern: 8)?.pointee = 1
      case .memory: Self.takeAllMemory()
      case .hang: while true { sleep(1) }
      }
    }

    /// Without a limit it would be the machine's, so it ends by itself at 2 GB.
    private static func takeAllMemory() {
      let block = 16 << 20
      for _ in 0..<(2 << 30) / block {
        memset(UnsafeMutableRawPointer.allocate(byteCount: block, alignment: 64), 1, block)
      }
      abort()
    }
  }
#endif
