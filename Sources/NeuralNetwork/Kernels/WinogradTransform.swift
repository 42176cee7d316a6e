/// The matrices of F(m, r): m outputs of a filter of r taps from n = m + r − 1 inputs with n products (Winograd 1980;
/// Lavin and Gray 2016). y = Aᵀ · ((G · g) ⊙ (Bᵀ · d)), here from interpolation at small numbers and infinity.
struct WinogradTransform {
  let outputs: Int
  let taps: Int
  var inputs: Int { outputs + taps - 1 }

  private static let points = [0, 1, -1, 2, -2, 0.5, -0.5]

  /// Outputs × inputs.
  var outputMatrix: [[Double]] {
    (0..<outputs).map { power in
      finitePoints.map { Self.power($0, power) } + [power == outputs - 1 ? 1 : 0]
    }
  }

  /// Inputs × taps.
  var filterMatrix: [[Double]] {
    finitePoints.enumerated().map { index, point in
      let factor = finitePoints.enumerated().reduce(1.0) { $1.offset == index ? $0 : $0 * (point - $1.element) }
      return (0..<taps).map { Self.power(point, $0) / factor }
    } + [(0..<taps).map { $0 == taps - 1 ? 1 : 0 }]
  }

  /// Inputs × inputs.
  var inputMatrix: [[Double]] {
    finitePoints.indices.map { skipped in
      Self.polynomial(roots: finitePoints.indices.filter { $0 != skipped }.map { finitePoints[$0] }) + [0]
    } + [Self.polynomial(roots: finitePoints)]
  }

  private var finitePoints: [Double] { Array(Self.points.prefix(inputs - 1)) }

  private static func power(_ base: Double, _ exponent: Int) -> Double {
    (0..<exponent).reduce(1) { value, _ in value * base }
  }

  /// The coefficients of Π (x − root), the constant first.
  private static func polynomial(roots: [Double]) -> [Double] {
    roots.reduce([1.0]) { product, root in
      var next = [0.0] + product
      for index in product.indices { next[index] -= root * product[index] }
      return next
    }
  }
}

/// Applies a small matrix to rows of channels, leaving out its zeros.
final class SmallMatrix {
  private let rows: Int
  /// A row's first term; the last number is the end of all.
  private let starts: UnsafeMutablePointer<Int>
  private let columns: UnsafeMutablePointer<Int>
  private let factors: UnsafeMutablePointer<Float>

  init(_ matrix: [[Double]]) {
    rows = matrix.count
    let count = matrix.reduce(0) { $0 + $1.count }
    starts = .allocate(capacity: rows + 1)
    columns = .allocate(capacity: count)
    factors = .allocate(capacity: count)
    var term = 0
    for (row, numbers) in matrix.enumerated() {
      starts[row] = term
      for (column, number) in numbers.enumerated() where number != 0 {
        columns[term] = column
        factors[term] = Float(number)
        term += 1
      }
    }
    starts[rows] = term
  }

  deinit {
    starts.deallocate()
    columns.deallocate()
    factors.deallocate()
  }

  /// target[row · targetStride + c] = Σ factor · source[column · sourceStride + c] for `count` channels c.
  @inline(__always)
  func apply(
    _ source: UnsafePointer<Float>, stride sourceStride: Int, to target: UnsafeMutablePointer<Float>,
    stride targetStride: Int, count: Int
  ) {
    let whole = count / 16 * 16
    for row in 0..<rows {
      let line = target + row * targetStride
      let (start, end) = (starts[row], starts[row + 1])
      var channel = 0
      while channel < whole {
        var sum = SIMD16<Float>(repeating: 0)
        var term = start
        while term < end {
          let numbers = UnsafeRawPointer(source + (columns[term] &* sourceStride &+ channel))
          sum += factors[term] * numbers.loadUnaligned(as: SIMD16<Float>.self)
          term &+= 1
        }
        UnsafeMutableRawPointer(line + channel).storeBytes(of: sum, as: SIMD16<Float>.self)
        channel &+= 16
      }
      while channel < count {
        line[channel] = (start..<end).reduce(0) { $0 + factors[$1] * source[columns[$1] * sourceStride + channel] }
        channel &+= 1
      }
    }
  }
}
