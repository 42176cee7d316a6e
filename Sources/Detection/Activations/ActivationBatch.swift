import Foundation
import NeuralNetwork

/// Patches waiting for the layers after a split point, as activations of the layers before it.
final class ActivationBatch {
  private(set) var places: [PatchBatch.Place] = []
  private let classifier: HeadClassifier
  private let numbers: UnsafeMutablePointer<Float>

  init(for classifier: HeadClassifier) {
    self.classifier = classifier
    let count = classifier.batchCapacity * classifier.activationCount
    numbers = .allocate(capacity: count)
    numbers.initialize(repeating: 0, count: count)
    places.reserveCapacity(classifier.batchCapacity)
  }

  deinit { numbers.deallocate() }

  var isFull: Bool { places.count == classifier.batchCapacity }

  func add(_ place: PatchBatch.Place, halves: UnsafeRawPointer) {
    let count = classifier.activationCount
    HalfPrecision.widen(halves, count: count, into: numbers + places.count * count)
    places.append(place)
  }

  func removeAll() { places.removeAll(keepingCapacity: true) }

  func classify(into probabilities: UnsafeMutableBufferPointer<Float>, progress: () -> Void) {
    classifier.classify(
      activations: numbers, count: places.count, probabilities: probabilities, progress: progress)
  }
}
