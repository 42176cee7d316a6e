/// A person's review of one interferogram, with the fields of the Hephaestus data set (Bountos et al. 2022).
///
/// Numeric fields keep values that the paper does not define, because published files contain some.
public struct Annotation: Hashable, Sendable {
  /// Whether the interferogram is unusable.
  public var isCorrupted = false
  /// Processing error: 0 none, 1 debursting, 2 sub-swath merging; published files also contain 3.
  public var processingError = 0
  /// Whether there are fringes due to glaciers, 0 or 1; one published file has 2.
  public var glacierFringes = 0
  /// Whether there are fringes due to orbit errors, 0 or 1.
  public var orbitalFringes = 0
  /// Fringes due to the atmosphere: 0 none, 1 vertical stratification, correlated with topography, 2
  /// turbulent mixing, 3 both.
  public var atmosphericFringes = 0
  /// Whether the coherence is low.
  public var hasLowCoherence = false
  /// Whether there is hardly any signal.
  public var hasNoInformation = false
  /// Whether the image has artifacts.
  public var hasImageArtifacts = false
  /// One or more; ``AnnotationLabel/nonDeformation`` only alone.
  public var labels: [AnnotationLabel] = []
  /// Source of each pattern of deformation.
  public var activityTypes: [ActivityType] = []
  /// Intensity of each pattern; one per ``activityTypes``, except in a few published files.
  public var intensities: [IntensityLevel] = []
  /// Activity of the volcano.
  public var phase = ActivityPhase.rest
  /// Confidence of the annotator, 0…1.
  public var confidence = 0.0
  /// A polygon around each pattern: column, row, column, row, … in pixels from the upper-left corner of the
  /// image.
  public var polygons: [[Double]] = []
  /// Whether there are two or more patterns.
  public var isCrowd = false
  /// Description in one or two sentences.
  public var caption = ""

  public init() {}

  /// Whether there is deformation, volcanic or by an earthquake.
  public var deforms: Bool { labels.contains { $0 != .nonDeformation } }

  /// Whether each pattern has a source, an intensity and a polygon.
  public var isParallel: Bool {
    activityTypes.count == intensities.count && activityTypes.count == polygons.count
  }
}

/// What an interferogram shows.
public enum AnnotationLabel: String, Hashable, Sendable, Codable, CaseIterable {
  case nonDeformation = "Non_Deformation"
  case deformation = "Deformation"
  case earthquake = "Earthquake"
}

/// Source of a pattern of deformation.
public enum ActivityType: String, Hashable, Sendable, Codable, CaseIterable {
  case mogi = "Mogi"
  case dyke = "Dyke"
  case sill = "Sill"
  case spheroid = "Spheroid"
  case earthquake = "Earthquake"
  case unidentified = "Unidentified"
}

/// Intensity of a pattern: one fringe, two or three, more; none for earthquakes.
public enum IntensityLevel: String, Hashable, Sendable, Codable, CaseIterable {
  case low = "Low"
  case medium = "Medium"
  case high = "High"
  case none = "None"
}

/// Activity of the volcano: rest, uplift or subsidence; none for earthquakes alone.
public enum ActivityPhase: String, Hashable, Sendable, Codable, CaseIterable {
  case rest = "Rest"
  case unrest = "Unrest"
  case rebound = "Rebound"
  case none = "None"
}
