import Foundation
import Hashing

extension BlackBox {
  /// What a worker was doing when it last said so.
  public struct Reading: Hashable, Sendable {
    /// The process that wrote it.
    public var pid: Int32
    /// The lease at hand; `nil` when there was none.
    public var lease: Volcsweep_Lease?
    public var stage: Volcsweep_Stage = .idle
    /// Its number in the plan; 0 when the stage is about none.
    public var interferogram: UInt32 = 0
    /// Rises with every step of the compute thread.
    public var steps: UInt64 = 0
    /// Units whose results were handed on.
    public var finishedUnits: UInt64 = 0
    public var residentBytes: UInt64 = 0
    public var peakResidentBytes: UInt64 = 0
    /// What the process may have in use; 0 for no limit.
    public var memoryLimitBytes: UInt64 = 0

    public init(pid: Int32) {
      self.pid = pid
    }

    /// Stores a slot's words with plain stores, and allocates nothing: it is called between pixels and Pmax.
    func store(sequence: UInt64, into slot: UnsafeMutableRawPointer) {
      let words: InlineArray<11, UInt64> = [
        sequence, lease == nil ? 0 : 1, lease?.epoch ?? 0, lease?.unit ?? 0, UInt64(lease?.attempt ?? 0),
        UInt64(clamping: stage.rawValue) << 32 | UInt64(interferogram), steps, finishedUnits, residentBytes,
        peakResidentBytes, memoryLimitBytes,
      ]
      var checksum = FNV1a()
      var index = 0
      while index < words.count {
        slot.storeBytes(of: words[index], toByteOffset: index * 8, as: UInt64.self)
        checksum.add(word: words[index])
        index += 1
      }
      slot.storeBytes(of: checksum.value, toByteOffset: words.count * 8, as: UInt64.self)
    }

    /// A slot's reading; `nil` where it is none, or was being written.
    init?(words: [UInt64], sequence: UInt64, pid: Int32) {
      guard words.count == BlackBox.slotWords, words.last == Self.checksum(words.dropLast()), words[0] == sequence,
        words[1] < 2, let attempt = UInt32(exactly: words[4]),
        let stage = Volcsweep_Stage(rawValue: Int(words[5] >> 32)), Volcsweep_Stage.allCases.contains(stage)
      else { return nil }
      self.pid = pid
      if words[1] == 1 {
        var lease = Volcsweep_Lease()
        (lease.epoch, lease.unit, lease.attempt) = (words[2], words[3], attempt)
        self.lease = lease
      }
      self.stage = stage
      interferogram = UInt32(truncatingIfNeeded: words[5])
      (steps, finishedUnits) = (words[6], words[7])
      (residentBytes, peakResidentBytes, memoryLimitBytes) = (words[8], words[9], words[10])
    }

    private static func checksum(_ words: ArraySlice<UInt64>) -> UInt64 {
      var checksum = FNV1a()
      for word in words { checksum.add(word: word) }
      return checksum.value
    }
  }
}

extension BlackBox.Reading {
  /// Tries before a file that is written all the time is given up.
  private static let tries = 100

  /// The last reading in a file, whoever wrote into it: `nil` where there is none that can be believed.
  public init?(path: String) {
    let descriptor = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
    for _ in 0..<Self.tries {
      guard let before = Self.words(descriptor, at: 0, count: 3), before[0] == BlackBox.magic,
        UInt32(truncatingIfNeeded: before[1]) == BlackBox.version
      else { return nil }
      let pid = Int32(truncatingIfNeeded: before[1] >> 32)
      let sequence = before[2]
      guard pid > 0,
        let words = Self.words(
          descriptor, at: BlackBox.slotOffsets[Int(sequence & 1)], count: BlackBox.slotWords)
      else { return nil }
      if let reading = Self(words: words, sequence: sequence, pid: pid) {
        self = reading
        return
      }
    }
    return nil
  }

  private static func words(_ descriptor: Int32, at offset: Int, count: Int) -> [UInt64]? {
    var words = [UInt64](repeating: 0, count: count)
    let bytes = words.withUnsafeMutableBytes { pread(descriptor, $0.baseAddress, $0.count, off_t(offset)) }
    return bytes == count * 8 ? words : nil
  }
}
