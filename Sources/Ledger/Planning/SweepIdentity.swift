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
  /// What the network computes in.
  public var precision: String

  /// What sweeps computed in before they said so.
  private static let usualPrecision = "float32"

  public init(model: String, modelSHA256: String, profile: String, patchSize: Int, precision: String = "float32") {
    self.model = model
    self.modelSHA256 = modelSHA256
    self.profile = profile
    self.patchSize = patchSize
    self.precision = precision
  }

  /// The identity as names and values, as ledgers and result files keep it.
  public var entries: [String: String] {
    [
      "model": model, "model_sha256": modelSHA256, "profile": profile, "patch_size": String(patchSize),
      "precision": precision,
    ]
  }

  /// Reads ``entries`` again; `nil` when one is missing.
  init?(entries: [String: String]) {
    guard let model = entries["model"], let hash = entries["model_sha256"], let profile = entries["profile"],
      let patchSize = entries["patch_size"].flatMap({ Int($0) }), patchSize > 0
    else { return nil }
    self.init(
      model: model, modelSHA256: hash, profile: profile, patchSize: patchSize,
      precision: entries["precision"] ?? Self.usualPrecision)
  }
}
