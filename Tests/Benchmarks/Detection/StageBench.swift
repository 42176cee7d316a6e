import Foundation
import Imaging
import Interferometry
import RasterIO

/// Each stage in front of and behind the network by itself.
struct StageBench {
  private let reader: InterferogramStackReader

  init(path: String) throws {
    reader = try InterferogramStackReader(path: path)
  }

  /// Prints for each stage its name and the least milliseconds of so many rounds.
  func run(rounds: Int) throws {
    let grid = reader.header.grid
    guard let patches = PatchGrid(grid: grid, size: 224, stride: 112) else { return }
    let floats = (0..<3).map { _ in UnsafeMutableBufferPointer<Float>.allocate(capacity: grid.count) }
    let bytes = (0..<4).map { _ in UnsafeMutableBufferPointer<UInt8>.allocate(capacity: grid.count) }
    for buffer in floats { buffer.initialize(repeating: 0) }
    for buffer in bytes { buffer.initialize(repeating: 0) }
    let parameters = EdgeGateParameters()
    let blur = GaussianBlur(grid: grid, kernel: GaussianKernel(sigma: parameters.blurSigma))
    let canny = CannyDetector(grid: grid, low: parameters.lowThreshold, high: parameters.highThreshold)
    let gate = EdgeGate(patches: patches, parameters: parameters)
    let phasors = Phasors(grid: grid)
    let fringes = FringeGate(patches: patches, parameters: FringeGateParameters())
    let merger = ProbabilityMerger(patches: patches, rule: .normalised)
    let kept = UnsafeMutableBufferPointer<Bool>.allocate(capacity: patches.count)
    kept.initialize(repeating: false)
    let probabilities = UnsafeMutableBufferPointer<Float>.allocate(capacity: patches.count)
    for patch in probabilities.indices { probabilities.initializeElement(at: patch, to: Float(patch) / 16) }
    let (phase, gray, map) = (floats[0], floats[1], floats[2])
    let (quantised, valid, blurred, edges) = (bytes[0], bytes[1], bytes[2], bytes[3])
    let stages: [(String, () throws -> Void)] = [
      ("read", { try reader.readPhase(at: 0, into: phase) }),
      ("gray", { GrayScale.scale(UnsafeBufferPointer(phase), into: gray) }),
      ("quantise", { _ = GrayScale.quantise(UnsafeBufferPointer(phase), into: quantised, valid: valid) }),
      ("blur", { blur.apply(UnsafeBufferPointer(quantised), into: blurred) }),
      ("canny", { canny.detect(UnsafeBufferPointer(blurred), into: edges) }),
      ("phasors", { phasors.take(UnsafeBufferPointer(phase)) }),
      ("gate", { _ = fringes.evaluate(phasors, coherence: nil, kept: kept) }),
      (
        "canny gate",
        {
          _ = gate.evaluate(
            gray: UnsafeBufferPointer(quantised), valid: UnsafeBufferPointer(valid), coherence: nil, kept: kept)
        }
      ),
      ("merge", { merger.merge(probabilities: UnsafeBufferPointer(probabilities), into: map) }),
      ("peak", { _ = ProbabilityPeak(of: UnsafeBufferPointer(map), grid: grid) }),
    ]
    var least = [Double](repeating: .infinity, count: stages.count)
    for _ in 0...rounds {
      for (index, stage) in stages.enumerated() {
        let start = ContinuousClock.now
        try stage.1()
        least[index] = min(least[index], (ContinuousClock.now - start) / .milliseconds(1))
      }
    }
    for (index, stage) in stages.enumerated() { print(stage.0, least[index]) }
  }
}
