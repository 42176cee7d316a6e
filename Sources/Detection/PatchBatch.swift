import NeuralNetwork

/// The patches that wait for the network: some as their pixels, some as what the trunk that they share with their
/// neighbours left behind of them.
final class PatchBatch {
  /// Which patch of which interferogram.
  struct Place {
    let story: Int
    let patch: Int
    /// Among the patches of it that the gate kept, from 0.
    let rank: Int
  }

  /// Of those that stand alone, in the order of their pixels.
  private(set) var alone: [Place] = []
  /// Of those that share a trunk, in the order of their numbers.
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
  /// The story of the patch that has waited longest.
  var first: Int? {
    guard let one = alone.first?.story else { return shared.first?.story }
    return min(one, shared.first?.story ?? one)
  }

  /// Room for one more patch's pixels.
  func addAlone(_ place: Place) -> UnsafeMutablePointer<Float> {
    alone.append(place)
    return pixels + (alone.count - 1) * pixelCount
  }

  /// Room for what the trunk left behind of one more.
  func addShared(_ place: Place) -> UnsafeMutablePointer<Float> {
    shared.append(place)
    return crops + (shared.count - 1) * sharedCount
  }

  func removeAll() {
    alone.removeAll(keepingCapacity: true)
    shared.removeAll(keepingCapacity: true)
  }

  /// Has them judged: first come those that stand alone.
  func classify(
    by classifier: PatchClassifier, into probabilities: UnsafeMutableBufferPointer<Float>, progress: () -> Void
  ) {
    classifier.classify(
      gray: UnsafeBufferPointer(start: pixels, count: alone.count * pixelCount), count: alone.count,
      shared: shared.isEmpty ? nil : UnsafeBufferPointer(start: crops, count: shared.count * sharedCount),
      probabilities: probabilities, progress: progress)
  }
}
