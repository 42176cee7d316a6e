import NeuralNetwork

/// Batch normalisation (Ioffe and Szegedy 2015): while training each channel has the mean 0 and the variance 1 over
/// the batch's patches and pixels, before scale and shift; otherwise the running statistics stand for the batch's.
///
/// Patches that go through the network in several passes are normalised pass by pass.
final class NormalisationLayer: TrainedLayer {
  let scale: Parameter
  let shift: Parameter
  /// Running statistics, updated by a tenth of the difference to each batch's (unbiased variance, as in
  /// PyTorch).
  let mean: Parameter
  let variance: Parameter
  static let epsilon: Float = 1e-5
  private static let momentum: Float = 0.1
  private let pixels: Int
  private let channels: Int
  private let appliesReLU: Bool
  private let sums: PartialSums
  /// Whether the next training pass initialises the running statistics, and adjusts scale and shift to keep the
  /// layer's result.
  private var adopts: Bool
  // Of the last forward pass.
  private let batchMean: AlignedFloats
  private let batchInverse: AlignedFloats
  // Of the current pass.
  private let factors: AlignedFloats

  var parameters: [Parameter] { [scale, shift, mean, variance] }
  var needsOutput: Bool { appliesReLU }

  /// - Parameters:
  ///   - name: The layer's name.
  ///   - scale: Scale of the layer with folded statistics, as in files.
  ///   - shift: Shift of the same.
  ///   - isNew: Whether it is untrained, so that scale and shift apply to normalised values; otherwise it
  ///     starts with the first batch's statistics, and a scale and a shift that preserve its result.
  ///   - pixels: Number of pixels of an image.
  ///   - appliesReLU: Whether ReLU follows.
  ///   - sums: Memory for sums over the batch.
  init(
    name: String, scale: [Float], shift: [Float], isNew: Bool, pixels: Int, appliesReLU: Bool, sums: PartialSums
  ) {
    self.scale = Parameter(layer: name, role: .scale, values: scale)
    self.shift = Parameter(layer: name, role: .shift, values: shift)
    mean = Parameter(layer: name, role: .mean, values: [Float](repeating: 0, count: scale.count))
    variance = Parameter(
      layer: name, role: .variance, values: [Float](repeating: 1 - Self.epsilon, count: scale.count))
    adopts = !isNew
    self.pixels = pixels
    self.channels = scale.count
    self.appliesReLU = appliesReLU
    self.sums = sums
    batchMean = AlignedFloats(count: channels)
    batchInverse = AlignedFloats(count: channels)
    factors = AlignedFloats(count: 3 * channels)
  }

  func forward(_ pass: ForwardPass) {
    if pass.isTraining && scale.isTrained {
      takeStatistics(pass)
    } else {
      for channel in 0..<channels {
        batchMean.base[channel] = mean.memory.base[channel]
        batchInverse.base[channel] = 1 / (variance.memory.base[channel] + Self.epsilon).squareRoot()
      }
    }
    let (factor, offset) = (factors.base, factors.base + channels)
    for channel in 0..<channels {
      factor[channel] = scale.memory.base[channel] * batchInverse.base[channel]
      offset[channel] = shift.memory.base[channel] - batchMean.base[channel] * factor[channel]
    }
    pass.team.runPatches(pass.count) { patches, _, _ in
      let first = patches.lowerBound * pixels * channels
      RowPasses.scale(
        pass.inputs[0] + first, rows: patches.count * pixels, columns: channels, by: factor, plus: offset,
        relu: appliesReLU, into: pass.output + first)
    }
  }

  /// Computes means and variances relative to the first pixel's values, which keeps the sums of squares small.
  private func takeStatistics(_ pass: ForwardPass) {
    let origin = pass.inputs[0]
    sums.prepare(count: 2 * channels, patches: pass.count)
    pass.team.runPatches(pass.count) { patches, part, _ in
      RowPasses.sumDeviations(
        pass.inputs[0] + patches.lowerBound * pixels * channels, rows: patches.count * pixels, columns: channels,
        from: origin, into: sums.part(part))
    }
    let count = Double(pass.count * pixels)
    for channel in 0..<channels {
      var (sum, squares) = (0.0, 0.0)
      for part in 0..<min(pass.count, ThreadTeam.batchParts) {
        sum += Double(sums.part(part)[channel])
        squares += Double(sums.part(part)[channels + channel])
      }
      let deviation = sum / count
      let spread = max(0, squares / count - deviation * deviation)
      batchMean.base[channel] = Float(Double(origin[channel]) + deviation)
      batchInverse.base[channel] = Float(1 / (spread + Double(Self.epsilon)).squareRoot())
      if adopts { adopt(channel, spread: spread) }
      let wide = Float(spread * count / max(1, count - 1))
      mean.memory.base[channel] += Self.momentum * (batchMean.base[channel] - mean.memory.base[channel])
      variance.memory.base[channel] += Self.momentum * (wide - variance.memory.base[channel])
    }
    adopts = false
  }

  /// Marks the parameters as those of a training that continues.
  func resume() { adopts = false }

  private func adopt(_ channel: Int, spread: Double) {
    let old = scale.memory.base[channel]
    scale.memory.base[channel] = old / batchInverse.base[channel]
    shift.memory.base[channel] += old * batchMean.base[channel]
    mean.memory.base[channel] = batchMean.base[channel]
    variance.memory.base[channel] = Float(spread)
  }

  func backward(_ pass: BackwardPass) {
    sums.prepare(count: 2 * channels, patches: pass.count)
    pass.team.runPatches(pass.count) { patches, part, _ in
      let first = patches.lowerBound * pixels * channels
      let rows = patches.count * pixels
      if appliesReLU {
        RowPasses.mask(pass.gradient + first, where: pass.output + first, count: rows * channels)
      }
      RowPasses.sumNormalised(
        pass.gradient + first, pass.inputs[0] + first, rows: rows, columns: channels, mean: batchMean.base,
        into: sums.part(part))
    }
    setFactors(count: pass.count)
    guard let target = pass.targets[0] else { return }
    let (ofGradient, ofInput, constant) = (factors.base, factors.base + channels, factors.base + 2 * channels)
    pass.team.runPatches(pass.count) { patches, _, _ in
      for row in (patches.lowerBound * pixels)..<(patches.upperBound * pixels) {
        let (gradient, input) = (pass.gradient + row * channels, pass.inputs[0] + row * channels)
        let to = target.gradient + row * channels
        for channel in 0..<channels {
          let value =
            ofGradient[channel] * gradient[channel] + ofInput[channel] * input[channel] + constant[channel]
          to[channel] = target.adds ? to[channel] + value : value
        }
      }
    }
  }

  /// Adds to the parameters' gradients, and expresses the input's as ofGradient · dy + ofInput · x + constant.
  private func setFactors(count: Int) {
    let values = Float(count * pixels)
    for channel in 0..<channels {
      var (sum, products) = (0.0, 0.0)
      for part in 0..<min(count, ThreadTeam.batchParts) {
        sum += Double(sums.part(part)[channel])
        products += Double(sums.part(part)[channels + channel])
      }
      let inverse = batchInverse.base[channel]
      let ofShift = Float(sum)
      let ofScale = Float(products) * inverse
      if scale.isTrained { scale.gradientMemory.base[channel] += ofScale }
      if shift.isTrained { shift.gradientMemory.base[channel] += ofShift }
      let factor = scale.memory.base[channel] * inverse
      // Fixed statistics do not depend on the batch.
      let isOwn: Float = scale.isTrained ? 1 : 0
      let slope = -isOwn * factor * inverse * ofScale / values
      factors.base[channel] = factor
      factors.base[channels + channel] = slope
      factors.base[2 * channels + channel] = -isOwn * factor * ofShift / values - slope * batchMean.base[channel]
    }
  }
}

extension RowPasses {
  /// For each column the sum of x − origin, then for each the sum of its squares, in single precision.
  static func sumDeviations(
    _ rows: UnsafePointer<Float>, rows count: Int, columns: Int, from origin: UnsafePointer<Float>,
    into sums: UnsafeMutablePointer<Float>
  ) {
    sums.update(repeating: 0, count: 2 * columns)
    for row in 0..<count {
      let source = rows + row * columns
      for column in 0..<columns {
        let deviation = source[column] - origin[column]
        sums[column] += deviation
        sums[columns + column] += deviation * deviation
      }
    }
  }

  /// For each column the sum of dy, then for each the sum of dy · (x − mean).
  static func sumNormalised(
    _ gradient: UnsafePointer<Float>, _ input: UnsafePointer<Float>, rows count: Int, columns: Int,
    mean: UnsafePointer<Float>, into sums: UnsafeMutablePointer<Float>
  ) {
    sums.update(repeating: 0, count: 2 * columns)
    for row in 0..<count {
      let (dy, x) = (gradient + row * columns, input + row * columns)
      for column in 0..<columns {
        sums[column] += dy[column]
        sums[columns + column] += dy[column] * (x[column] - mean[column])
      }
    }
  }
}
