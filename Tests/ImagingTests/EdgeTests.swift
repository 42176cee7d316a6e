import Imaging
import Interferometry
import Testing

struct EdgeTests {
  struct BlurCase: Decodable {
    let sigma: Double
    let size: Int
    let gray: ArrayPlace
    let blurred: ArrayPlace
  }

  struct CannyCase: Decodable {
    struct Run: Decodable {
      let low: Int
      let high: Int
      let edges: ArrayPlace
    }
    let name: String
    let sigma: Double
    let gray: ArrayPlace
    let blurred: ArrayPlace
    let runs: [Run]
    let unblurred: ArrayPlace
  }

  private func blur(_ image: [UInt8], _ grid: Grid, _ kernel: GaussianKernel) -> [UInt8] {
    var blurred = [UInt8](repeating: 0, count: grid.count)
    image.withUnsafeBufferPointer { image in
      blurred.withUnsafeMutableBufferPointer { GaussianBlur(grid: grid, kernel: kernel).apply(image, into: $0) }
    }
    return blurred
  }

  private func edges(_ image: [UInt8], _ detector: CannyDetector) -> [UInt8] {
    var edges = [UInt8](repeating: 9, count: image.count)
    image.withUnsafeBufferPointer { image in
      edges.withUnsafeMutableBufferPointer { detector.detect(image, into: $0) }
    }
    return edges
  }

  @Test func blurIsOpenCVsBitForBit() throws {
    let expected = try ExpectedValues<BlurCase>("blur")
    #expect(expected.cases.count > 10)
    for test in expected.cases {
      let grid = Grid(height: test.gray.height, width: test.gray.width)
      let kernel = GaussianKernel(sigma: test.sigma, size: test.size > 0 ? test.size : nil)
      #expect(
        try blur(expected.bytes(test.gray), grid, kernel) == expected.bytes(test.blurred),
        "σ \(test.sigma), size \(test.size)")
    }
  }

  @Test func blurOfRealisticImagesIsOpenCVsBitForBit() throws {
    let expected = try ExpectedValues<CannyCase>("canny")
    for test in expected.cases {
      let grid = Grid(height: test.gray.height, width: test.gray.width)
      let blurred = try blur(expected.bytes(test.gray), grid, GaussianKernel(sigma: test.sigma))
      #expect(try blurred == expected.bytes(test.blurred), "\(test.name)")
    }
  }

  @Test func edgesAreOpenCVsPixelForPixel() throws {
    let expected = try ExpectedValues<CannyCase>("canny")
    #expect(expected.cases.count >= 10)
    for test in expected.cases {
      let grid = Grid(height: test.gray.height, width: test.gray.width)
      let blurred = try expected.bytes(test.blurred)
      for run in test.runs {
        let detector = CannyDetector(grid: grid, low: run.low, high: run.high)
        let wanted = try expected.bytes(run.edges)
        #expect(edges(blurred, detector) == wanted, "\(test.name), thresholds \(run.low) and \(run.high)")
      }
      let plain = edges(try expected.bytes(test.gray), CannyDetector(grid: grid, low: 100, high: 200))
      #expect(try plain == expected.bytes(test.unblurred), "\(test.name), not blurred")
    }
  }

  @Test func expectedEdgesAreNotTrivial() throws {
    let expected = try ExpectedValues<CannyCase>("canny")
    let fractions = try expected.cases.flatMap { test in
      try test.runs.map { run in
        let edges = try expected.bytes(run.edges)
        return Double(edges.count { $0 == 1 }) / Double(edges.count)
      }
    }
    #expect(fractions.count { $0 > 0.01 } >= 20)
  }

  @Test func thresholdsInTheWrongOrderAreSwapped() throws {
    let expected = try ExpectedValues<CannyCase>("canny")
    let test = try #require(expected.cases.first)
    let grid = Grid(height: test.gray.height, width: test.gray.width)
    let image = try expected.bytes(test.blurred)
    let right = edges(image, CannyDetector(grid: grid, low: 30, high: 200))
    #expect(right == edges(image, CannyDetector(grid: grid, low: 200, high: 30)))
    #expect(right.contains(1))
  }

  @Test func aDetectorForgetsTheImageBefore() throws {
    let expected = try ExpectedValues<CannyCase>("canny")
    let images = try expected.cases.filter { $0.gray.height == 104 }.map { try expected.bytes($0.gray) }
    let detector = CannyDetector(grid: Grid(height: 104, width: 130), low: 100, high: 200)
    let once = images.map { edges($0, detector) }
    let again = images.reversed().map { edges($0, detector) }
    #expect(once == again.reversed())
  }

  @Test func raisingAThresholdOnlyRemovesEdges() throws {
    let expected = try ExpectedValues<CannyCase>("canny")
    for test in expected.cases where test.gray.height == 104 {
      let image = try expected.bytes(test.blurred)
      let grid = Grid(height: 104, width: 130)
      var before = edges(image, CannyDetector(grid: grid, low: 10, high: 20))
      for (low, high) in [(10, 100), (50, 100), (50, 400), (300, 400)] {
        let after = edges(image, CannyDetector(grid: grid, low: low, high: high))
        #expect(zip(before, after).allSatisfy { $0 >= $1 }, "\(test.name) at \(low), \(high)")
        before = after
      }
    }
  }

  @Test func kernelSumsTo256AndFallsFromItsCentre() {
    for sigma in stride(from: 0.3, through: 10, by: 0.37) {
      let kernel = GaussianKernel(sigma: sigma)
      #expect(kernel.weights[0] + 2 * kernel.weights.dropFirst().reduce(0, +) == 256)
      // The carried rounding error may lift a weight by one above its inner neighbour.
      #expect(zip(kernel.weights, kernel.weights.dropFirst()).allSatisfy { $0 + 1 >= $1 })
    }
  }
}
