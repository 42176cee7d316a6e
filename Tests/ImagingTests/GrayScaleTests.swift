import Imaging
import Testing

struct GrayScaleTests {
  private func gray(_ phase: [Float]) -> [Float] {
    var gray = [Float](repeating: -1, count: phase.count)
    phase.withUnsafeBufferPointer { phase in
      gray.withUnsafeMutableBufferPointer { GrayScale.scale(phase, into: $0) }
    }
    return gray
  }

  private func quantised(_ phase: [Float]) -> (bytes: [UInt8], valid: [UInt8], count: Int) {
    var bytes = [UInt8](repeating: 7, count: phase.count)
    var valid = [UInt8](repeating: 7, count: phase.count)
    let count = phase.withUnsafeBufferPointer { phase in
      bytes.withUnsafeMutableBufferPointer { bytes in
        valid.withUnsafeMutableBufferPointer { GrayScale.quantise(phase, into: bytes, valid: $0) }
      }
    }
    return (bytes, valid, count)
  }

  @Test func endsOfThePhaseBecomeBlackAndWhite() {
    let nearest: Float = 3.1415927
    #expect(gray([-nearest, nearest]) == [0, 255])
    #expect(gray([-Float.pi, Float.pi]).map { $0.rounded() } == [0, 255])
    #expect(quantised([-nearest, nearest, -Float.pi, Float.pi]).bytes == [0, 255, 0, 255])
  }

  @Test func phaseBeyondTheEndsIsClamped() {
    #expect(gray([-4, 9, -.infinity, .infinity]) == [0, 255, 0, 255])
    #expect(quantised([-4, 9, -.infinity, .infinity]).bytes == [0, 255, 0, 255])
  }

  @Test func noDataIsMidGray() {
    #expect(gray([.nan, 0]) == [127.5, 127.5])
    let result = quantised([.nan, 0, -.nan])
    #expect(result.bytes == [128, 128, 128])
    #expect(result.valid == [0, 1, 0])
    #expect(result.count == 1)
  }

  @Test func grayIsLinearInPhase() {
    // (φ + π) / 2π · 255 in double precision, NumPy 2.4.
    let expected: [(Float, Double)] = [
      (1, 168.0845105), (-1, 86.9154895), (0.5, 147.79225525), (-2.75, 15.89259612), (3, 249.25353151),
      (0.001, 127.54058451),
    ]
    for (phase, value) in expected {
      #expect(abs(Double(gray([phase])[0]) - value) < 5e-5)
      #expect(quantised([phase]).bytes[0] == UInt8(value.rounded()))
    }
  }

  @Test func bytesAreTheRoundedGray() {
    let phase = (0...5000).map { Float($0) / 5000 * 6.4 - 3.2 }
    #expect(quantised(phase).bytes == gray(phase).map { UInt8($0.rounded(.toNearestOrEven)) })
  }
}
