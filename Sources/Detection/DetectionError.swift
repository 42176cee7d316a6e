/// Why a model and a method profile do not go together.
public enum DetectionError: Error, Hashable, Sendable, CustomStringConvertible {
  case inputTooLarge(model: String, inputSize: Int, patchSize: Int, profile: String)

  public var description: String {
    switch self {
    case .inputTooLarge(let model, let inputSize, let patchSize, let profile):
      "model \(model) needs patches of \(inputSize) × \(inputSize) pixels, but profile \(profile) uses \(patchSize) × "
        + "\(patchSize); use profile jgr2018, whose patch size is that of the model, or another model"
    }
  }
}
