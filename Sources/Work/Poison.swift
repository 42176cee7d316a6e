#if DEBUG
  import Foundation

  /// Faults injected by tests: `VOLCSWEEP_POISON=crash=STACK:PAIR,memory=STACK:PAIR,hang=STACK:PAIR`, each any
  /// number of times. Debug builds only.
  struct Poison: Sendable {
    enum Kind: String {
      /// Ends the process with SIGSEGV.
      case crash
      /// Allocates memory until it fails.
      case memory
      /// Never returns.
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

    /// Executes the fault for this interferogram, if there is one.
    func strike(stack: String, pair: String) {
      switch kinds["\(stack):\(pair)"] {
      case nil: return
      case .crash: UnsafeMutablePointer<Int>(bitPattern: 8)?.pointee = 1
      case .memory: Self.takeAllMemory()
      case .hang: while true { sleep(1) }
      }
    }

    /// Without a limit it would use up the machine's memory, so it stops at 2 GB.
    private static func takeAllMemory() {
      let block = 16 << 20
      for _ in 0..<(2 << 30) / block {
        memset(UnsafeMutableRawPointer.allocate(byteCount: block, alignment: 64), 1, block)
      }
      abort()
    }
  }
#endif
