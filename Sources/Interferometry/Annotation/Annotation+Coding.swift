/// Keys and forms of Hephaestus JSON files. A list of one element may be written as the element, and flags
/// may be numbers.
extension Annotation: Codable {
  private enum Key: String, CodingKey {
    case corrupted
    case processingError = "processing_error"
    case glacierFringes = "glacier_fringes"
    case orbitalFringes = "orbital_fringes"
    case atmosphericFringes = "atmospheric_fringes"
    case lowCoherence = "low_coherence"
    case noInformation = "no_info"
    case imageArtifacts = "image_artifacts"
    case label
    case activityType = "activity_type"
    case intensityLevel = "intensity_level"
    case phase, confidence
    case segmentationMask = "segmentation_mask"
    case isCrowd = "is_crowd"
    case caption
  }

  public init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: Key.self)
    func number(_ key: Key) throws -> Int {
      if let flag = try? fields.decode(Bool.self, forKey: key) { return flag ? 1 : 0 }
      return try fields.decodeIfPresent(Int.self, forKey: key) ?? 0
    }
    func list<Element: Decodable>(_ key: Key, of type: Element.Type) throws -> [Element] {
      if let one = try? fields.decode(Element.self, forKey: key) { return [one] }
      return try fields.decodeIfPresent([Element].self, forKey: key) ?? []
    }
    isCorrupted = try number(.corrupted) != 0
    processingError = try number(.processingError)
    glacierFringes = try number(.glacierFringes)
    orbitalFringes = try number(.orbitalFringes)
    atmosphericFringes = try number(.atmosphericFringes)
    hasLowCoherence = try number(.lowCoherence) != 0
    hasNoInformation = try number(.noInformation) != 0
    hasImageArtifacts = try number(.imageArtifacts) != 0
    labels = try list(.label, of: AnnotationLabel.self)
    activityTypes = try list(.activityType, of: ActivityType.self)
    intensities = try list(.intensityLevel, of: IntensityLevel.self)
    phase = try fields.decodeIfPresent(ActivityPhase.self, forKey: .phase) ?? .rest
    confidence = try fields.decodeIfPresent(Double.self, forKey: .confidence) ?? 0
    // Coordinates of one polygon, or a list of polygons; an empty list may be either.
    let polygons = try list(.segmentationMask, of: [Double].self)
    self.polygons = polygons == [[]] ? [] : polygons
    isCrowd = try number(.isCrowd) != 0
    caption = try fields.decodeIfPresent(String.self, forKey: .caption) ?? ""
  }

  public func encode(to encoder: any Encoder) throws {
    var fields = encoder.container(keyedBy: Key.self)
    try fields.encode(isCorrupted ? 1 : 0, forKey: .corrupted)
    try fields.encode(processingError, forKey: .processingError)
    try fields.encode(glacierFringes, forKey: .glacierFringes)
    try fields.encode(orbitalFringes, forKey: .orbitalFringes)
    try fields.encode(atmosphericFringes, forKey: .atmosphericFringes)
    try fields.encode(hasLowCoherence ? 1 : 0, forKey: .lowCoherence)
    try fields.encode(hasNoInformation ? 1 : 0, forKey: .noInformation)
    try fields.encode(hasImageArtifacts ? 1 : 0, forKey: .imageArtifacts)
    try fields.encode(labels, forKey: .label)
    try fields.encode(activityTypes, forKey: .activityType)
    try fields.encode(intensities, forKey: .intensityLevel)
    try fields.encode(phase, forKey: .phase)
    try fields.encode(confidence, forKey: .confidence)
    try fields.encode(polygons, forKey: .segmentationMask)
    try fields.encode(isCrowd ? 1 : 0, forKey: .isCrowd)
    try fields.encode(caption, forKey: .caption)
  }
}
