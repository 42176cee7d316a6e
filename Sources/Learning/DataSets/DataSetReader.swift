import FileReasons
import Foundation
import Imaging
import Ledger

/// Reads labelled patches from a path in any of the supported forms (``Form``).
public struct DataSetReader: Sendable {
  /// Pixels across patches that are cut from rasters.
  public var side = 224
  /// Pixels from one patch to the next.
  public var stride = 112
  /// Gate for patches that are cut from rasters; those it rejects are left out. `nil` takes all patches.
  public var gate: GateRule? = MethodProfile.jgr2018.gate
  /// Groups of neighbouring volcanoes.
  public var places = PlaceTable()
  /// Seed for drawing the interferograms of a displacement series and the positions of Hephaestus crops.
  public var seed: UInt64 = 1
  /// Factor on the number of fringes of a displacement series, which is unwrapped.
  public var fringeRate: Float = 1
  /// Part of the published Hephaestus split to read; `nil` for all patches.
  public var part: HephaestusSplit.Part?
  /// Synthetic interferograms whose deformation is below this many fringes are left out.
  public var leastFringes = 0.5
  /// Archive folder of a run with reviews; required for ``Form/reviews``.
  public var archive: String?

  /// The supported forms of a data set.
  public enum Form: String, Sendable {
    /// An HDF5 file of labelled patches; see ``PatchSetFile``.
    case patches = "labelled patches"
    /// An archive written by `volcsweep synthesize`, with `truth.csv`.
    case synthetic = "synthetic archive"
    /// A folder of the Hephaestus data set, with annotations and pictures.
    case hephaestus = "Hephaestus"
    /// A folder with a displacement series and a `.txt` of its episodes.
    case volcNet = "VolcNet series"
    /// A run folder with reviews in its ledger.
    case reviews = "run with reviews"
  }

  public init() {}

  /// Recognises the form of the data set at a path.
  ///
  /// - Throws: ``DataSetError`` if the path is not a data set.
  public static func form(of path: String) throws(DataSetError) -> Form {
    let files = FileManager.default
    if let problem = FileAccess.problem(naming: path) { throw DataSetError(file: path, problem: problem) }
    var isFolder: ObjCBool = false
    guard files.fileExists(atPath: path, isDirectory: &isFolder) else {
      throw DataSetError(file: path, problem: FileAccess.notThere)
    }
    guard isFolder.boolValue else { return .patches }
    if SyntheticPatches.isArchive(path) { return .synthetic }
    if files.fileExists(atPath: ledger(in: path)) { return .reviews }
    if annotations(in: path) != nil { return .hephaestus }
    if series(in: path) != nil { return .volcNet }
    throw DataSetError(
      file: path,
      problem:
        "is not a data set: expected truth.csv of volcsweep synthesize, annotations or annotations.tar.gz of "
        + "Hephaestus, timeseries.h5 or cum.h5 with the .txt of its episodes, or ledger.sqlite of a run with reviews"
    )
  }

  /// Reads the patches of one data set.
  ///
  /// - Returns: the patches, and remarks for the user, such as how many patches the gate rejected.
  /// - Throws: ``DataSetError``, `LedgerError`, `StackError`, `RasterError` or `GzipError` for what cannot be
  ///   read.
  public func read(_ path: String) throws -> (patches: LabelledPatches, remarks: [String]) {
    switch try Self.form(of: path) {
    case .patches: return (try PatchSetFile.read(path, places: places), [])
    case .synthetic:
      var cut = SyntheticPatches(side: side, stride: stride, gate: gate)
      cut.leastFringes = leastFringes
      let (patches, count) = try cut.read(path)
      return (patches, Self.remarks(count))
    case .hephaestus:
      let annotations = try HephaestusAnnotation.readAll(Self.annotations(in: path) ?? path)
      var crops = HephaestusCrops(images: path)
      (crops.side, crops.seed) = (side, seed)
      let names = "\(path)/frame_names.json"
      if FileManager.default.fileExists(atPath: names) { crops.places = try HephaestusPlaces(contentsOf: names) }
      var (patches, missing, palettes) = try crops.read(annotations)
      if let part {
        let split = try HephaestusSplit(contentsOf: "\(path)/train_test_split.json")
        patches = patches.subset { split.part(ofPatch: patches.origins[$0]) == part }
      }
      var remarks = HephaestusCrops.words(on: palettes).map { [$0] } ?? []
      if missing > 0 { remarks.append("\(missing) of \(annotations.count) interferograms have no picture") }
      return (patches, remarks)
    case .volcNet:
      guard let (series, episodes) = Self.series(in: path) else {
        throw DataSetError(file: path, problem: "has no time series with episodes")
      }
      var cut = VolcNetPatches()
      (cut.side, cut.stride, cut.gate, cut.seed) = (side, stride, gate, seed)
      cut.fringeRate = fringeRate
      let name = URL(filePath: episodes).deletingPathExtension().lastPathComponent
      let (patches, count) = try cut.read(
        DisplacementSeries(path: series), episodes: try EpisodeFile.read(episodes), place: name)
      return (patches, Self.remarks(count))
    case .reviews:
      guard let archive else {
        throw DataSetError(file: path, problem: "is a run; pass the archive that it swept with --archive")
      }
      var cut = ReviewedPatches()
      (cut.side, cut.stride, cut.gate, cut.places) = (side, stride, gate, places)
      return (try cut.read(Ledger(reading: Self.ledger(in: path)), archive: archive), [])
    }
  }

  /// Reads several data sets and crops all patches to the smallest size among them; throws as
  /// ``read(_:)-(String)`` does.
  public func read(_ paths: [String]) throws -> (patches: LabelledPatches, remarks: [String]) {
    let (patches, _, remarks) = try readApart(paths)
    return (patches, remarks)
  }

  /// As above, with the number of patches of each data set.
  func readApart(_ paths: [String]) throws -> (patches: LabelledPatches, counts: [Int], remarks: [String]) {
    var sets: [LabelledPatches] = []
    var remarks: [String] = []
    for path in paths {
      let (patches, words) = try read(path)
      sets.append(patches)
      remarks += words.map { "\(path): \($0)" }
    }
    let side = sets.map(\.side).min() ?? self.side
    return (
      try LabelledPatches.concatenation(sets.map { $0.central(side: side) }), sets.map(\.count), remarks
    )
  }

  private static func remarks(_ count: SyntheticPatches.Count) -> [String] {
    var remarks: [String] = []
    if count.gated > 0 { remarks.append("\(count.gated) patches did not pass the gate") }
    if count.unclear > 0 {
      remarks.append("\(count.unclear) patches show too little deformation to be labelled as deforming")
    }
    return remarks
  }

  /// Path of the Hephaestus annotations in a folder: a folder or a tar archive; `nil` if there are none.
  public static func annotations(in folder: String) -> String? {
    ["annotations", "annotations.tar.gz", "annotations.tar"].map { "\(folder)/\($0)" }
      .first { FileManager.default.fileExists(atPath: $0) }
  }

  private static func ledger(in folder: String) -> String { "\(folder)/ledger.sqlite" }

  private static func series(in folder: String) -> (series: String, episodes: String)? {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    let series = ["timeseries.h5", "cum.h5"].first { names.contains($0) }
    guard let series, let text = names.filter({ $0.hasSuffix(".txt") }).sorted().first else { return nil }
    return ("\(folder)/\(series)", "\(folder)/\(text)")
  }
}

extension LabelledPatches {
  /// The central `smaller` × `smaller` windows, half a pixel to the north-west if they cannot be central;
  /// boxes are clipped to them.
  public func central(side smaller: Int) -> LabelledPatches {
    precondition((1...side).contains(smaller), "a window is no larger than its patch")
    guard smaller < side else { return self }
    let inset = (side - smaller) / 2
    var builder = PatchSetBuilder(side: smaller)
    for patch in 0..<count {
      let pixels = gray(of: patch)
      let start = pixels.startIndex + inset * side + inset
      let box = boxes[patch].flatMap { box -> PatchBox? in
        var moved = box
        moved.centreRow -= Float(inset)
        moved.centreColumn -= Float(inset)
        return moved.clipped(toSide: smaller)?.box
      }
      builder.add(
        (0..<smaller).flatMap { pixels[(start + $0 * side)..<(start + $0 * side + smaller)] },
        deforms: deforms[patch], isHardNegative: isHardNegative[patch], place: places[patch], box: box,
        source: sources[patch], origin: origins[patch])
    }
    guard let set = try? builder.patches() else { preconditionFailure("labels of a set stay labels of a set") }
    return set
  }
}
