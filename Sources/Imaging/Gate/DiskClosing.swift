import Interferometry

/// Morphological closing of a mask with a disk: all offsets whose distance from the centre is at most the radius
/// (81 pixels for radius 5, as `skimage.morphology.disk`; MATLAB's default `strel("disk", 5)` approximates it).
///
/// The mask is taken as 0 outside the raster, and the dilation may reach out there before the erosion brings it
/// back, so a closed mask holds the mask: the same as `scipy.ndimage.binary_closing` of the mask padded with as
/// many zeros as two radii, cropped.
///
/// Owns its scratch memory, so one value serves one thread.
public final class DiskClosing {
  public let grid: Grid
  public let radius: Int
  /// Half the disk's width in each of its rows, from the centre row outward.
  private let halfWidths: [Int]
  /// Height and width of the mask with two radii of zeros around it.
  private let paddedHeight: Int
  private let paddedWidth: Int
  private let padded: PixelBuffer<UInt8>
  private let dilated: PixelBuffer<UInt8>
  private let spread: PixelBuffer<UInt8>

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

  /// - Parameters:
  ///   - mask: 0 or 1, row-major.
  ///   - closed: The closed mask, 0 or 1.
  public func apply(_ mask: UnsafeBufferPointer<UInt8>, into closed: UnsafeMutableBufferPointer<UInt8>) {
    precondition(mask.count == grid.count && closed.count == grid.count, "the masks fill the grid")
    guard let source = mask.baseAddress, let target = closed.baseAddress else { return }
    padded.fill(0)
    for y in 0..<grid.height {
      (padded.pointer + (y + 2 * radius) * paddedWidth + 2 * radius)
        .update(from: source + y * grid.width, count: grid.width)
    }
    dilate(padded.pointer, into: dilated.pointer)
    // Eroding a mask is dilating what it leaves out.
    for index in 0..<dilated.count { dilated.pointer[index] ^= 1 }
    dilate(dilated.pointer, into: padded.pointer)
    for y in 0..<grid.height {
      let line = padded.pointer + (y + 2 * radius) * paddedWidth + 2 * radius
      for x in 0..<grid.width { target[y * grid.width + x] = line[x] ^ 1 }
    }
  }

  /// Dilation for all pixels at least one radius inside the padded raster; the others are left 0.
  private func dilate(_ source: UnsafePointer<UInt8>, into target: UnsafeMutablePointer<UInt8>) {
    target.update(repeating: 0, count: paddedHeight * paddedWidth)
    spread.pointer.update(from: source, count: spread.count)
    var reach = 0
    // Rows of the disk from the outermost inward are ever wider, so each widens the one before.
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
