import CVectors
import Testing

/// The loops that are compiled for several processors give the same bits on all of them.
@Suite struct VectorWidthTests {
  private static let count = 1003

  /// Phases, some beyond ±π, some that are no numbers.
  private static let phases: [Float] = {
    var generator = SystemRandomNumberGenerator()
    return (0..<count).map { index in
      switch index % 50 {
      case 7: .nan
      case 13: index % 100 < 50 ? .infinity : -.infinity
      default: Float.random(in: -3.3...3.3, using: &generator)
      }
    }
  }()

  #if arch(x86_64)
    @Test func grayIsTheSameInVectorsOfAnyWidth() {
      let scale: Float = 255 / (2 * .pi)
      var gray = [[Float]](repeating: [Float](repeating: -1, count: Self.count), count: 3)
      volcsweep_gray_4(Self.phases, Self.count, scale, 127.5, &gray[0])
      if volcsweep_vector_lanes() >= 8 { volcsweep_gray_8(Self.phases, Self.count, scale, 127.5, &gray[1]) }
      if volcsweep_vector_lanes() == 16 { volcsweep_gray_16(Self.phases, Self.count, scale, 127.5, &gray[2]) }
      let expected = Self.phases.map { phase in
        phase.isNaN ? Float(127.5) : min(max(phase * scale + 127.5, 0), 255)
      }
      let tried = volcsweep_vector_lanes() == 16 ? 3 : volcsweep_vector_lanes() == 8 ? 2 : 1
      for width in 0..<tried { #expect(gray[width].map(\.bitPattern) == expected.map(\.bitPattern)) }
    }

    @Test func bytesAndPeaksAreTheSameInVectorsOfAnyWidth() {
      let scale: Float = 255 / (2 * .pi)
      func bytes(_ body: (UnsafeMutablePointer<UInt8>, UnsafeMutablePointer<UInt8>) -> Int) -> [Int] {
        var (gray, valid) = ([UInt8](repeating: 7, count: Self.count), [UInt8](repeating: 7, count: Self.count))
        let numbers = gray.withUnsafeMutableBufferPointer { gray in
          valid.withUnsafeMutableBufferPointer { valid in
            guard let gray = gray.baseAddress, let valid = valid.baseAddress else { return -1 }
            return body(gray, valid)
          }
        }
        return [numbers] + gray.map(Int.init) + valid.map(Int.init)
      }
      func peak(_ body: ([Float], inout Int, inout Int) -> Float) -> [Int] {
        var (half, most) = (0, 0)
        let highest = body(Self.phases.map { $0.isFinite ? abs($0) / 3.3 : 0 }, &half, &most)
        return [Int(highest.bitPattern), half, most]
      }
      let grays = bytes { volcsweep_gray_bytes_4(Self.phases, Self.count, scale, 127.5, $0, $1) }
      let peaks = peak { volcsweep_highest_4($0, $0.count, &$1, &$2) }
      #expect(grays[0] == Self.phases.count { !$0.isNaN } && peaks[1] > peaks[2] && peaks[2] > 0)
      if volcsweep_vector_lanes() >= 8 {
        #expect(grays == bytes { volcsweep_gray_bytes_8(Self.phases, Self.count, scale, 127.5, $0, $1) })
        #expect(peaks == peak { volcsweep_highest_8($0, $0.count, &$1, &$2) })
      }
      if volcsweep_vector_lanes() == 16 {
        #expect(grays == bytes { volcsweep_gray_bytes_16(Self.phases, Self.count, scale, 127.5, $0, $1) })
        #expect(peaks == peak { volcsweep_highest_16($0, $0.count, &$1, &$2) })
      }
    }
  #endif
}
