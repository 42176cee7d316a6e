/// A convolution of stride 1 over the patches of a chunk, with a tile of m × m outputs from n × n products: a quarter
/// of the direct way's for F(4, 3), less than a sixth for F(4, 5).
///
/// The products' rows are the tiles of all patches; see ``RowStability`` for why a row's place does not matter.
final class WinogradKernel: Kernel {
  private let columns: PatchColumns
  private let transform: WinogradTransform
  private let groups: Int
  private let outputs: Int
  private let patches: Int
  private let epilogue: Epilogue
  /// Products × groups × (inputs per group × outputs per group).
  private let weights: AlignedFloats
  private let input: SmallMatrix
  private let output: SmallMatrix
  private let tileRows: Int
  private let tileColumns: Int

  /// Tiles that are multiplied at once; the last block is filled up.
  private let block: Int

  var tiles: Int { tileRows * tileColumns }
  private var products: Int { transform.inputs * transform.inputs }

  /// `weights` are in ONNX's order: outputs × inputs per group × kernel height × kernel width.
  init(
    weights: [Float], columns: PatchColumns, groups: Int, outputs: Int, epilogue: Epilogue, tile: Int, patches: Int
  ) {
    self.columns = columns
    self.groups = groups
    self.outputs = outputs
    self.patches = patches
    self.epilogue = epilogue
    transform = WinogradTransform(outputs: tile, taps: columns.window.kernel.height)
    input = SmallMatrix(transform.inputMatrix)
    output = SmallMatrix(transform.outputMatrix)
    tileRows = (columns.window.output.height + tile - 1) / tile
    tileColumns = (columns.window.output.width + tile - 1) / tile
    block = Self.block(tiles: tileRows * tileColumns * patches)
    self.weights = Self.transformed(weights, transform, columns.groupChannels, groups, outputs)
  }

  private var inputFloats: Int { products * block * columns.channels }
  private var outputFloats: Int { products * block * outputs }

  var scratchCount: Int {
    inputFloats + outputFloats + 2 * products * max(columns.channels, outputs)
  }

  var shape: String {
    "Winograd F(\(transform.outputs), \(transform.taps)) in blocks of \(block) of \(patches * tiles) tiles, \(groups) groups"
  }

  /// The rows of the products over so many tiles: few enough to stay in the cache.
  static func block(tiles: Int) -> Int {
    let blocks = (tiles + 255) / 256
    return (tiles + blocks - 1) / blocks
  }

  func run(_ call: KernelCall) {
    for first in stride(from: 0, to: patches * tiles, by: block) { run(call, from: first) }
  }

  private func run(_ call: KernelCall, from first: Int) {
    let rows = block
    let used = min(block, patches * tiles - first)
    let transformed = call.scratch
    let multiplied = transformed + inputFloats
    let work = multiplied + outputFloats
    // What fills up the block may be anything: a row's numbers go into its own results alone.
    if used < block { transformed.update(repeating: 0, count: inputFloats) }
    for row in 0..<used { gather(first + row, row, call.input, into: transformed, work: work) }
    let (depth, width) = (columns.groupChannels, outputs / groups)
    for product in 0..<products {
      for group in 0..<groups {
        BLAS.multiply(
          rows: rows, columns: width, depth: depth,
          a: transformed + product * rows * columns.channels + group * depth, aStride: columns.channels,
          b: weights.base + (product * groups + group) * depth * width, bIsTransposed: false,
          into: multiplied + product * rows * outputs + group * width, stride: outputs)
      }
    }
    for row in 0..<used { scatter(first + row, row, multiplied, into: call.output, work: work) }
  }

  /// A tile's place: its patch, and its first output row and column.
  private func place(_ tile: Int) -> (patch: Int, row: Int, column: Int) {
    let inPatch = tile % tiles
    return (tile / tiles, inPatch / tileColumns * transform.outputs, inPatch % tileColumns * transform.outputs)
  }

  private func gather(
    _ tile: Int, _ blockRow: Int, _ images: UnsafePointer<Float>, into transformed: UnsafeMutablePointer<Float>,
    work: UnsafeMutablePointer<Float>
  ) {
    let (size, channels, width) = (transform.inputs, columns.channels, columns.width)
    let place = place(tile)
    let image = images + place.patch * columns.height * width * channels
    let pixels = work + products * channels
    for row in 0..<size {
      let y = place.row - columns.window.before.height + row
      let left = place.column - columns.window.before.width
      let line = pixels + row * size * channels
      let inside = max(0, -left)..<max(max(0, -left), min(size, width - left))
      guard (0..<columns.height).contains(y), !inside.isEmpty else {
        line.update(repeating: 0, count: size * channels)
        continue
      }
      line.update(repeating: 0, count: inside.lowerBound * channels)
      (line + inside.lowerBound * channels)
        .update(from: image + (y * width + left + inside.lowerBound) * channels, count: inside.count * channels)
      (line + inside.upperBound * channels).update(repeating: 0, count: (size - inside.upperBound) * channels)
    }
    // Down the rows, for all columns at once; then along the columns, straight to where the products read.
    input.apply(pixels, stride: size * channels, to: work, stride: size * channels, count: size * channels)
    let rows = block
    for row in 0..<size {
      input.apply(
        work + row * size * channels, stride: channels,
        to: transformed + (row * size * rows + blockRow) * channels, stride: rows * channels, count: channels)
    }
  }

  private func scatter(
    _ tile: Int, _ blockRow: Int, _ multiplied: UnsafePointer<Float>, into images: UnsafeMutablePointer<Float>,
    work: UnsafeMutablePointer<Float>
  ) {
    let (size, count) = (transform.inputs, transform.outputs)
    let rows = block
    let place = place(tile)
    let (height, width) = (columns.window.output.height, columns.window.output.width)
    // Along the columns first, as a product's neighbours in a row lie that far apart.
    for row in 0..<size {
      output.apply(
        multiplied + (row * size * rows + blockRow) * outputs, stride: rows * outputs,
        to: work + row * count * outputs, stride: outputs, count: outputs)
    }
    let result = work + size * count * outputs
    output.apply(work, stride: count * outputs, to: result, stride: count * outputs, count: count * outputs)
    let pixels = min(count, width - place.column)
    for row in 0..<min(count, height - place.row) {
      let pixel = (place.row + row) * width + place.column
      let target = images + (place.patch * height * width + pixel) * outputs
      target.update(from: result + row * count * outputs, count: pixels * outputs)
      epilogue.apply(to: target, rows: pixels, columns: outputs, stride: outputs, firstRow: pixel, firstColumn: 0)
    }
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
