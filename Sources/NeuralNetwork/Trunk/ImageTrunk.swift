/// A network's trunk over the interferograms of one size, whose patches then are parts of what it leaves behind. Owned by
/// one thread.
///
/// It runs over the whole image at once, in products of fixed shapes, so what it leaves behind depends on the image
/// alone. From what a patch's own run would leave it differs by rounding.
public final class ImageTrunk {
  /// Pixels of the gray image.
  public let height: Int
  public let width: Int
  /// Patches share it whose first row and column are multiples of it.
  public let rowStride: Int
  public let columnStride: Int
  /// Patches of an image from which on it costs fewer operations than to run each by itself.
  public let fewestPatches: Int

  private let runner: Runner
  private let image: AlignedFloats
  private let rowFloats: Int
  /// Of a patch's part of it.
  private let patchRows: Int
  private let patchRowFloats: Int
  private let channels: Int

  /// Floats of all that is kept while it runs.
  private static let largestArena = 1 << 26

  /// - Throws: ``ModelError/Problem`` where the image is too large.
  init(_ trunk: Trunk, of graph: Graph, input: InputForm, plan: Plan, height: Int, width: Int) throws {
    let whole = trunk.over(height: height, width: width, in: graph)
    for layer in whole.layers where whole.shapes[layer.output].count > Self.largestArena / 2 {
      throw ModelError.Problem.tooLarge(
        what: "what \(layer.name) holds of a whole interferogram", value: whole.shapes[layer.output].count,
        limit: Self.largestArena / 2)
    }
    runner = try Runner(whole, input: input, plan: plan)
    (self.height, self.width) = (height, width)
    (rowStride, columnStride) = (trunk.stride.height, trunk.stride.width)
    let (own, all) = (graph.shapes[trunk.value].dimensions, whole.shapes[trunk.value].dimensions)
    (channels, patchRows) = (own[0], own[1])
    patchRowFloats = own[2] * own[0]
    rowFloats = all[2] * all[0]
    let ratio =
      whole.operations(ofLayers: whole.layers.indices)
      / max(1, graph.operations(ofLayers: 0..<trunk.layerCount))
    fewestPatches = Int(ratio.rounded(.down)) + 1
    image = AlignedFloats(count: height * width)
  }

  /// Runs over a part of a raster; allocates nothing.
  ///
  /// - Parameters:
  ///   - gray: the raster's gray values 0…255, row-major.
  ///   - rasterWidth: its columns.
  ///   - row: the part's first row.
  ///   - column: the part's first column.
  public func run(gray: UnsafePointer<Float>, rasterWidth: Int, row: Int, column: Int) {
    for line in 0..<height {
      (image.base + line * width).update(from: gray + (row + line) * rasterWidth + column, count: width)
    }
    runner.run(image.base, count: 1)
  }

  /// Copies what a patch has of it.
  ///
  /// - Parameters:
  ///   - row: the patch's first row in the part that was run, a multiple of ``rowStride``.
  ///   - column: likewise.
  ///   - target: receives ``PatchClassifier/sharedCount`` floats.
  public func copyPatch(row: Int, column: Int, into target: UnsafeMutablePointer<Float>) {
    precondition(row % rowStride == 0 && column % columnStride == 0, "the patch lies on the trunk's lattice")
    guard let whole = runner.output(0).baseAddress else { return }
    let first = whole + row / rowStride * rowFloats + column / columnStride * channels
    for line in 0..<patchRows {
      (target + line * patchRowFloats).update(from: first + line * rowFloats, count: patchRowFloats)
    }
  }
}
