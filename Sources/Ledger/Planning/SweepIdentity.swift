import Foundation

/// Everything a sweep's results depend on besides the archive's pixels. A ledger belongs to one identity.
public struct SweepIdentity: Hashable, Sendable {
  /// The model's name and version, for display.
  public var model: String
  /// SHA-256 of the model file's bytes, hexadecimal.
  public var modelSHA256: String
  /// The method profile as JSON with sorted keys.
  public var profile: String
  /// Patch width and height, pixels.
  public var patchSize: Int
  /// The last row and column of patches start at a multiple of this, pixels.
  public var patchAlignment: Int
  /// Arithmetic of the network, a raw value of `NeuralNetwork.Precision`.
  public var precision: String
  /// Matrix library, a raw value of `NeuralNetwork.LibraryChoice`.
  public var library: String
  /// What part of an interferogram the model ignores, as text; `nil` if it sees everything. Follows from the
  /// model.
  public var unseen: String?

  /// Precision of sweeps recorded before precision was stored.
  private static let usualPrecision = "float32"
  private static let usualLibrary = "cblas"

  public init(
    model: String, modelSHA256: String, profile: String, patchSize: Int, patchAlignment: Int = 1,
    precision: String = "float32", library: String = "cblas", unseen: String? = nil
  ) {
    self.model = model
    self.modelSHA256 = modelSHA256
    self.profile = profile
    self.patchSize = patchSize
    self.patchAlignment = patchAlignment
    self.precision = precision
    self.library = library
    self.unseen = unseen
  }

  /// The identity as names and values, as stored in ledgers and result files.
  public var entries: [String: String] {
    var entries = [
      "model": model, "model_sha256": modelSHA256, "profile": profile, "patch_size": String(patchSize),
      "patch_alignment": String(patchAlignment), "precision": precision, "library": library,
    ]
    entries["unseen"] = unseen
    return entries
  }

  /// Everything but the model, as JSON with sorted keys: equal for sweeps whose computations agree up to a
  /// layer that their models share.
  public var method: String {
    var entries = entries
    entries["model"] = nil
    entries["model_sha256"] = nil
    entries["unseen"] = nil
    return Self.json(entries)
  }

  /// ``entries`` as JSON with sorted keys.
  var document: String { Self.json(entries) }

  /// Parses ``document``; `nil` for anything else.
  init?(document: String) {
    guard let entries = try? JSONDecoder().decode([String: String].self, from: Data(document.utf8)) else {
      return nil
    }
    self.init(entries: entries)
  }

  private static func json(_ entries: [String: String]) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    guard let bytes = try? encoder.encode(entries) else { preconditionFailure("texts can always be encoded") }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Differences from another sweep, as text; empty if there are none.
  public func differences(from earlier: SweepIdentity) -> [String] {
    var (old, new) = (earlier.entries, entries)
    // Follows from the model; earlier versions did not store it.
    (old["unseen"], new["unseen"]) = (nil, nil)
    return Set(old.keys).union(new.keys).sorted().compactMap { key in
      let (before, now) = (old[key] ?? "none", new[key] ?? "none")
      return before == now ? nil : "\(key) was \(before), now \(now)"
    }
  }

  /// Whether both use the same patches, gate and merging.
  public func hasPatches(of other: SweepIdentity) -> Bool {
    profile == other.profile && patchSize == other.patchSize && patchAlignment == other.patchAlignment
  }

  /// Parses ``entries``; `nil` if one is missing.
  init?(entries: [String: String]) {
    guard let model = entries["model"], let hash = entries["model_sha256"], let profile = entries["profile"],
      let patchSize = entries["patch_size"].flatMap({ Int($0) }), patchSize > 0,
      let patchAlignment = Int(entries["patch_alignment"] ?? "1"), patchAlignment > 0
    else { return nil }
    self.init(
      model: model, modelSHA256: hash, profile: profile, patchSize: patchSize,
      patchAlignment: patchAlignment, precision: entries["precision"] ?? Self.usualPrecision,
      library: entries["library"] ?? Self.usualLibrary, unseen: entries["unseen"])
  }
}
