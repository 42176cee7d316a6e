import Foundation
import NeuralNetwork

/// Record of the patches that a model was trained on, stored in its metadata: hashes of the patches, and
/// their places.
///
/// Of very many patches only a subset is recorded. The subset is chosen by the hash value, so that records of
/// different models are comparable.
public struct LearntPatches: Hashable, Sendable {
  /// Patches that changed the model's weights.
  public private(set) var learnt: Set<PatchHash>
  /// Patches that decided which epoch was kept.
  public private(set) var validated: Set<PatchHash>
  /// Names of the places and volcanoes of both.
  public var places: Set<String>
  /// Only hashes that are multiples of this number are recorded; a power of 2 up to ``largestDivisor``.
  public private(set) var divisor: UInt64
  /// Why the record may be incomplete, in words; `nil` if it is complete.
  public var unknown: String?

  /// Largest number of hashes in a list of a file.
  static let limit = 1 << 16

  /// At this divisor, fewer than ``limit`` of the 2⁴⁸ possible hashes remain.
  static let largestDivisor: UInt64 = 1 << 40

  private static let keys = (
    learnt: "patches", validated: "validation_patches", places: "places", unknown: "patches_unknown"
  )

  /// The record of a training.
  ///
  /// - Parameters:
  ///   - patches: The set.
  ///   - learnt: Indices of the training patches.
  ///   - validated: Indices of the validation patches.
  public init(_ patches: LabelledPatches, learnt: [Int], validated: [Int]) {
    self.learnt = Set(learnt.compactMap { patches.hash(of: $0) })
    self.validated = Set(validated.compactMap { patches.hash(of: $0) })
    places = (learnt + validated).reduce(into: []) { $0.formUnion(patches.placeNames(of: $1)) }
    divisor = 1
    thin()
  }

  /// The record of a model without one; `unknown` says why.
  public init(unknown: String) {
    (learnt, validated, places, divisor, self.unknown) = ([], [], [], 1, unknown)
  }

  /// Adds the record of the network from which the training started.
  public mutating func formUnion(_ other: LearntPatches) {
    learnt.formUnion(other.learnt)
    validated.formUnion(other.validated)
    places.formUnion(other.places)
    divisor = max(divisor, other.divisor)
    unknown = unknown ?? other.unknown
    thin()
  }

  func keeps(_ hash: PatchHash) -> Bool { hash.value % divisor == 0 }

  private mutating func thin() {
    while true {
      (learnt, validated) = (learnt.filter(keeps), validated.filter(keeps))
      guard max(learnt.count, validated.count) > Self.limit else { return }
      divisor *= 2
    }
  }
}

extension LearntPatches {
  /// The record in a model file; `nil` if there is none.
  ///
  /// - Throws: ``DataSetError`` naming the metadata entry that is damaged.
  public init?(_ model: ModelFile) throws(DataSetError) {
    func entry(_ key: String) -> String? { model.properties["volcsweep.\(key)"] }
    func damaged(_ key: String) -> DataSetError {
      DataSetError(
        file: model.file, problem: "its metadata entry volcsweep.\(key) is damaged; export the model again")
    }
    let unknown = entry(Self.keys.unknown)
    let text = entry(Self.keys.learnt)
    if text == nil, unknown == nil { return nil }
    var learnt: (hashes: Set<PatchHash>, divisor: UInt64) = ([], 1)
    if let text {
      guard let decoded = Self.decode(text) else { throw damaged(Self.keys.learnt) }
      learnt = decoded
    }
    var validated: Set<PatchHash> = []
    if let text = entry(Self.keys.validated) {
      guard let decoded = Self.decode(text), decoded.divisor == learnt.divisor else {
        throw damaged(Self.keys.validated)
      }
      validated = decoded.hashes
    }
    var places: [String] = []
    if let text = entry(Self.keys.places) {
      guard let names = try? JSONDecoder().decode([String].self, from: Data(text.utf8)) else {
        throw damaged(Self.keys.places)
      }
      places = names
    }
    (self.learnt, self.validated, self.places) = (learnt.hashes, validated, Set(places))
    (divisor, self.unknown) = (learnt.divisor, unknown)
  }

  /// The record as metadata entries; keys without the prefix `volcsweep.`.
  public var entries: [String: String] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let names = (try? encoder.encode(places.sorted())) ?? Data("[]".utf8)
    var entries = [
      Self.keys.learnt: encode(learnt), Self.keys.validated: encode(validated),
      Self.keys.places: String(decoding: names, as: UTF8.self),
    ]
    entries[Self.keys.unknown] = unknown
    return entries
  }

  /// `1/divisor`, a space, and the sorted hashes of six bytes each in base64.
  private func encode(_ hashes: Set<PatchHash>) -> String {
    var bytes = Data(capacity: hashes.count * PatchHash.byteCount)
    for hash in hashes.sorted() {
      for shift in (0..<PatchHash.byteCount).reversed() {
        bytes.append(UInt8(truncatingIfNeeded: hash.value >> UInt64(8 * shift)))
      }
    }
    return "1/\(divisor) \(bytes.base64EncodedString())"
  }

  private static func decode(_ text: String) -> (hashes: Set<PatchHash>, divisor: UInt64)? {
    let parts = text.split(separator: " ", omittingEmptySubsequences: false)
    guard parts.count == 2, parts[0].hasPrefix("1/"), let divisor = UInt64(parts[0].dropFirst(2)),
      divisor.nonzeroBitCount == 1, divisor <= largestDivisor,
      let bytes = Data(base64Encoded: String(parts[1])), bytes.count % PatchHash.byteCount == 0
    else { return nil }
    var hashes: Set<PatchHash> = []
    for start in stride(from: 0, to: bytes.count, by: PatchHash.byteCount) {
      let value = bytes[start..<(start + PatchHash.byteCount)].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
      hashes.insert(PatchHash(value: value))
    }
    return (hashes, divisor)
  }
}
