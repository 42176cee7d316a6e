/// The rows and columns of a patch that the classes depend on. A window whose stride does not divide the input
/// ignores rows and columns at the south and east edge; one whose stride exceeds its size leaves gaps.
public struct SeenPixels: Hashable, Sendable {
  /// Rows at the patch's north and south edge, and columns at its west and east edge, that are ignored.
  public let unseenNorth, unseenSouth, unseenWest, unseenEast: Int
  /// The fraction of the patch's pixels that the classes depend on, 0…1.
  public let fraction: Double
  /// Whether pixels between these edges are ignored as well.
  private let hasGaps: Bool

  /// Whether the classes depend on the whole patch.
  public var isWhole: Bool { fraction == 1 }

  init(rows: [Bool], columns: [Bool]) {
    unseenNorth = rows.firstIndex(of: true) ?? rows.count
    unseenSouth = rows.count - 1 - (rows.lastIndex(of: true) ?? -1)
    unseenWest = columns.firstIndex(of: true) ?? columns.count
    unseenEast = columns.count - 1 - (columns.lastIndex(of: true) ?? -1)
    let all = Double(max(1, rows.count * columns.count))
    fraction = Double(rows.count { $0 } * columns.count { $0 }) / all
    let (height, width) = (
      rows.count - unseenNorth - unseenSouth, columns.count - unseenWest - unseenEast
    )
    hasGaps = Double(max(0, height) * max(0, width)) / all > fraction + 1e-9
  }

  /// Description of what a sweep ignores for this reason; `nil` if it ignores nothing.
  public var remark: String? {
    guard !isWhole else { return nil }
    let edges = [
      (unseenNorth, "northernmost", "row"), (unseenSouth, "southernmost", "row"),
      (unseenWest, "westernmost", "column"), (unseenEast, "easternmost", "column"),
    ].filter { $0.0 > 0 }.map { "the \($0.0) \($0.1) \($0.2)\($0.0 == 1 ? "" : "s")" }
    guard !edges.isEmpty else {
      return
        "the network's strides are longer than its windows: it depends on \(percent) of a patch's pixels, in a "
        + "regular pattern over all of it"
    }
    let strip =
      "the network's strides leave \(edges.joined(separator: " and ")) of each patch out, so "
      + "the pixels at the edge of an interferogram are not covered"
    return hasGaps ? "\(strip); in all it depends on \(percent) of a patch's pixels" : strip
  }

  private var percent: String { "\((fraction * 1000).rounded() / 10) %" }
}

extension ModelFile {
  /// The pixels of a patch that the results depend on.
  public var seenPixels: SeenPixels { sweptGraph.seenPixels }
}

extension Graph {
  /// Propagates the required rows and columns from the outputs back to the input.
  var seenPixels: SeenPixels {
    var needed: [ValueID: Needed] = [:]
    for value in [output] + otherHeads.values { needed[value] = Needed(all: shapes[value]) }
    for layer in layers.reversed() {
      guard let behind = needed[layer.output] else { continue }
      for input in layer.inputs {
        let before = behind.before(layer.computes, reading: shapes[input])
        needed[input] = needed[input].map { $0.union(before) } ?? before
      }
    }
    let input = needed[Self.input] ?? Needed(all: inputShape)
    return SeenPixels(rows: input.rows, columns: input.columns)
  }
}

/// Required rows and columns of a value; a vector has one of each.
private struct Needed {
  var rows: [Bool]
  var columns: [Bool]

  init(rows: [Bool], columns: [Bool]) { (self.rows, self.columns) = (rows, columns) }

  init(all shape: PatchShape) {
    switch shape {
    case .vector: self.init(rows: [true], columns: [true])
    case .image(_, let height, let width):
      self.init(
        rows: [Bool](repeating: true, count: height), columns: [Bool](repeating: true, count: width))
    }
  }

  func union(_ other: Needed) -> Needed {
    Needed(
      rows: zip(rows, other.rows).map { $0 || $1 }, columns: zip(columns, other.columns).map { $0 || $1 })
  }

  /// What a layer must read to write these.
  func before(_ computes: Operator, reading shape: PatchShape) -> Needed {
    switch computes {
    case .convolution(let window, _, _, _), .maxPool(let window), .averagePool(let window, _):
      guard case .image(_, let height, let width) = shape else { return Needed(all: shape) }
      return Needed(
        rows: Self.read(
          rows, of: height, window.kernel.height, window.stride.height, window.dilation.height, window.before.height
        ),
        columns: Self.read(
          columns, of: width, window.kernel.width, window.stride.width, window.dilation.width, window.before.width))
    case .relu, .sigmoid, .clip, .affine, .localResponseNormalisation, .add, .concatenation: return self
    case .softmax, .product, .globalAveragePool, .globalMaxPool, .adaptiveAveragePool, .reshape:
      return Needed(all: shape)
    }
  }

  private static func read(
    _ needed: [Bool], of count: Int, _ kernel: Int, _ stride: Int, _ dilation: Int, _ before: Int
  ) -> [Bool] {
    var read = [Bool](repeating: false, count: count)
    for position in needed.indices where needed[position] {
      for tap in 0..<kernel {
        let index = position * stride - before + tap * dilation
        if read.indices.contains(index) { read[index] = true }
      }
    }
    return read
  }
}
