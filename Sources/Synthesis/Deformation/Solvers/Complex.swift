/// Complex arithmetic for the closed forms of the crack.
struct Complex: Sendable {
  let real: Double
  let imaginary: Double

  init(_ real: Double, _ imaginary: Double) {
    self.real = real
    self.imaginary = imaginary
  }

  static func + (left: Complex, right: Complex) -> Complex {
    Complex(left.real + right.real, left.imaginary + right.imaginary)
  }

  static func * (left: Complex, right: Complex) -> Complex {
    Complex(
      left.real * right.real - left.imaginary * right.imaginary,
      left.real * right.imaginary + left.imaginary * right.real)
  }

  var reciprocal: Complex {
    let square = real * real + imaginary * imaginary
    return Complex(real / square, -imaginary / square)
  }

  /// The square root with non-negative real part.
  var squareRoot: Complex {
    let size = (real * real + imaginary * imaginary).squareRoot()
    guard size > 0 else { return Complex(0, 0) }
    if real >= 0 {
      let root = ((size + real) / 2).squareRoot()
      return Complex(root, imaginary / (2 * root))
    }
    let root = ((size - real) / 2).squareRoot()
    return Complex(abs(imaginary) / (2 * root), imaginary < 0 ? -root : root)
  }
}
