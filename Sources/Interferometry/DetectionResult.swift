/// What the method says of one interferogram. The patch probabilities are the primary result: every map, rank and
/// picture is derived from them and the job.
public struct DetectionResult: Hashable, Sendable {
  /// P(deformation) of each patch, 0…1, row-major over the patch grid; NaN where the gate called the patch background
  /// without running the network, which counts as 0.
  public var patchProbabilities: [Float]
  /// Rows of the patch grid.
  public var patchRows: Int
  /// Columns of the patch grid.
  public var patchColumns: Int
  /// The highest value of the merged probability map, 0…1.
  public var maximumProbability: Float
  /// The row where the map is highest.
  public var row: Int
  /// The column where the map is highest.
  public var column: Int
  /// The latitude of that pixel's centre, degrees north.
  public var latitudeDegrees: Double
  /// The longitude of that pixel's centre, degrees east.
  public var longitudeDegrees: Double
  /// Pixels of the map above 0.5.
  public var pixelsAbove05: Int
  /// Pixels of the map above 0.8.
  public var pixelsAbove08: Int
  /// Patches that passed the gate.
  public var keptPatches: Int
  /// Share of pixels without data, 0…1.
  public var noDataShare: Float
  /// Mean coherence of the pixels with data, 0…1; `nil` where the archive has none.
  public var meanCoherence: Float?
  /// Where the network says that it deforms, in the interferogram's pixels, as far as that is inside: the location head's
  /// word on the patch with the highest probability (of equals the first in row-major order). `nil` for networks that
  /// tell no location, and where no patch was judged or its location is no box inside the interferogram.
  public var box: PixelBox?

  public init(
    patchProbabilities: [Float], patchRows: Int, patchColumns: Int, maximumProbability: Float, row: Int,
    column: Int, latitudeDegrees: Double, longitudeDegrees: Double, pixelsAbove05: Int, pixelsAbove08: Int,
    keptPatches: Int, noDataShare: Float, meanCoherence: Float?, box: PixelBox? = nil
  ) {
    self.patchProbabilities = patchProbabilities
    self.patchRows = patchRows
    self.patchColumns = patchColumns
    self.maximumProbability = maximumProbability
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
  }
}

/// Where an interferogram of a sweep ends: in exactly one of these.
public enum Outcome: Hashable, Sendable {
  case scored(DetectionResult)
  /// Its pixels have no score, whichever worker reads them; see ``RejectionReason``.
  case rejected(reason: String)
  /// No worker could read its pixels, which the next run of the same command tries again; see ``ReadingTrouble``.
  case unreadable(reason: String)
  /// Its worker died or hung each time.
  case quarantined(reason: String)
}

/// Where the time of one interferogram went, seconds. Never part of a result file.
public struct StageSeconds: Hashable, Sendable {
  public var read: Float
  public var gray: Float
  public var gate: Float
  public var network: Float
  public var merge: Float

  public init(read: Float = 0, gray: Float = 0, gate: Float = 0, network: Float = 0, merge: Float = 0) {
    self.read = read
    self.gray = gray
    self.gate = gate
    self.network = network
    self.merge = merge
  }

  public var total: Float { read + gray + gate + network + merge }
}
