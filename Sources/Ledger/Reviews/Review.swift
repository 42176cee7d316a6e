import Interferometry

/// What one person said of one interferogram at one time.
public struct Review: Hashable, Sendable {
  public let interferogram: InterferogramID
  public let reviewer: String
  /// Milliseconds since 1970.
  public let time: Int64
  /// Polygons are in pixels of the interferogram.
  public let annotation: Annotation

  public init(interferogram: InterferogramID, reviewer: String, time: Int64, annotation: Annotation) {
    self.interferogram = interferogram
    self.reviewer = reviewer
    self.time = time
    self.annotation = annotation
  }
}
