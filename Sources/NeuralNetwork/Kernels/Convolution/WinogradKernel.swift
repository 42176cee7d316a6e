/// A convolution of stride 1 over the patches of a chunk by Winograd's method, with m × m outputs per tile from
/// n × n products: a quarter of the direct method's for F(4, 3), less than a sixth for F(4, 5).
///
/// The GEMMs' rows are the tiles of all patches; see ``BatchInvariance`` for their batch invariance.
final class WinogradKernel: Kernel {
  private let columns: PatchColumns
  private let transform: WinogradTransform
  private let groups: Int
  private let outputs: Int
  private let patches: Int
  private let epilogue: Epilogue
  private let library: any GEMMLibrary
  /// Products × groups × (inputs per group × outputs per group).
  private let weights: AlignedFloats
  private let tileRows: Int
  private let tileColumns: Int

  /// Tiles per GEMM; the last block is padded.
  private let block: Int

  var tiles: Int { tileRows * tileColumns }
  private var products: Int { transform.inputs * transform.inputs }

  /// `weights` are in ONNX's order: outputs × inputs per group × kernel height × kernel width.
  init(
    weights: [Float], columns: PatchColumns, groups: Int, outputs: Int, epilogue: Epilogue, tile: Int, patches: Int,
    library: any GEMMLibrary
  ) {
    self.library = library
    self.columns = columns
    self.groups = groups
    self.outputs = outputs
    self.patches = patches
    self.epilogue = epilogue
    transform = WinogradTransform(outputs: tile, taps: columns.window.kernel.height)
    tileRows = (columns.window.output.height + tile - 1) / tile
    tileColumns = (columns.window.output.width + tile - 1) / tile
    block = Self.block(tiles: tileRows * tileColumns * patches)
    self.weights = Self.transformed(weights, transform, columns.groupChannels, groups, outputs)
  }

  /// Distance of planes: an odd number of cache lines, because otherwise the planes' rows would map to the same
  /// few cache sets.
  private func plane(_ channels: Int) -> Int { (block * channels + 15) / 32 * 32 + 16 }
  private var inputPlane: Int { plane(columns.channels) }
  private var outputPlane: Int { plane(outputs) }

  var scratchCount: Int { products * (inputPlane + outputPlane) }

  var shape: String {
    "Winograd F(\(transform.outputs), \(transform.taps)) in blocks of \(block) of \(patches * tiles) tiles, \(groups) groups"
  }

  /// Rows of the GEMMs, given the number of tiles: few enough to stay in the cache.
  static func block(tiles: Int) -> Int {
    let blocks = (tiles + 255) / 256
    return (tiles + blocks - 1) / blocks
  }

  func run(_ call: KernelCall) {
    for first in stride(from: 0, to: patches * tiles, by: block) { run(call, from: first) }
  }

  private func run(_ call: KernelCall, from first: Int) {
    let used = min(block, patches * tiles - first)
    let transformed = call.scratch
    let multiplied = transformed + products * inputPlane
    // The padding's content does not matter: a row only affects its own results.
    if used < block { transformed.update(repeating: 0, count: products * inputPlane) }
    for row in 0..<used { gather(first + row, call.input, into: transformed + row * columns.channels) }
    let (depth, width) = (columns.groupChannels, outputs / groups)
    for product in 0..<products {
      for group in 0..<groups {
        library.multiply(
          rows: block, columns: width, depth: depth,
          a: transformed + product * inputPlane + group * depth, aStride: columns.channels,
          b: weights.base + (product * groups + group) * depth * width, bIsTransposed: false,
          into: multiplied + product * outputPlane + group * width, stride: outputs)
      }
    }
    for row in 0..<used { scatter(first + row, multiplied + row * outputs, into: call.output) }
  }

  /// A tile's patch, and its first output row and column.
  private func position(_ tile: Int) -> (patch: Int, row: Int, column: Int) {
    let inPatch = tile % tiles
    return (tile / tiles, inPatch / tileColumns * transform.outputs, inPatch % tileColumns * transform.outputs)
  }

  private func gather(
    _ tile: Int, _ images: UnsafePointer<Float>, into transformed: UnsafeMutablePointer<Float>
  ) {
    let (size, channels) = (transform.inputs, columns.channels)
    let (height, width) = (columns.height, columns.width)
    let position = position(tile)
    let top = position.row - columns.window.before.height
    let left = position.column - columns.window.before.width
    func inside(_ start: Int, _ limit: Int) -> Range<Int> {
      let first = min(size, max(0, -start))
      return first..<max(first, min(size, limit - start))
    }
    Vectors.gatherTile(
      size: size, images + ((position.patch * height + top) * width + left) * channels, line: width * channels,
      pixel: channels, inside: .init(rows: inside(top, height), columns: inside(left, width)), channels: channels,
      into: transformed, plane: inputPlane)
  }

  private func scatter(_ tile: Int, _ multiplied: UnsafePointer<Float>, into images: UnsafeMutablePointer<Float>) {
    let position = position(tile)
    let (height, width) = (columns.window.output.height, columns.window.output.width)
    let pixel = (position.patch * height + position.row) * width + position.column
    Vectors.scatterTile(
      size: transform.inputs, outputs: transform.outputs, multiplied, plane: outputPlane, epilogue: epilogue,
      channels: outputs, into: images + pixel * outputs, line: width * outputs, pixel: outputs,
      rows: min(transform.outputs, height - position.row), columns: min(transform.outputs, width - position.column))
  }

  private static func transformed(
    _ weights: [Float], _ transform: WinogradTransform, _ depth: Int, _ groups: Int, _ outputs: Int
  ) -> AlignedFloats {
    let (size, taps) = (transform.inputs, transform.taps)
    let matrix = transform.filterMatrix
    let width = outputs / groups
    let packed = AlignedFloats(count: size * size * outputs * depth)
    for filter in 0..<(outputs * depth) {
      let (group, column, channel) = (filter / depth / width, filter / depth % width, filter % depth)
      var half = [Double](repeating: 0, count: size * taps)
      for row in 0..<size {
        for tap in 0..<taps {
          half[row * taps + tap] = (0..<taps).reduce(0) {
            $0 + matrix[row][$1] * Double(weights[filter * taps * taps + $1 * taps + tap])
          }
        }
      }
      for row in 0..<size {
        for other in 0..<size {
          let number = (0..<taps).reduce(0) { $0 + matrix[other][$1] * half[row * taps + $1] }
          packed.base[(((row * size + other) * groups + group) * depth + channel) * width + column] = Float(number)
        }
      }
    }
    return packed
  }
}
