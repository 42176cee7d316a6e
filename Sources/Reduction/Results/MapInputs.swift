import Crypto
import Foundation
import Hashing
import Interferometry
import Ledger
import SweepRecords

/// A digest of everything that a volcano's maps depend on.
enum MapInputs {
  /// - Parameters:
  ///   - interferograms: the volcano's interferograms, by frame, then dates.
  ///   - stacks: the sweep's stacks by number.
  ///   - attributes: further text attributes of the files.
  ///   - masks: the interferograms' data masks.
  /// - Returns: SHA-256, hexadecimal; `nil` if none is scored, so that there are no maps.
  static func digest(
    _ interferograms: [InterferogramWithOutcome], stacks: [Int: PlannedStack], attributes: [String: String],
    masks: VolcanoMasks
  ) -> String? {
    var hash = SHA256()
    func add(_ text: String) { hash.update(data: Data("\(text.utf8.count) \(text)\n".utf8)) }
    for (key, value) in attributes.sorted(by: { $0.key < $1.key }) { [key, value].forEach(add) }
    // The first one determines the grid of the maps, scored or not.
    if let first = interferograms.first.flatMap({ stacks[$0.stack] }) { add("\(first.grid) \(first.geoTransform)") }
    var isEmpty = true
    for interferogram in interferograms {
      guard case .scored(let result) = interferogram.outcome, let stack = stacks[interferogram.stack] else {
        continue
      }
      isEmpty = false
      add(interferogram.id.description)
      add("\(interferogram.stack) \(stack.grid) \(stack.geoTransform)")
      add("\(result.patchRows) \(result.patchColumns)")
      add(masks.hashes[interferogram.number]?.base64EncodedString() ?? "no mask")
      result.patchProbabilities.withUnsafeBytes { hash.update(bufferPointer: $0) }
      if let map = result.sourceMap {
        add("\(map.rows) \(map.columns) cells, highest \(result.maximumProbability)")
        map.values.withUnsafeBytes { hash.update(bufferPointer: $0) }
      }
    }
    return isEmpty ? nil : hash.finalize().hexadecimal
  }
}
