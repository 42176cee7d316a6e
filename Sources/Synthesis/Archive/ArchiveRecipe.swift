import Interferometry

/// What a synthetic archive is to hold. The recipe alone decides every byte of it.
public struct ArchiveRecipe: Hashable, Sendable {
  /// Number of volcanoes, each with a frame of its own.
  public let volcanoes: Int
  /// Number of acquisitions of each frame, 12 days apart.
  public let acquisitions: Int
  /// How many of the volcanoes inflate.
  public let deforming: Int
  /// Where all randomness comes from.
  public let seed: UInt64
  /// Height and width of each raster, pixels of 0.001°.
  public let size: Int
  /// What the volcanoes have beyond steadily growing spheres.
  public let variety: Variety

  /// The days between an acquisition and the next.
  public static let revisitDays = 12
  /// Each acquisition makes pairs with so many before it, as LiCSAR does.
  public static let predecessors = 3

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

  /// How many interferograms each volcano gets.
  public var interferogramsPerVolcano: Int {
    (1...Self.predecessors).reduce(0) { $0 + max(0, acquisitions - $1) }
  }

  private static func check(
    _ value: Int, in range: ClosedRange<Int>, named name: String
  ) throws(RecipeError) {
    guard range.contains(value) else { throw RecipeError(name: name, value: value, range: range) }
  }
}

/// A number of a recipe that is out of its range.
public struct RecipeError: Error, Hashable, CustomStringConvertible {
  public let name: String
  public let value: Int
  public let range: ClosedRange<Int>

  public var description: String {
    "the \(name) is \(value), but must be between \(range.lowerBound) and \(range.upperBound)"
  }
}
