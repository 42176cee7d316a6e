/// A network's trunk over interferograms of one size; each patch's part of its output can be extracted. Owned
/// by one thread.
///
/// It processes the whole image at once, in GEMMs of fixed shapes, so its output depends on the image alone. It
/// differs by rounding from running the trunk on each patch.
public final class ImageTrunk {
  /// Rows of the gray image.
  public let height: Int
  /// Columns of the gray image.
  public let width: Int
  /// Patches can share it if their first row is a multiple of this, pixels.
  public let rowStride: Int
  /// Patches can share it if their first column is a multiple of this, pixels.
  public let columnStride: Int
  /// Number of patches of an image from which on sharing takes fewer operations than running each patch.
  public let fewestPatches: Int

  private let runner: Runner
  private let image: AlignedFloats
  private let rowFloats: Int
  /// Rows of a patch's part of the output.
  private let patchRows: Int
  private let patchRowFloats: Int
  private let channels: Int

  /// Size limit of all values kept while it runs, floats.
  private static let largestArena = 1 << 26

  /// - Throws: ``ModelError/Problem`` if the image is too large.
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

  /// Runs the trunk over a part of a raster; allocates nothing.
  ///
  /// - Parameters:
  ///   - gray: the raster's gray values 0…255, row-major.
  ///   - rasterWidth: columns of the raster.
  ///   - row: first row of the part.
  ///   - column: first column of the part.
  public func run(gray: UnsafePointer<Float>, rasterWidth: Int, row: Int, column: Int) {
    for line in 0..<height {
      (image.base + line * width).update(from: gray + (row + line) * rasterWidth + column, count: width)
    }
    runner.run(image.base, count: 1)
  }

  /// Extracts a patch's part of the output.
  ///
  /// - Parameters:
  ///   - row: first row of the patch in the part that was run, a multiple of ``rowStride``.
  ///   - column: first column, a multiple of ``columnStride``.
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
