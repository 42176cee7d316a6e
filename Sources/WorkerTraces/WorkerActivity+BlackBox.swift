import Foundation
import Hashing
import Messaging

import struct Scheduling.Lease

// The slots of a black box.
extension WorkerActivity {
  /// Stores a slot's words with plain stores, and allocates nothing: it is called between pixels and Pmax.
  func store(sequence: UInt64, into slot: UnsafeMutableRawPointer) {
    let words: InlineArray<11, UInt64> = [
      sequence, lease == nil ? 0 : 1, UInt64(clamping: lease?.epoch ?? 0), lease?.unit ?? 0,
      UInt64(clamping: lease?.attempt ?? 0),
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

  /// What a slot says; `nil` where it is none, or was being written.
  init?(words: [UInt64], sequence: UInt64, pid: Int32) {
    guard words.count == BlackBox.slotWords, words.last == Self.checksum(words.dropLast()), words[0] == sequence,
      words[1] < 2, let attempt = UInt32(exactly: words[4]),
      let stage = Volcsweep_Stage(rawValue: Int(words[5] >> 32)), Volcsweep_Stage.allCases.contains(stage)
    else { return nil }
    self.init(pid: pid)
    if words[1] == 1 {
      lease = Lease(epoch: Int(clamping: words[2]), unit: words[3], attempt: Int(attempt))
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

extension WorkerActivity {
  /// Tries before a file that is written all the time is given up.
  private static let tries = 100

  /// What a black box's file says last, whoever wrote into it: `nil` where there is none that can be believed.
  public init?(blackBox path: String) {
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
