import CVectors

/// Loops compiled for several vector widths; the widest that this processor supports is used. The last digits
/// depend on it.
enum Vectors {
  /// Floats per vector: 4, 8 or 16.
  static let lanes = Int(volcsweep_vector_lanes())

  /// The maximum over rows × columns pixels in each channel.
  @inline(__always)
  static func largest(
    _ pixels: UnsafePointer<Float>, line: Int, pixel: Int, rows: Int, columns: Int, channels: Int,
    into target: UnsafeMutablePointer<Float>
  ) {
    let whole = channels / lanes * lanes
    let (height, width) = (Int32(rows), Int32(columns))
    switch lanes {
    #if arch(x86_64)
      case 16: volcsweep_largest_16(pixels, line, pixel, height, width, Int32(whole), target)
      case 8: volcsweep_largest_8(pixels, line, pixel, height, width, Int32(whole), target)
    #endif
    default: volcsweep_largest_4(pixels, line, pixel, height, width, Int32(whole), target)
    }
    guard whole < channels else { return }
    volcsweep_largest_1(pixels + whole, line, pixel, height, width, Int32(channels - whole), target + whole)
  }
}

/// Sums of step features.
extension Vectors {
  /// One line of `count` positions, a multiple of the vector width; see `volcsweep_ramps`.
  @inline(__always)
  static func addStepFeatures(
    of pixels: UnsafePointer<Float>, line: Int, rows: Int, count: Int, taps: AlignedFloats, starts: AlignedFloats,
    weights: AlignedFloats, outputs: Int, into sums: UnsafeMutablePointer<Float>
  ) {
    let (height, features) = (Int32(rows), Int32(starts.count))
    switch lanes {
    #if arch(x86_64)
      case 16:
        volcsweep_ramps_16(
          pixels, line, height, count, taps.base, starts.base, features, weights.base, Int32(outputs), sums)
      case 8:
        volcsweep_ramps_8(
          pixels, line, height, count, taps.base, starts.base, features, weights.base, Int32(outputs), sums)
    #endif
    default:
      volcsweep_ramps_4(
        pixels, line, height, count, taps.base, starts.base, features, weights.base, Int32(outputs), sums)
    }
  }
}

/// Winograd's transforms of one tile.
extension Vectors {
  /// The part of a tile that lies on the image; the rest is 0.
  struct Inside {
    let rows: Range<Int>
    let columns: Range<Int>
  }

  /// Transforms `size` × `size` pixels, `line` and `pixel` floats apart, to one row in each of `size` × `size`
  /// planes.
  @inline(__always)
  static func gatherTile(
    size: Int, _ pixels: UnsafePointer<Float>, line: Int, pixel: Int, inside: Inside, channels: Int,
    into products: UnsafeMutablePointer<Float>, plane: Int
  ) {
    let whole = channels / lanes * lanes
    let n = Int32(size)
    let (top, bottom) = (Int32(inside.rows.lowerBound), Int32(inside.rows.upperBound))
    let (left, right) = (Int32(inside.columns.lowerBound), Int32(inside.columns.upperBound))
    let count = Int32(whole)
    switch lanes {
    #if arch(x86_64)
      case 16:
        volcsweep_winograd_gather_16(
          n, pixels, line, pixel, top, bottom, left, right, count, products, plane)
      case 8:
        volcsweep_winograd_gather_8(n, pixels, line, pixel, top, bottom, left, right, count, products, plane)
    #endif
    default:
      volcsweep_winograd_gather_4(n, pixels, line, pixel, top, bottom, left, right, count, products, plane)
    }
    guard whole < channels else { return }
    volcsweep_winograd_gather_1(
      n, pixels + whole, line, pixel, top, bottom, left, right, Int32(channels - whole), products + whole, plane)
  }

  /// Transforms one row of each of `size` × `size` planes to rows × columns of the tile's pixels, with bias and
  /// ReLU.
  @inline(__always)
  static func scatterTile(
    size: Int, outputs: Int, _ products: UnsafePointer<Float>, plane: Int, epilogue: Epilogue, channels: Int,
    into pixels: UnsafeMutablePointer<Float>, line: Int, pixel: Int, rows: Int, columns: Int
  ) {
    let whole = channels / lanes * lanes
    let (n, m) = (Int32(size), Int32(outputs))
    let (height, width) = (Int32(rows), Int32(columns))
    let bias = UnsafePointer(epilogue.bias.base)
    let relu: Int32 = epilogue.appliesReLU ? 1 : 0
    let count = Int32(whole)
    switch lanes {
    #if arch(x86_64)
      case 16:
        volcsweep_winograd_scatter_16(
          n, m, products, plane, bias, relu, count, pixels, line, pixel, height, width)
      case 8:
        volcsweep_winograd_scatter_8(n, m, products, plane, bias, relu, count, pixels, line, pixel, height, width)
    #endif
    default:
      volcsweep_winograd_scatter_4(n, m, products, plane, bias, relu, count, pixels, line, pixel, height, width)
    }
    guard whole < channels else { return }
    volcsweep_winograd_scatter_1(
      n, m, products + whole, plane, bias + whole, relu, Int32(channels - whole), pixels + whole, line, pixel,
      height,
      width)
  }
}
