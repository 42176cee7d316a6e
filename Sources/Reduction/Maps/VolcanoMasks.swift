import Foundation
import Interferometry
import Ledger

/// A mask that cannot be read as it was written.
struct DamagedMask: Error {
  /// As `Ledger.maskNumbers(ofVolcano:)` has it.
  let mask: Int
}

/// At which pixels the interferograms of a volcano have data.
public struct VolcanoMasks {
  /// Of interferograms, by their number in the plan, the number of their mask.
  public let numbers: [Int: Int]
  /// The hashes of these, also by the interferograms' numbers.
  let hashes: [Int: Data]
  private let load: (_ mask: Int, _ pixelCount: Int) throws -> DataMask

  /// - Parameters:
  ///   - numbers: of interferograms, by their number in the plan, the number of their mask.
  ///   - hashes: of these masks, by the interferograms' numbers.
  ///   - load: gives a mask by its number and the pixels it is of.
  public init(
    numbers: [Int: Int], hashes: [Int: Data] = [:],
    load: @escaping (_ mask: Int, _ pixelCount: Int) throws -> DataMask
  ) {
    self.numbers = numbers
    self.hashes = hashes
    self.load = load
  }

  /// The masks that a ledger keeps.
  ///
  /// - Throws: `LedgerError`.
  public init(_ ledger: Ledger, volcano: String) throws {
    self.init(
      numbers: try ledger.maskNumbers(ofVolcano: volcano), hashes: try ledger.maskHashes(ofVolcano: volcano)
    ) { try ledger.dataMask($0, pixelCount: $1) }
  }

  /// Masks of nothing: interferograms count wherever they lie.
  public static var unknown: VolcanoMasks {
    VolcanoMasks(numbers: [:]) { _, count in try DataMask(bytes: [], pixelCount: count) }
  }

  /// - Throws: ``DamagedMask``, or what else keeps it from being read.
  func mask(_ number: Int, pixelCount: Int) throws -> DataMask {
    do {
      return try load(number, pixelCount)
    } catch LedgerError.damagedRow {
      throw DamagedMask(mask: number)
    }
  }

  /// The interferograms that have this mask.
  func interferograms(with mask: Int) -> [Int] { numbers.filter { $0.value == mask }.keys.sorted() }

  /// As if the mask had never been kept.
  func without(_ mask: Int) -> VolcanoMasks {
    VolcanoMasks(
      numbers: numbers.filter { $0.value != mask }, hashes: hashes.filter { numbers[$0.key] != mask }, load: load)
  }
}

/// A mask pixel by pixel, the last one that was asked for.
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

  /// 1 where there is data and 0 elsewhere, row-major, valid until the next is asked for; `nil` where it is not known.
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
