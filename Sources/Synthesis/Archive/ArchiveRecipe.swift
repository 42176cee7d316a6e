import Interferometry

/// Parameters of a synthetic archive. The recipe, with its elevation files, determines every byte of the
/// archive.
public struct ArchiveRecipe: Hashable, Sendable {
  /// Number of volcanoes, 1…2000, each with its own frame.
  public let volcanoes: Int
  /// Number of acquisitions per frame, 2…1000, 12 days apart.
  public let acquisitions: Int
  /// Number of deforming volcanoes, at most ``volcanoes``.
  public let deforming: Int
  /// Seed of all random numbers.
  public let seed: UInt64
  /// Height and width of each raster, 64…1500 pixels of 0.001°.
  public let size: Int
  /// What the archive has beyond steadily inflating Mogi sources.
  public let variety: Variety

  /// Days between consecutive acquisitions.
  public static let revisitDays = 12
  /// Each acquisition forms pairs with this many previous ones, as in LiCSAR.
  public static let predecessors = 3

  /// Checks the numbers.
  ///
  /// - Throws: ``RecipeError`` for a number out of its range.
  public init(
    volcanoes: Int, acquisitions: Int, deforming: Int, seed: UInt64, size: Int, variety: Variety = .plain
  ) throws(RecipeError) {
    try Self.check(volcanoes, in: 1...2000, named: "number of volcanoes")
    try Self.check(acquisitions, in: 2...1000, named: "number of acquisitions")
    try Self.check(deforming, in: 0...volcanoes, named: "number of deforming volcanoes")
    try Self.check(size, in: 64...1500, named: "raster size in pixels")
    self.volcanoes = volcanoes
    self.acquisitions = acquisitions
    self.deforming = deforming
    self.seed = seed
    self.size = size
    self.variety = variety
  }

  /// Number of interferograms per volcano.
  public var interferogramsPerVolcano: Int {
    (1...Self.predecessors).reduce(0) { $0 + max(0, acquisitions - $1) }
  }

  private static func check(
    _ value: Int, in range: ClosedRange<Int>, named name: String
  ) throws(RecipeError) {
    guard range.contains(value) else { throw RecipeError(name: name, value: value, range: range) }
  }
}

/// A number of a recipe is out of its range.
public struct RecipeError: Error, Hashable, CustomStringConvertible {
  /// What the number is, for messages.
  public let name: String
  /// The invalid value.
  public let value: Int
  /// The valid range.
  public let range: ClosedRange<Int>

  public var description: String {
    "the \(name) is \(value), but must be between \(range.lowerBound) and \(range.upperBound)"
  }
}
