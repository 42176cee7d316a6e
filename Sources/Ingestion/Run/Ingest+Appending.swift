import Interferometry
import RasterIO

extension Ingest {
  /// Reads each pair of a folder once and appends its crops to the stacks that lack it.
  mutating func append(
    _ rasters: FrameRasters, from folder: ProductFolder, frame: String, to targets: [VolcanoTarget],
    baselines: BaselineTable
  ) throws {
    let raster = RasterBuffers()
    let crop = CropBuffers(count: targets.map(\.grid.count).max() ?? 0)
    let isReplacing = options.replacesChanged
    var withoutCoherence = 0
    var sayNothing: [(pair: DatePair, why: String)] = []
    for pair in rasters.pairs {
      let files = pair.files
      if isStopped() {
        report.isInterrupted = true
        break
      }
      let source = SourceRecord(phase: files.phase, coherence: files.coherence)
      let baseline = baselines.perpendicularBaselineMetres(of: files.pair)
      let (needing, different) = try targetsThatLack(
        files.pair, among: targets, folder: folder, source: source, baseline: baseline)
      guard !needing.isEmpty || !different.isEmpty else {
        advance(frame: frame)
        continue
      }
      let asking = needing + different
      do {
        try Self.checkPlace(pair.form, file: files.phase, of: asking, among: targets)
        switch try raster.read(files, hold: hold) {
        case .read:
          if let file = files.coherence, let form = raster.coherence.form {
            try Self.checkPlace(form, file: file, of: asking, among: targets)
          }
        case .none: withoutCoherence += needing.isEmpty ? 0 : 1
        case .saysNothing(let why): sayNothing.append((files.pair, why))
        }
      } catch let error as RasterError {
        reject(IngestReport.Rejection(file: error.file, error: error), frame: frame)
        continue
      }
      for target in needing {
        hold(.writing(target.path))
        added -= target.added
        try leavingOutIfDamaged(target) {
          try target.add(files.pair, baseline: baseline, source: source, from: raster, through: crop)
        }
        added += target.added
        guard !target.isLeftOut else { continue }
        origin[target.header.fileName, default: [:]][files.pair] = folder.path
      }
      for target in different {
        hold(.writing(target.path))
        try leavingOutIfDamaged(target) {
          try target.compare(
            files.pair, with: raster, source: source, replacing: isReplacing, through: crop)
        }
      }
      hold(.nothing)
      advance(frame: frame)
    }
    if !sayNothing.isEmpty {
      let named = sayNothing.prefix(5).map { "\($0.pair) \($0.why)" }.joined(separator: "; ")
      report.notes.append(
        "\(folder.path): \(sayNothing.count) coherence files carry no information, so their interferograms are ingested without "
          + "coherence: \(named)" + (sayNothing.count > 5 ? "; and \(sayNothing.count - 5) more" : ""))
    }
    if withoutCoherence > 0 {
      report.notes.append(
        "\(folder.path): \(withoutCoherence) of the interferograms added have no coherence file (.geo.cc.tif)")
    }
  }

  /// Runs an operation on a stack. If the stack is damaged it is reported, stays as last published and gets
  /// nothing more; the frame's other volcanoes continue.
  private mutating func leavingOutIfDamaged(_ target: VolcanoTarget, _ body: () throws -> Void) throws {
    do {
      try body()
    } catch let damage as DamagedStack {
      target.leaveOut()
      leaveOut(stack: target.path, damage.error.reason)
    }
  }

  /// Rejects a raster at another position: no crop of the pair has a pixel in it.
  private static func checkPlace(
    _ form: FrameRasters.Form, file: String, of needing: [VolcanoTarget], among targets: [VolcanoTarget]
  ) throws(RasterError) {
    guard !needing.contains(where: { $0.crop(from: form).touchesSource }) else { return }
    // If other stacks of the frame have pixels in it, the raster is at the right position and has no data
    // here.
    guard !targets.contains(where: { $0.crop(from: form).touchesSource }) else { return }
    throw RasterError(
      file: file,
      reason: .otherGrid("it covers \(form.extent), but none of the frame's volcanoes"))
  }

  /// The stacks that lack the pair, and those that have it from other files. If another folder supplied it in
  /// this run, a note is added; otherwise it counts as already present.
  private mutating func targetsThatLack(
    _ pair: DatePair, among targets: [VolcanoTarget], folder: ProductFolder, source: SourceRecord, baseline: Float
  ) throws -> (lacking: [VolcanoTarget], different: [VolcanoTarget]) {
    var other: String?
    var different: [VolcanoTarget] = []
    let lacking = try targets.filter { target in
      guard !target.isLeftOut else { return false }
      guard target.holds(pair) else { return true }
      if let first = origin[target.header.fileName]?[pair] {
        other = first
      } else if compared[target.header.fileName, default: []].insert(pair).inserted, !target.gainedSinceStart(pair)
      {
        hold(.writing(target.path))
        try leavingOutIfDamaged(target) { try target.complete(pair, baseline: baseline) }
        hold(.nothing)
        guard !target.isLeftOut else { return false }
        if target.isFromOthers(pair, than: source) {
          different.append(target)
        } else {
          target.alreadyThere += 1
        }
      } else if target.gainedSinceStart(pair) {
        origin[target.header.fileName, default: [:]][pair] = folder.path
        target.countAsAdded()
        added += 1
      } else {
        target.alreadyThere += 1
      }
      return false
    }
    if let other { report.notes.append("\(folder.path): \(pair) is already taken from \(other)") }
    return (lacking, different)
  }
}
