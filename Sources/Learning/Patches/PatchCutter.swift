import Imaging
import Interferometry

/// Cuts interferograms of one size into gray patches as a sweep does, with the same gate.
///
/// Owns its scratch memory: use one value per thread.
final class PatchCutter {
  let patches: PatchGrid
  private let gate: PatchGate?
  private var bytes: [UInt8]
  private var valid: [UInt8]
  private var kept: [Bool]
  private var fractions: [Float]

  /// `nil` if the raster is smaller than a patch.
  ///
  /// - Parameters:
  ///   - grid: Size of the raster.
  ///   - side: Pixels across a patch.
  ///   - stride: Pixels from one patch to the next.
  ///   - rule: The gate; patches that it rejects are not cut. `nil` cuts all patches.
  init?(grid: Grid, side: Int, stride: Int, gate rule: GateRule?) {
    guard let patches = PatchGrid(grid: grid, size: side, stride: stride) else { return nil }
    self.patches = patches
    gate = rule.map { PatchGate(patches: patches, rule: $0) }
    bytes = Array(repeating: 0, count: grid.count)
    valid = Array(repeating: 0, count: grid.count)
    kept = Array(repeating: true, count: patches.count)
    fractions = Array(repeating: 1, count: patches.count)
  }

  /// Calls `body` with the index of each patch that passes the gate.
  ///
  /// - Parameters:
  ///   - phase: Wrapped phase, radians, row-major; NaN for no data.
  ///   - coherence: 0…1, NaN where unknown; `nil` if there is none.
  ///   - body: Receives the index; ``gray(of:)`` returns the patch.
  /// - Returns: the number of patches that the gate rejected.
  func forEachPatch(phase: [Float], coherence: [Float]?, _ body: (Int) -> Void) -> Int {
    precondition(phase.count == patches.grid.count, "the phase fills the grid")
    phase.withUnsafeBufferPointer { phase in
      _ = bytes.withUnsafeMutableBufferPointer { bytes in
        valid.withUnsafeMutableBufferPointer { GrayScale.quantise(phase, into: bytes, valid: $0) }
      }
      guard let gate else { return }
      kept.withUnsafeMutableBufferPointer { kept in
        fractions.withUnsafeMutableBufferPointer { fractions in
          if let coherence {
            coherence.withUnsafeBufferPointer {
              _ = gate.evaluate(phase: phase, coherence: $0, kept: kept, fractions: fractions)
            }
          } else {
            gate.evaluate(phase: phase, coherence: nil, kept: kept, fractions: fractions)
          }
        }
      }
    }
    for patch in 0..<patches.count where kept[patch] { body(patch) }
    return kept.count { !$0 }
  }

  /// The grays of one patch of the last raster, side × side, row-major.
  func gray(of patch: Int) -> [UInt8] { window(of: bytes, patch) }

  /// The window of one patch in a raster of the same size.
  func window<Element>(of raster: [Element], _ patch: Int) -> [Element] {
    let (row, column) = patches.origin(of: patch)
    var window: [Element] = []
    window.reserveCapacity(patches.patchArea)
    for y in row..<(row + patches.size) {
      let start = y * patches.grid.width + column
      window += raster[start..<(start + patches.size)]
    }
    return window
  }
}

extension PatchBox {
  /// The smallest box around the non-zero pixels of a square mask; `nil` if there are none.
  init?(around mask: [UInt8], side: Int) {
    var rows: (first: Int, last: Int)?
    var columns: (first: Int, last: Int)?
    for row in 0..<side {
      for column in 0..<side where mask[row * side + column] != 0 {
        rows = (rows?.first ?? row, row)
        columns = (min(columns?.first ?? column, column), max(columns?.last ?? column, column))
      }
    }
    guard let rows, let columns else { return nil }
    self.init(
      centreRow: Float(rows.first + rows.last) / 2, centreColumn: Float(columns.first + columns.last) / 2,
      halfHeight: Float(rows.last - rows.first + 1) / 2, halfWidth: Float(columns.last - columns.first + 1) / 2)
  }
}
