import NetworkTraining

/// A copy of the parameters of the best epoch so far.
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

  /// Copies the current parameters.
  func keep() {
    for (parameter, kept) in zip(parameters, values) { _ = kept.update(from: parameter.values) }
  }

  /// Swaps the current and the kept parameters; a second call restores both.
  func exchange() {
    for (parameter, kept) in zip(parameters, values) {
      for index in kept.indices { swap(&parameter.values[index], &kept[index]) }
    }
  }
}
