import Interferometry

/// One person's review of one interferogram.
public struct Review: Hashable, Sendable {
  /// Volcano, frame and dates.
  public let interferogram: InterferogramID
  /// The reviewer's name.
  public let reviewer: String
  /// Milliseconds since 1970.
  public let time: Int64
  /// Label and polygons; polygons are in pixels of the interferogram.
  public let annotation: Annotation

  public init(interferogram: InterferogramID, reviewer: String, time: Int64, annotation: Annotation) {
    self.interferogram = interferogram
    self.reviewer = reviewer
    self.time = time
    self.annotation = annotation
  }
}
