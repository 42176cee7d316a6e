/// What a sweep's results depend on besides the archive's pixels. A ledger belongs to one identity.
public struct SweepIdentity: Hashable, Sendable {
  /// The model's name and version, for people.
  public var model: String
  /// SHA-256 of the model file's bytes, hexadecimal.
  public var modelSHA256: String
  /// The method profile as JSON with sorted keys.
  public var profile: String
  /// Pixels across a patch.
  public var patchSize: Int

  public init(model: String, modelSHA256: String, profile: String, patchSize: Int) {
    self.model = model
    self.modelSHA256 = modelSHA256
    self.profile = profile
    self.patchSize = patchSize
  }

  /// The identity as names and values, as ledgers and result files keep it.
  public var entries: [String: String] {
    ["model": model, "model_sha256": modelSHA256, "profile": profile, "patch_size": String(patchSize)]
  }

  /// Reads ``entries`` again; `nil` when one is missing.
  init?(entries: [String: String]) {
    guard let model = entries["model"], let hash = entries["model_sha256"], let profile = entries["profile"],
      let patchSize = entries["patch_size"].flatMap({ Int($0) }), patchSize > 0
    else { return nil }
    self.init(model: model, modelSHA256: hash, profile: profile, patchSize: patchSize)
  }
}
