/// Why a model cannot be used with a method profile.
public enum DetectionError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The network's input is larger than the profile's patches; sizes in pixels.
  case inputTooLarge(model: String, inputSize: Int, patchSize: Int, profile: String)

  public var description: String {
    switch self {
    case .inputTooLarge(let model, let inputSize, let patchSize, let profile):
      "model \(model) wants patches of \(inputSize) × \(inputSize) pixels, profile \(profile) cuts \(patchSize) × "
        + "\(patchSize); choose profile jgr2018, whose patches take the model's size, or another model"
    }
  }
}
