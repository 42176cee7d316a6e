import Foundation
import Interferometry
import Ledger

/// A stored mask that differs from what was written.
struct DamagedMask: Error {
  /// Its number, see `Ledger.maskNumbers(ofVolcano:)`.
  let mask: Int
}

/// The data masks of a volcano's interferograms.
public struct VolcanoMasks {
  /// Mask number by interferogram number.
  public let numbers: [Int: Int]
  /// SHA-256 of the mask by interferogram number.
  let hashes: [Int: Data]
  private let load: (_ mask: Int, _ pixelCount: Int) throws -> DataMask

  /// - Parameters:
  ///   - numbers: mask number by interferogram number.
  ///   - hashes: SHA-256 of the mask by interferogram number.
  ///   - load: returns a mask, given its number and number of pixels.
  public init(
    numbers: [Int: Int], hashes: [Int: Data] = [:],
    load: @escaping (_ mask: Int, _ pixelCount: Int) throws -> DataMask
  ) {
    self.numbers = numbers
    self.hashes = hashes
    self.load = load
  }

  /// The masks stored in a ledger.
  ///
  /// - Throws: `LedgerError`.
  public init(_ ledger: Ledger, volcano: String) throws {
    self.init(
      numbers: try ledger.maskNumbers(ofVolcano: volcano), hashes: try ledger.maskHashes(ofVolcano: volcano)
    ) { try ledger.dataMask($0, pixelCount: $1) }
  }

  /// No masks: interferograms count everywhere on their grid.
  public static var unknown: VolcanoMasks {
    VolcanoMasks(numbers: [:]) { _, count in try DataMask(bytes: [], pixelCount: count) }
  }

  /// - Throws: ``DamagedMask``, or other errors of reading.
  func mask(_ number: Int, pixelCount: Int) throws -> DataMask {
    do {
      return try load(number, pixelCount)
    } catch LedgerError.damagedRow {
      throw DamagedMask(mask: number)
    }
  }

  /// The interferograms with this mask.
  func interferograms(with mask: Int) -> [Int] { numbers.filter { $0.value == mask }.keys.sorted() }

  /// The masks without one, whose interferograms then count everywhere on their grid.
  func without(_ mask: Int) -> VolcanoMasks {
    VolcanoMasks(
      numbers: numbers.filter { $0.value != mask }, hashes: hashes.filter { numbers[$0.key] != mask }, load: load)
  }
}

/// A mask expanded to pixels; caches the last one.
final class ExpandedMask {
  private let masks: VolcanoMasks
  private let pixels: UnsafeMutableBufferPointer<UInt8>
  private var number: Int?

  init(_ masks: VolcanoMasks, grid: Grid) {
    self.masks = masks
    pixels = .allocate(capacity: grid.count)
    pixels.initialize(repeating: 1)
  }

  deinit { pixels.deallocate() }

  /// 1 for data and 0 for no data, row-major, valid until the next call; `nil` if unknown.
  func callAsFunction(_ mask: Int?) throws -> UnsafeBufferPointer<UInt8>? {
    guard let mask else { return nil }
    if mask != number {
      number = nil
      try masks.mask(mask, pixelCount: pixels.count).expand(into: pixels)
      number = mask
    }
    return UnsafeBufferPointer(pixels)
  }
}
