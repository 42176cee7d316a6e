import Interferometry

/// Morphological closing of a mask with a disk: all offsets whose distance from the centre is at most the
/// radius (81 pixels for radius 5, as in `skimage.morphology.disk`; MATLAB's default `strel("disk", 5)`
/// approximates it).
///
/// The mask is 0 outside the raster. The dilation may extend there before the erosion, so the closed mask
/// contains the mask: equal to `scipy.ndimage.binary_closing` of the mask padded with zeros of twice the
/// radius, then cropped.
///
/// Owns its scratch memory: use one value per thread.
public final class DiskClosing {
  /// Size of the masks.
  public let grid: Grid
  /// Radius of the disk, pixels.
  public let radius: Int
  /// Half-width of the disk in each of its rows, from the centre row outward.
  private let halfWidths: [Int]
  /// Height and width of the mask padded by twice the radius.
  private let paddedHeight: Int
  private let paddedWidth: Int
  private let padded: PixelBuffer<UInt8>
  private let dilated: PixelBuffer<UInt8>
  private let spread: PixelBuffer<UInt8>

  /// Prepares the closing of masks of one size; `radius` must not be negative.
  public init(grid: Grid, radius: Int) {
    precondition(radius >= 0, "a disk has a radius")
    self.grid = grid
    self.radius = radius
    halfWidths = (0...radius).map { row in
      Int(Double(radius * radius - row * row).squareRoot())
    }
    paddedHeight = grid.height + 4 * radius
    paddedWidth = grid.width + 4 * radius
    padded = PixelBuffer(count: paddedHeight * paddedWidth, repeating: 0)
    dilated = PixelBuffer(count: paddedHeight * paddedWidth, repeating: 0)
    spread = PixelBuffer(count: paddedHeight * paddedWidth, repeating: 0)
  }

  /// Closes a mask.
  ///
  /// - Parameters:
  ///   - mask: 0 or 1, height × width, row-major.
  ///   - closed: Receives the closed mask, 0 or 1.
  public func apply(_ mask: UnsafeBufferPointer<UInt8>, into closed: UnsafeMutableBufferPointer<UInt8>) {
    precondition(mask.count == grid.count && closed.count == grid.count, "the masks fill the grid")
    guard let source = mask.baseAddress, let target = closed.baseAddress else { return }
    padded.fill(0)
    for y in 0..<grid.height {
      (padded.pointer + (y + 2 * radius) * paddedWidth + 2 * radius)
        .update(from: source + y * grid.width, count: grid.width)
    }
    dilate(padded.pointer, into: dilated.pointer)
    // Erosion is dilation of the complement.
    for index in 0..<dilated.count { dilated.pointer[index] ^= 1 }
    dilate(dilated.pointer, into: padded.pointer)
    for y in 0..<grid.height {
      let line = padded.pointer + (y + 2 * radius) * paddedWidth + 2 * radius
      for x in 0..<grid.width { target[y * grid.width + x] = line[x] ^ 1 }
    }
  }

  /// Dilates all pixels at least one radius inside the padded raster; the others become 0.
  private func dilate(_ source: UnsafePointer<UInt8>, into target: UnsafeMutablePointer<UInt8>) {
    target.update(repeating: 0, count: paddedHeight * paddedWidth)
    spread.pointer.update(from: source, count: spread.count)
    var reach = 0
    // Rows of the disk get wider from the outermost inward, so each extends the previous one.
    for row in stride(from: radius, through: 0, by: -1) {
      while reach < halfWidths[row] {
        reach += 1
        widen(source, by: reach)
      }
      merge(shiftedBy: row, into: target)
      if row > 0 { merge(shiftedBy: -row, into: target) }
    }
  }

  private func widen(_ source: UnsafePointer<UInt8>, by reach: Int) {
    let spread = spread.pointer
    for index in radius..<(self.spread.count - radius) {
      spread[index] |= source[index - reach] | source[index + reach]
    }
  }

  private func merge(shiftedBy rows: Int, into target: UnsafeMutablePointer<UInt8>) {
    let inner = radius * paddedWidth
    let source = spread.pointer + rows * paddedWidth
    for index in inner..<(spread.count - inner) { target[index] |= source[index] }
  }
}
