/// Why a model cannot be used with a method profile.
public enum DetectionError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The network's input is larger than the profile's patches; sizes in pixels.
  case inputTooLarge(model: String, inputSize: Int, patchSize: Int, profile: String)

  public var description: String {
    switch self {
    case .inputTooLarge(let model, let inputSize, let patchSize, let profile):
      "model \(model) needs patches of \(inputSize) × \(inputSize) pixels, but profile \(profile) uses \(patchSize) × "
        + "\(patchSize); use profile jgr2018, whose patch size is that of the model, or another model"
    }
  }
}
