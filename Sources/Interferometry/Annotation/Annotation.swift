/// What a person says of one interferogram, in the fields of the Hephaestus data set (Bountos et al. 2022).
///
/// Fields that count keep numbers beyond those that the paper tells of, because published files hold some.
public struct Annotation: Hashable, Sendable {
  /// Whether the interferogram is of no use at all.
  public var isCorrupted = false
  /// 0 none, 1 debursting, 2 merging of sub-swaths; published files also have 3.
  public var processingError = 0
  /// Whether glaciers make fringes; one published file has 2.
  public var glacierFringes = 0
  /// Whether errors of the orbit make fringes.
  public var orbitalFringes = 0
  /// 0 none, 1 vertical stratification, correlated with topography, 2 turbulent mixing, 3 both.
  public var atmosphericFringes = 0
  public var hasLowCoherence = false
  /// Whether there is hardly any signal.
  public var hasNoInformation = false
  /// Whether the image has faults that no interferogram has.
  public var hasImageArtifacts = false
  /// One or more; never ``AnnotationLabel/nonDeformation`` together with another.
  public var labels: [AnnotationLabel] = []
  /// What made each pattern of deformation.
  public var activityTypes: [ActivityType] = []
  /// How strong each pattern is; for each of ``activityTypes``, but for a few published files.
  public var intensities: [IntensityLevel] = []
  public var phase = ActivityPhase.rest
  /// How sure the annotator is, 0…1.
  public var confidence = 0.0
  /// A polygon around each pattern, pixels of the image from its upper-left corner: column, row, column, row, ….
  public var polygons: [[Double]] = []
  /// Whether two or more patterns are seen.
  public var isCrowd = false
  /// What is seen, in a sentence or two.
  public var caption = ""

  public init() {}

  /// Whether anything deforms, by a volcano or an earthquake.
  public var deforms: Bool { labels.contains { $0 != .nonDeformation } }

  /// Whether each pattern has its activity, its intensity and its polygon.
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

/// What makes a pattern of deformation.
public enum ActivityType: String, Hashable, Sendable, Codable, CaseIterable {
  case mogi = "Mogi"
  case dyke = "Dyke"
  case sill = "Sill"
  case spheroid = "Spheroid"
  case earthquake = "Earthquake"
  case unidentified = "Unidentified"
}

/// How strong a pattern is: one fringe, two or three, more; none for earthquakes.
public enum IntensityLevel: String, Hashable, Sendable, Codable, CaseIterable {
  case low = "Low"
  case medium = "Medium"
  case high = "High"
  case none = "None"
}

/// What the volcano does: nothing, it rises, or it sinks; none for earthquakes alone.
public enum ActivityPhase: String, Hashable, Sendable, Codable, CaseIterable {
  case rest = "Rest"
  case unrest = "Unrest"
  case rebound = "Rebound"
  case none = "None"
}
