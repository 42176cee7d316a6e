/// Result of the method for one interferogram. All maps, rankings and pictures are derived from the patch
/// probabilities and the job.
public struct DetectionResult: Hashable, Sendable {
  /// Probability of deformation of each patch, 0…1: one scale after the other, the finest first, each row-major
  /// over its patch grid. NaN where the gate classified the patch as background and the CNN was skipped; it
  /// counts as 0.
  public var patchProbabilities: [Float]
  /// Number of rows of the patch grid of the finest scale.
  public var patchRows: Int
  /// Number of columns of the patch grid of the finest scale.
  public var patchColumns: Int
  /// Maximum of the merged probability map over the pixels with data and all scales, 0…1.
  public var maximumProbability: Float
  /// Number of pixels along each axis that were averaged to the pixels of the scale of that maximum; 1 for
  /// the interferogram as it is.
  public var peakScale: Int
  /// Row of the source, a pixel with data; the central row if the map is 0 throughout.
  public var row: Int
  /// Column of the source, a pixel with data; the central column if the map is 0 throughout.
  public var column: Int
  /// Latitude of that pixel's centre, degrees north.
  public var latitudeDegrees: Double
  /// Longitude of that pixel's centre, degrees east.
  public var longitudeDegrees: Double
  /// Number of pixels with data where the map is above 0.5.
  public var pixelsAbove05: Int
  /// Number of pixels with data where the map is above 0.8.
  public var pixelsAbove08: Int
  /// Number of patches that passed the gate.
  public var keptPatches: Int
  /// Fraction of pixels without data, 0…1.
  public var noDataShare: Float
  /// Mean coherence of the pixels with data, 0…1; `nil` if the archive has no coherence.
  public var meanCoherence: Float?
  /// Bounding box of the deformation from the network's location head, in pixels of the interferogram and
  /// clipped to it. It is taken from the patch with the highest probability; ties go to the first in
  /// row-major order. `nil` for networks without a location head, if no patch was scored, or if the location
  /// is not a box inside the interferogram.
  public var box: PixelBox?
  /// Where the source lies; `nil` for networks that do not tell, and where no patch was scored.
  public var sourceMap: SourceMap?
  /// What the network's layer before the last says of the patch with the highest probability, for finding
  /// similar ones: at most ``longestEmbedding`` numbers; empty for networks without one, and where no patch was
  /// scored.
  public var embedding: [Float]

  /// Most numbers of an ``embedding``.
  public static let longestEmbedding = 128

  public init(
    patchProbabilities: [Float], patchRows: Int, patchColumns: Int, maximumProbability: Float,
    peakScale: Int = 1, row: Int, column: Int, latitudeDegrees: Double, longitudeDegrees: Double,
    pixelsAbove05: Int, pixelsAbove08: Int, keptPatches: Int, noDataShare: Float, meanCoherence: Float?,
    box: PixelBox? = nil, sourceMap: SourceMap? = nil, embedding: [Float] = []
  ) {
    self.patchProbabilities = patchProbabilities
    self.patchRows = patchRows
    self.patchColumns = patchColumns
    self.maximumProbability = maximumProbability
    self.peakScale = peakScale
    self.row = row
    self.column = column
    self.latitudeDegrees = latitudeDegrees
    self.longitudeDegrees = longitudeDegrees
    self.pixelsAbove05 = pixelsAbove05
    self.pixelsAbove08 = pixelsAbove08
    self.keptPatches = keptPatches
    self.noDataShare = noDataShare
    self.meanCoherence = meanCoherence
    self.box = box
    self.sourceMap = sourceMap
    self.embedding = embedding
  }
}

/// Final outcome of an interferogram in a sweep; each has exactly one.
public enum Outcome: Hashable, Sendable {
  /// The method gave a result.
  case scored(DetectionResult)
  /// The pixels have no score, on any worker; see ``RejectionReason``.
  case rejected(reason: String)
  /// No worker could read the pixels; the next run of the same command tries again. See ``ReadingTrouble``.
  case unreadable(reason: String)
  /// Every worker that tried it crashed or hung.
  case quarantined(reason: String)
}

/// Time spent on one interferogram by stage, seconds. Never part of a result file.
public struct StageSeconds: Hashable, Sendable {
  /// Reading pixels.
  public var read: Float
  /// Conversion to gray.
  public var gray: Float
  /// The gate.
  public var gate: Float
  /// The CNN; for a batch shared by several interferograms, this one's fraction.
  public var network: Float
  /// Merging patch probabilities.
  public var merge: Float

  public init(read: Float = 0, gray: Float = 0, gate: Float = 0, network: Float = 0, merge: Float = 0) {
    self.read = read
    self.gray = gray
    self.gate = gate
    self.network = network
    self.merge = merge
  }

  /// Sum of all stages.
  public var total: Float { read + gray + gate + network + merge }
}
