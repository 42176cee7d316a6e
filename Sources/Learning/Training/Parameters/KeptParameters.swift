import NetworkTraining

/// The parameters of a training's best epoch.
final class KeptParameters {
  private let parameters: [Parameter]
  private let values: [UnsafeMutableBufferPointer<Float>]

  init(_ parameters: [Parameter]) {
    self.parameters = parameters
    values = parameters.map { .allocate(capacity: $0.values.count) }
    keep()
  }

  deinit {
    for value in values { value.deallocate() }
  }

  var state: [(name: String, values: UnsafeMutableBufferPointer<Float>)] {
    zip(parameters, values).map { ("kept/\($0.name)", $1) }
  }

  /// Keeps the parameters as they are now.
  func keep() {
    for (parameter, kept) in zip(parameters, values) { _ = kept.update(from: parameter.values) }
  }

  /// Exchanges the parameters with the kept ones; called twice, all is as it was.
  func exchange() {
    for (parameter, kept) in zip(parameters, values) {
      for index in kept.indices { swap(&parameter.values[index], &kept[index]) }
    }
  }
}
