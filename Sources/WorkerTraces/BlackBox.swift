import Foundation
import Messaging
import Synchronization

/// A small memory-mapped file in which a worker's compute thread records each step before it starts. The last
/// record survives the process, whatever signal ends it, so that exactly what was being computed can be blamed.
///
/// A reading is written to the one of two slots that does not hold the last one, then the sequence number marks
/// it as newer: a process killed in between leaves the previous reading. One thread writes.
public final class BlackBox: @unchecked Sendable {
  /// The file cannot be created. Work goes on without it.
  public struct Failure: Error, CustomStringConvertible {
    /// The path and the reason.
    public let description: String
  }

  static let magic: UInt64 = 0x626F_7861_7468_6E64
  static let version: UInt32 = 1
  static let fileBytes = 4096
  static let sequenceOffset = 16
  static let slotOffsets = [64, 192]
  /// 64-bit words of a slot; the last one is a checksum of the others.
  static let slotWords = 12

  private let memory: UnsafeMutableRawPointer
  private var sequence: UInt64 = 0

  /// Creates the file; an existing one is unlinked, so that a process that still writes to it does no harm.
  ///
  /// - Parameter path: path of the file, which only its owner can read.
  /// - Throws: ``Failure`` if the file cannot be created, or the disk is full.
  public init(path: String) throws(Failure) {
    func failure(_ what: String) -> Failure {
      Failure(description: "\(path) cannot be \(what): \(String(cString: strerror(errno)))")
    }
    unlink(path)
    let descriptor = open(path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw failure("created") }
    defer { close(descriptor) }
    // Allocated completely, because a store to a page without disk space would kill the process.
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
