import Foundation
import Hashing

extension BlackBox {
  /// A worker's last recorded activity.
  public struct Reading: Hashable, Sendable {
    /// The process that wrote it.
    public var pid: Int32
    /// The current lease; `nil` for none.
    public var lease: Volcsweep_Lease?
    /// What the compute thread did.
    public var stage: Volcsweep_Stage = .idle
    /// The interferogram's number in the plan; 0 if the stage concerns none.
    public var interferogram: UInt32 = 0
    /// Incremented with every step of the compute thread.
    public var steps: UInt64 = 0
    /// Number of units whose results were delivered.
    public var finishedUnits: UInt64 = 0
    /// Memory in use, bytes.
    public var residentBytes: UInt64 = 0
    /// Peak memory in use, bytes.
    public var peakResidentBytes: UInt64 = 0
    /// Memory limit of the process, bytes; 0 for none.
    public var memoryLimitBytes: UInt64 = 0

    public init(pid: Int32) {
      self.pid = pid
    }

    /// Stores the reading with plain stores and without allocation, because it is called while pixels are
    /// processed.
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

    /// Decodes a slot; `nil` if it is invalid, or was being written.
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
  /// Attempts before giving up on a file that is written continuously.
  private static let tries = 100

  /// The last reading in a file, by any process; `nil` if there is no valid one.
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
