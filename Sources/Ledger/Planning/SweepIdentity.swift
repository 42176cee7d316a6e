import Foundation

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
  /// The last row and column of patches start at a multiple of it.
  public var patchAlignment: Int
  /// What the network computes in.
  public var precision: String
  /// Who multiplies matrices.
  public var library: String
  /// What of an interferogram the model does not see, in words; `nil` where it sees everything. Follows from the model.
  public var unseen: String?

  /// What sweeps computed in before they said so.
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

  /// The identity as names and values, as ledgers and result files keep it.
  public var entries: [String: String] {
    var entries = [
      "model": model, "model_sha256": modelSHA256, "profile": profile, "patch_size": String(patchSize),
      "patch_alignment": String(patchAlignment), "precision": precision, "library": library,
    ]
    entries["unseen"] = unseen
    return entries
  }

  /// All but the model, as JSON with sorted keys: what two sweeps agree on that compute the same up to a layer which
  /// their models share.
  public var method: String {
    var entries = entries
    entries["model"] = nil
    entries["model_sha256"] = nil
    entries["unseen"] = nil
    return Self.json(entries)
  }

  /// ``entries`` as JSON with sorted keys.
  var document: String { Self.json(entries) }

  /// Reads ``document`` again; `nil` for anything else.
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

  /// What differs from another sweep, in words; empty where nothing does.
  public func differences(from earlier: SweepIdentity) -> [String] {
    var (old, new) = (earlier.entries, entries)
    // Follows from the model; sweeps of earlier versions did not keep it.
    (old["unseen"], new["unseen"]) = (nil, nil)
    return Set(old.keys).union(new.keys).sorted().compactMap { key in
      let (before, now) = (old[key] ?? "none", new[key] ?? "none")
      return before == now ? nil : "\(key) was \(before), now \(now)"
    }
  }

  /// Whether patches lie at the same places and pass the same gate, and probabilities are merged alike.
  public func hasPatches(of other: SweepIdentity) -> Bool {
    profile == other.profile && patchSize == other.patchSize && patchAlignment == other.patchAlignment
  }

  /// Reads ``entries`` again; `nil` when one is missing.
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
