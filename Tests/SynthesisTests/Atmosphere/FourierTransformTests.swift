import Foundation
import Testing

@testable import Synthesis

@Suite struct FourierTransformTests {
  @Test(arguments: [2, 4, 8, 16])
  func agreesWithTheSumThatDefinesIt(side: Int) {
    var stream = RandomStream(seed: 5, path: UInt64(side))
    let count = side * side
    let real = (0..<count).map { _ in Float(stream.normal()) }
    let imaginary = (0..<count).map { _ in Float(stream.normal()) }
    var ours = (real, imaginary)
    FourierTransform(side: side).invert(real: &ours.0, imaginary: &ours.1)
    for row in 0..<side {
      for column in 0..<side {
        var sum = (0.0, 0.0)
        for j in 0..<side {
          for k in 0..<side {
            let angle = 2 * Double.pi * Double(row * j + column * k) / Double(side)
            let (a, b) = (Double(real[j * side + k]), Double(imaginary[j * side + k]))
            sum.0 += a * cos(angle) - b * sin(angle)
            sum.1 += a * sin(angle) + b * cos(angle)
          }
        }
        #expect(abs(sum.0 - Double(ours.0[row * side + column])) < 1e-4)
        #expect(abs(sum.1 - Double(ours.1[row * side + column])) < 1e-4)
      }
    }
  }

  @Test func theRowsThatAreWantedAreThoseOfTheWholeTransform() {
    let side = 128
    var stream = RandomStream(seed: 6, path: 1)
    let real = (0..<side * side).map { _ in Float(stream.normal()) }
    var whole = (real, real)
    var part = (real, real)
    FourierTransform(side: side).invert(real: &whole.0, imaginary: &whole.1)
    FourierTransform(side: side).invert(real: &part.0, imaginary: &part.1, rows: 41)
    #expect(whole.0[..<(41 * side)] == part.0[..<(41 * side)])
    #expect(whole.1[..<(41 * side)] == part.1[..<(41 * side)])
    #expect(whole.0 != part.0)
  }

  @Test func oneWaveBecomesItsSinusoidOnALargeSquareToo() {
    let side = 256
    var real = [Float](repeating: 0, count: side * side)
    var imaginary = real
    real[3 * side + 250] = 1
    FourierTransform(side: side).invert(real: &real, imaginary: &imaginary)
    for (row, column) in [(0, 0), (17, 200), (255, 255), (128, 31)] {
      let angle = 2 * Double.pi * Double(3 * row - 6 * column) / Double(side)
      #expect(abs(Double(real[row * side + column]) - cos(angle)) < 1e-5)
      #expect(abs(Double(imaginary[row * side + column]) - sin(angle)) < 1e-5)
    }
  }
}
