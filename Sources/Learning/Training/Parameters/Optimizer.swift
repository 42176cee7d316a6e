import Foundation
import NetworkTraining

/// Updates parameters from their gradients by SGD or AdamW; see ``TrainingSettings/Method``.
final class Optimizer {
  private let settings: TrainingSettings
  private let parameters: [Parameter]
  /// Per parameter: momentum of SGD, or the first moment of Adam. `second` is the second moment
  /// of Adam.
  private let first: [UnsafeMutableBufferPointer<Float>]
  private let second: [UnsafeMutableBufferPointer<Float>]
  private let slices: [(parameter: Int, range: Range<Int>)]

  private static let sliceCount = 1 << 16

  /// Only trained parameters are updated.
  init(_ parameters: [Parameter], settings: TrainingSettings) {
    self.settings = settings
    self.parameters = parameters.filter(\.isTrained)
    first = self.parameters.map { .allocate(capacity: $0.values.count) }
    second = self.parameters.map { .allocate(capacity: settings.method == .adam ? $0.values.count : 0) }
    for memory in first + second { memory.initialize(repeating: 0) }
    var slices: [(Int, Range<Int>)] = []
    for (index, parameter) in self.parameters.enumerated() {
      let count = parameter.values.count
      for start in stride(from: 0, to: count, by: Self.sliceCount) {
        slices.append((index, start..<min(start + Self.sliceCount, count)))
      }
    }
    self.slices = slices
  }

  deinit {
    for memory in first + second { memory.deallocate() }
  }

  /// State for the checkpoint, by name.
  var state: [(name: String, values: UnsafeMutableBufferPointer<Float>)] {
    zip(parameters, first).map { ("first/\($0.name)", $1) }
      + (settings.method == .adam ? zip(parameters, second).map { ("second/\($0.name)", $1) } : [])
  }

  /// Updates the parameters.
  ///
  /// - Parameters:
  ///   - rate: Learning rate of transferred layers.
  ///   - step: Counted from 0.
  ///   - network: Distributes the work over its threads.
  func step(rate: Double, step: Int, on network: TrainableNetwork) {
    network.runParts(count: slices.count) { part in
      let (index, range) = slices[part]
      let parameter = parameters[index]
      let own = rate * (parameter.isNew ? settings.newLayerFactor : 1)
      let decay = parameter.role == .weights ? settings.weightDecay : 0
      guard let values = parameter.values.baseAddress, let gradient = parameter.gradient.baseAddress,
        let first = first[index].baseAddress
      else { return }
      switch settings.method {
      case .sgd:
        Self.descend(
          values, gradient, first, range, rate: Float(own), decay: Float(decay), Float(settings.momentum))
      case .adam:
        guard let second = second[index].baseAddress else { return }
        Self.adapt(
          values, gradient, first, second, range, rate: own, decay: decay, settings.momentum, step: step + 1)
      }
    }
  }

  private static func descend(
    _ values: UnsafeMutablePointer<Float>, _ gradient: UnsafePointer<Float>,
    _ velocity: UnsafeMutablePointer<Float>,
    _ range: Range<Int>, rate: Float, decay: Float, _ momentum: Float
  ) {
    for index in range {
      velocity[index] = momentum * velocity[index] + (gradient[index] + decay * values[index])
      values[index] -= rate * velocity[index]
    }
  }

  private static func adapt(
    _ values: UnsafeMutablePointer<Float>, _ gradient: UnsafePointer<Float>, _ mean: UnsafeMutablePointer<Float>,
    _ square: UnsafeMutablePointer<Float>, _ range: Range<Int>, rate: Double, decay: Double, _ momentum: Double,
    step: Int
  ) {
    let squareKept = 0.999
    let size = Float(rate / (1 - pow(momentum, Double(step))))
    let root = Float(1 / (1 - pow(squareKept, Double(step))).squareRoot())
    let kept = Float(1 - rate * decay)
    let (ofMean, ofSquare) = (Float(momentum), Float(squareKept))
    for index in range {
      let slope = gradient[index]
      mean[index] = ofMean * mean[index] + (1 - ofMean) * slope
      square[index] = ofSquare * square[index] + (1 - ofSquare) * slope * slope
      values[index] = kept * values[index] - size * mean[index] / (square[index].squareRoot() * root + 1e-8)
    }
  }
}
