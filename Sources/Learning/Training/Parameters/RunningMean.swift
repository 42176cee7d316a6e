import NetworkTraining

/// Exponential moving average of a network's parameters and normalisation statistics over the training steps.
final class RunningMean {
  private let parameters: [Parameter]
  private let kept: Double
  private let means: [UnsafeMutableBufferPointer<Float>]

  init(_ parameters: [Parameter], kept: Double) {
    self.parameters = parameters
    self.kept = kept
    means = parameters.map { parameter in
      let mean = UnsafeMutableBufferPointer<Float>.allocate(capacity: parameter.values.count)
      _ = mean.initialize(from: parameter.values)
      return mean
    }
  }

  deinit {
    for mean in means { mean.deallocate() }
  }

  var state: [(name: String, values: UnsafeMutableBufferPointer<Float>)] {
    zip(parameters, means).map { ("mean/\($0.name)", $1) }
  }

  /// Updates the average after a step, counted from 0; early steps have a larger weight.
  func take(step: Int, on network: TrainableNetwork) {
    let weight = Float(1 - min(kept, Double(step + 1) / Double(step + 10)))
    network.runParts(count: parameters.count) { part in
      let (mean, values) = (means[part], parameters[part].values)
      for index in mean.indices { mean[index] += weight * (values[index] - mean[index]) }
    }
  }

  /// Swaps the parameters and their averages; a second call restores both.
  func exchange() {
    for (parameter, mean) in zip(parameters, means) {
      for index in mean.indices { swap(&parameter.values[index], &mean[index]) }
    }
  }
}
