import Imaging
import NeuralNetwork

/// The patches of rasters of one size that share the network's trunk, which then runs once over the raster.
///
/// Whether the patches of an interferogram share it depends only on how many of them pass its gate.
final class SharedPatches {
  private let trunk: ImageTrunk
  private let patches: PatchGrid
  private let inset: Int
  private let isShared: [Bool]

  /// `nil` if the plan has no trunk, or too few patches start at positions that can share it.
  init?(_ patches: PatchGrid, inputSize: Int, classifier: PatchClassifier) {
    guard let stride = classifier.trunkStride, let inset = patches.centralWindow(inputSize: inputSize) else {
      return nil
    }
    let rows = patches.rowStarts.filter { $0 % stride.rows == 0 }
    let columns = patches.columnStarts.filter { $0 % stride.columns == 0 }
    guard let lastRow = rows.last, let lastColumn = columns.last,
      let trunk = classifier.trunk(height: lastRow + inputSize, width: lastColumn + inputSize),
      trunk.fewestPatches <= rows.count * columns.count
    else { return nil }
    self.trunk = trunk
    self.patches = patches
    self.inset = inset
    isShared = (0..<patches.count).map {
      let origin = patches.origin(of: $0)
      return origin.row % stride.rows == 0 && origin.column % stride.columns == 0
    }
  }

  func holds(_ patch: Int) -> Bool { isShared[patch] }

  /// Whether the trunk over the raster costs less than over each of the kept patches that could share it.
  func isWorthwhile(for kept: UnsafeMutableBufferPointer<Bool>) -> Bool {
    var count = 0
    for patch in isShared.indices where kept[patch] && isShared[patch] { count += 1 }
    return count >= trunk.fewestPatches
  }

  /// Runs the trunk over a raster of gray values.
  func run(gray: UnsafeMutableBufferPointer<Float>) {
    guard let gray = gray.baseAddress else { return }
    trunk.run(gray: gray, rasterWidth: patches.grid.width, row: inset, column: inset)
  }

  /// Copies a patch's activations from the last run.
  func copy(_ patch: Int, into target: UnsafeMutablePointer<Float>) {
    let origin = patches.origin(of: patch)
    trunk.copyPatch(row: origin.row, column: origin.column, into: target)
  }
}
