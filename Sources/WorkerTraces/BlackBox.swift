import Foundation
import Messaging
import Synchronization

/// A small file mapped into memory, in which a worker's compute thread notes what it is about to do. What was written
/// last outlives the process, whatever signal ends it, so that exactly what was being computed can be blamed.
///
/// A reading goes into the one of two slots that does not hold the last one, then the sequence number says that it is
/// the newer: a process that is killed in between leaves the reading before. One thread writes.
public final class BlackBox: @unchecked Sendable {
  /// Why there is none. Work goes on without it.
  public struct Failure: Error, CustomStringConvertible {
    public let description: String
  }

  static let magic: UInt64 = 0x626F_7861_7468_6E64
  static let version: UInt32 = 1
  static let fileBytes = 4096
  static let sequenceOffset = 16
  static let slotOffsets = [64, 192]
  /// Words of a slot; the last is a checksum of those before it.
  static let slotWords = 12

  private let memory: UnsafeMutableRawPointer
  private var sequence: UInt64 = 0

  /// Makes the file anew; one that is there is unlinked, so that a process which still writes into it disturbs nobody.
  ///
  /// - Parameter path: where; its owner alone may read it.
  /// - Throws: ``Failure`` where the file cannot be made, or the disk is full.
  public init(path: String) throws(Failure) {
    func failure(_ what: String) -> Failure {
      Failure(description: "\(path) cannot be \(what): \(String(cString: strerror(errno)))")
    }
    unlink(path)
    let descriptor = open(path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw failure("created") }
    defer { close(descriptor) }
    // Written whole, because a store into a page that the disk has no room for would end the process.
    let zeros = [UInt8](repeating: 0, count: Self.fileBytes)
    guard write(descriptor, zeros, zeros.count) == zeros.count else { throw failure("written") }
    guard
      let memory = mmap(nil, Self.fileBytes, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0),
      memory != MAP_FAILED
    else { throw failure("mapped") }
    self.memory = memory
    memory.storeBytes(of: Self.version, toByteOffset: 8, as: UInt32.self)
    memory.storeBytes(of: getpid(), toByteOffset: 12, as: Int32.self)
    note(WorkerActivity(pid: getpid()))
    memory.storeBytes(of: Self.magic, toByteOffset: 0, as: UInt64.self)
  }

  deinit {
    munmap(memory, Self.fileBytes)
  }

  /// Notes an activity with plain stores; its process number is left out, the file has it already.
  public func note(_ activity: WorkerActivity) {
    sequence += 1
    activity.store(sequence: sequence, into: memory + Self.slotOffsets[Int(sequence & 1)])
    (memory + Self.sequenceOffset).assumingMemoryBound(to: Atomic<UInt64>.self).pointee
      .store(sequence, ordering: .releasing)
  }
}
