import NeuralNetwork

/// Patches waiting for the network: some as pixels, others as activations of the trunk that they share with
/// their neighbours.
final class PatchBatch {
  /// Identifies a patch of an interferogram.
  struct Place {
    let entry: Int
    let patch: Int
    /// Index among the patches of the interferogram that passed the gate.
    let rank: Int
  }

  /// Patches given as pixels, in the order of their memory.
  private(set) var alone: [Place] = []
  /// Patches given as trunk activations, in the order of their memory.
  private(set) var shared: [Place] = []
  private let capacity: Int
  private let pixelCount: Int
  private let sharedCount: Int
  private let pixels: UnsafeMutablePointer<Float>
  private let crops: UnsafeMutablePointer<Float>

  init(for classifier: PatchClassifier) {
    capacity = classifier.batchCapacity
    pixelCount = classifier.inputSize * classifier.inputSize
    sharedCount = classifier.sharedCount
    pixels = .allocate(capacity: capacity * pixelCount)
    pixels.initialize(repeating: 0, count: capacity * pixelCount)
    crops = .allocate(capacity: capacity * sharedCount)
    crops.initialize(repeating: 0, count: capacity * sharedCount)
    alone.reserveCapacity(capacity)
    shared.reserveCapacity(capacity)
  }

  deinit {
    pixels.deallocate()
    crops.deallocate()
  }

  var isFull: Bool { alone.count + shared.count == capacity }
  /// Index, in the unit's notes, of the interferogram of the patch that has waited longest.
  var first: Int? {
    guard let one = alone.first?.entry else { return shared.first?.entry }
    return min(one, shared.first?.entry ?? one)
  }

  /// Memory for the pixels of one more patch.
  func addAlone(_ place: Place) -> UnsafeMutablePointer<Float> {
    alone.append(place)
    return pixels + (alone.count - 1) * pixelCount
  }

  /// Memory for the trunk activations of one more patch.
  func addShared(_ place: Place) -> UnsafeMutablePointer<Float> {
    shared.append(place)
    return crops + (shared.count - 1) * sharedCount
  }

  func removeAll() {
    alone.removeAll(keepingCapacity: true)
    shared.removeAll(keepingCapacity: true)
  }

  /// Scores all patches; those given as pixels come first.
  func classify(
    by classifier: PatchClassifier, into probabilities: UnsafeMutableBufferPointer<Float>, progress: () -> Void
  ) {
    classifier.classify(
      gray: UnsafeBufferPointer(start: pixels, count: alone.count * pixelCount), count: alone.count,
      shared: shared.isEmpty ? nil : UnsafeBufferPointer(start: crops, count: shared.count * sharedCount),
      probabilities: probabilities, progress: progress)
  }
}
