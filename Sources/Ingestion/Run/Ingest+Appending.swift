import Interferometry
import RasterIO

extension Ingest {
  /// Reads each pair of a folder once and appends its crops to the stacks that lack it.
  mutating func append(
    _ rasters: FrameRasters, from folder: ProductFolder, frame: String, to targets: [VolcanoTarget],
    baselines: BaselineTable
  ) throws {
    let raster = RasterBuffers(grid: rasters.form.grid)
    let crop = CropBuffers(count: targets.map(\.crop.grid.count).max() ?? 0)
    var withoutCoherence = 0
    for files in rasters.pairs {
      if isStopped() {
        report.isInterrupted = true
        break
      }
      let needing = targetsThatLack(files.pair, among: targets, folder: folder)
      guard !needing.isEmpty else {
        advance(frame: frame)
        continue
      }
      do {
        try raster.read(files, hold: hold)
      } catch let error as RasterError {
        reject(IngestReport.Rejection(file: error.file, error: error), frame: frame)
        continue
      }
      if files.coherence == nil { withoutCoherence += 1 }
      for target in needing {
        hold(.writing(target.path))
        added -= target.added
        try target.add(
          files.pair, baseline: baselines.perpendicularBaselineMetres(of: files.pair),
          phase: UnsafeBufferPointer(raster.phase),
          coherence: files.coherence == nil ? nil : UnsafeBufferPointer(raster.coherence), through: crop)
        added += target.added
        origin[target.header.fileName, default: [:]][files.pair] = folder.path
      }
      hold(.nothing)
      advance(frame: frame)
    }
    if withoutCoherence > 0 {
      report.notes.append(
        "\(folder.path): \(withoutCoherence) of the interferograms added have no coherence file (.geo.cc.tif)")
    }
  }

  /// The stacks without the pair. One that another folder gave a moment ago is named, the others count as already
  /// there.
  private mutating func targetsThatLack(
    _ pair: DatePair, among targets: [VolcanoTarget], folder: ProductFolder
  ) -> [VolcanoTarget] {
    var other: String?
    let lacking = targets.filter { target in
      guard target.holds(pair) else { return true }
      if let first = origin[target.header.fileName]?[pair] {
        other = first
      } else if target.gainedSinceStart(pair) {
        origin[target.header.fileName, default: [:]][pair] = folder.path
        target.countAsAdded()
        added += 1
      } else {
        target.alreadyThere += 1
      }
      return false
    }
    if let other { report.notes.append("\(folder.path): \(pair) is taken from \(other), not twice") }
    return lacking
  }
}
