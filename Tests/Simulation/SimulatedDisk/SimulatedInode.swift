import GRDBSQLite
import Hashing

/// A file's bytes, what of them is durable, and who holds which lock on it.
final class SimulatedInode {
  enum Operation {
    case write(offset: Int, bytes: [UInt8])
    case truncate(Int)

    func apply(to bytes: inout [UInt8]) {
      switch self {
      case .write(let offset, let written): SimulatedInode.put(written[...], at: offset, into: &bytes)
      case .truncate(let size):
        if size < bytes.count {
          bytes.removeLast(bytes.count - size)
        } else {
          SimulatedInode.grow(&bytes, to: size)
        }
      }
    }
  }

  private(set) var content: [UInt8]
  private var durable: [UInt8]
  /// What happened since the last sync, in order.
  private var unsynced: [Operation] = []
  var locks = FileLocks()
  let memory = SharedMemory()

  init(durable: [UInt8]) {
    self.durable = durable
    content = durable
  }

  func copy() -> SimulatedInode {
    let copy = SimulatedInode(durable: durable)
    copy.content = content
    copy.unsynced = unsynced
    return copy
  }

  func write(_ bytes: UnsafeRawBufferPointer, at offset: Int) {
    make(.write(offset: offset, bytes: Array(bytes)))
  }

  func truncate(to size: Int) {
    make(.truncate(size))
  }

  private func make(_ operation: Operation) {
    operation.apply(to: &content)
    unsynced.append(operation)
  }

  func sync() {
    for operation in unsynced { operation.apply(to: &durable) }
    unsynced.removeAll(keepingCapacity: true)
  }

  /// The bytes that a loss of power leaves: what is durable, and of the rest what chance has it.
  func afterPowerLoss(_ random: inout SplitMix64) -> [UInt8] {
    var left = durable
    for operation in unsynced {
      switch Int.random(in: 0..<4, using: &random) {
      case 0: break
      case 1, 2: operation.apply(to: &left)
      default:
        guard case .write(let offset, let bytes) = operation else { break }
        Self.tear(bytes, at: offset, sector: Bool.random(using: &random) ? 512 : 4096, into: &left, &random)
      }
    }
    return left
  }

  /// Writes some of the sectors that the bytes lie in.
  private static func tear(
    _ bytes: [UInt8], at offset: Int, sector: Int, into left: inout [UInt8], _ random: inout SplitMix64
  ) {
    var start = 0
    while start < bytes.count {
      let end = min(bytes.count, ((offset + start) / sector + 1) * sector - offset)
      if Bool.random(using: &random) { put(bytes[start..<end], at: offset + start, into: &left) }
      start = end
    }
  }

  private static func put(_ written: ArraySlice<UInt8>, at offset: Int, into bytes: inout [UInt8]) {
    let end = offset + written.count
    grow(&bytes, to: end)
    bytes.withUnsafeMutableBytes { target in
      written.withUnsafeBytes { UnsafeMutableRawBufferPointer(rebasing: target[offset..<end]).copyMemory(from: $0) }
    }
  }

  private static func grow(_ bytes: inout [UInt8], to size: Int) {
    if bytes.count < size { bytes.append(contentsOf: repeatElement(0, count: size - bytes.count)) }
  }
}
