/// Maxima across the gradient in a row of pixels, with their strength.
///
/// The direction of the gradient is classified into four sectors by tan 22.5° = 13,573 / 2^15, as in OpenCV.
/// Gradients are integers of magnitude up to 1020, so that 16 bits suffice and eight pixels fit into a
/// register of any processor.
struct GradientMaxima {
  static let nothing: UInt8 = 0
  static let weak: UInt8 = 1
  static let edge: UInt8 = 2
  /// Pixels processed at once.
  static let lanes = 8

  private typealias Lanes = SIMD8<Int16>

  let row: SobelRow
  let above: UnsafePointer<Int16>
  let below: UnsafePointer<Int16>
  let low: Int16
  let high: Int16

  /// Marks ``lanes`` pixels from column `x`.
  @inline(__always)
  func mark(from x: Int, into state: UnsafeMutablePointer<UInt8>) {
    let dx = Self.load(row.alongX + x)
    let dy = Self.load(row.alongY + x)
    let value = Self.load(row.norm + x)
    let across = Self.magnitude(dx)
    let along = Self.magnitude(dy)
    let shallow = Self.shallow(across)
    // along < across · tan 22.5° means along < its floor, or equal to it unless both are 0.
    let isHorizontal = Self.bits(along .< (shallow &- Self.bits(across .> Lanes.zero)))
    let isVertical = Self.bits(along .> (shallow &+ across &+ across))
    let falls = (dx ^ dy) &>> 15
    var before = Self.choose(falls, Self.load(above + x + 1), Self.load(above + x - 1))
    var after = Self.choose(falls, Self.load(below + x - 1), Self.load(below + x + 1))
    before = Self.choose(isVertical, Self.load(above + x), before)
    after = Self.choose(isVertical, Self.load(below + x), after)
    before = Self.choose(isHorizontal, Self.load(row.norm + x - 1), before)
    after = Self.choose(isHorizontal, Self.load(row.norm + x + 1), after)
    // On the axes a tie with the following pixel still counts as a maximum, on the diagonals it does not.
    let margin = (isHorizontal | isVertical) &+ Lanes(repeating: 1)
    let isMaximum =
      Self.bits(value .> before) & Self.bits(value .>= (after &+ margin))
      & Self.bits(value .> Lanes(repeating: low))
    let marks = isMaximum & (Lanes(repeating: 1) &- Self.bits(value .> Lanes(repeating: high)))
    UnsafeMutableRawPointer(state + x).storeBytes(
      of: SIMD8<UInt8>(truncatingIfNeeded: marks), as: SIMD8<UInt8>.self)
  }

  /// The mark of the pixel in column `x`, for rows shorter than a register.
  func mark(_ x: Int) -> UInt8 {
    let (dx, dy, value) = (row.alongX[x], row.alongY[x], row.norm[x])
    let (across, along) = (Int32(dx.magnitude), Int32(dy.magnitude) << 15)
    let shallow = across * 13_573
    let isHorizontal = along < shallow
    let isVertical = along > shallow + across << 16
    let falls = (dx ^ dy) < 0
    let diagonal = falls ? (above[x + 1], below[x - 1]) : (above[x - 1], below[x + 1])
    let (before, after) =
      isHorizontal ? (row.norm[x - 1], row.norm[x + 1]) : isVertical ? (above[x], below[x]) : diagonal
    let margin: Int16 = isHorizontal || isVertical ? 0 : 1
    guard value > before, value >= after + margin, value > low else { return Self.nothing }
    return value > high ? Self.edge : Self.weak
  }

  /// ⌊across · 13,573 / 2^15⌋, using 13,573 = 53 · 2^8 + 5.
  @inline(__always)
  private static func shallow(_ across: Lanes) -> Lanes {
    let across = unsafeBitCast(across, to: SIMD8<UInt16>.self)
    return unsafeBitCast((across &* 53 &+ ((across &* 5) &>> 8)) &>> 7, to: Lanes.self)
  }

  @inline(__always)
  private static func magnitude(_ gradient: Lanes) -> Lanes {
    let sign = gradient &>> 15
    return (gradient ^ sign) &- sign
  }

  /// −1 where the mask is set, else 0.
  @inline(__always)
  private static func bits(_ mask: SIMDMask<Lanes>) -> Lanes { unsafeBitCast(mask, to: Lanes.self) }

  /// `first` where the bits are set, else `second`.
  @inline(__always)
  private static func choose(_ bits: Lanes, _ first: Lanes, _ second: Lanes) -> Lanes {
    second ^ ((first ^ second) & bits)
  }

  @inline(__always)
  private static func load(_ pointer: UnsafePointer<Int16>) -> Lanes {
    UnsafeRawPointer(pointer).loadUnaligned(as: Lanes.self)
  }
}
