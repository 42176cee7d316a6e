import Foundation
import Interferometry
import RasterIO

/// Cuts LiCSAR products around volcanoes and appends the crops to the archive's stacks.
///
/// Each raster is read once and cut for all its volcanoes. Calls block; memory is bounded by two rasters and
/// two crops.
public struct Ingest {
  let options: IngestOptions
  let isStopped: () -> Bool
  private let progress: (IngestProgress) -> Void
  let hold: (FileInProgress) -> Void
  private let stackFound: (_ path: String, _ count: Int) -> Void
  var report = IngestReport()
  /// The folder that supplied each interferogram of this run, by stack: the same pair from another folder is
  /// reported, not added again.
  var origin: [String: [DatePair: String]] = [:]
  /// Pairs that were in a stack before this run and have been compared with a folder's files; only the first
  /// folder is compared.
  var compared: [String: Set<DatePair>] = [:]
  var added = 0
  private var done = 0
  private var total = 0

  /// - Parameters:
  ///   - options: What to ingest.
  ///   - isStopped: Called before every pair; true ends the ingest after publishing what is complete.
  ///   - progress: Called after every pair.
  ///   - stackFound: Called with each stack's path and number of interferograms before anything is appended
  ///     to it.
  ///   - hold: Called before each file is opened.
  public init(
    _ options: IngestOptions, isStopped: @escaping () -> Bool = { false },
    progress: @escaping (IngestProgress) -> Void = { _ in },
    stackFound: @escaping (_ path: String, _ count: Int) -> Void = { _, _ in },
    hold: @escaping (FileInProgress) -> Void = { _ in }
  ) {
    self.options = options
    self.isStopped = isStopped
    self.progress = progress
    self.stackFound = stackFound
    self.hold = hold
  }

  /// Runs the ingest. Files that cannot be used are in the report. An error ends the ingest and leaves every
  /// stack as last published.
  ///
  /// - Returns: the outcome for each input.
  /// - Throws: ``IngestError``, ``RasterIO/ArchiveLock/Conflict``, ``RasterIO/StackError`` or
  ///   ``RasterIO/FileError``.
  public mutating func run() throws -> IngestReport {
    let wanted = try wantedKeys()
    if let frame = options.frame, !Self.isFileName(frame) { throw IngestError.badFrame(frame) }
    for line in options.catalogue.rejectedLines {
      report.rejected.append(IngestReport.Rejection(file: options.catalogueFile, reason: line.description))
    }
    report.notes += options.catalogue.notes.map { "\(options.catalogueFile): \($0)" }
    var folders: [ProductFolder] = []
    for input in options.inputs {
      let found = ProductSearch.search(input)
      // An input that is given twice, or lies inside another, counts once.
      folders += found.folders.filter { folder in !folders.contains { $0 == folder } }
      for problem in found.problems {
        report.rejected.append(IngestReport.Rejection(file: problem.path, reason: problem.reason))
      }
    }
    try FileManager.default.createDirectory(at: options.archive, withIntermediateDirectories: true)
    let lock = try ArchiveLock(archive: options.archive)
    total = folders.reduce(0) { $0 + $1.pairs.count }
    for folder in folders where !report.isInterrupted { try ingest(folder, wanted: wanted, lock: lock) }
    try RejectionList.update(archive: options.archive, report: report, inputs: options.inputs)
    return report
  }

  private mutating func ingest(_ folder: ProductFolder, wanted: Set<String>?, lock: ArchiveLock) throws {
    guard let frame = folder.frame ?? options.frame else {
      report.rejected.append(
        .init(
          file: folder.path,
          reason: "its frame is unknown; move it below a folder with the frame's name, or "
            + "pass --frame"))
      done += folder.pairs.count
      return
    }
    let (rasters, rejected) = FrameRasters.look(at: folder, leftOut: options.leftOut, hold: hold)
    for rejection in rejected { reject(rejection, frame: frame) }
    guard let rasters else { return }
    let choice = FrameTargets(
      folder: folder, form: rasters.form, frame: frame, catalogue: options.catalogue, wanted: wanted)
    report.skipped += choice.skipped
    report.notes += choice.notes
    if choice.candidates.isEmpty {
      report.notes.append(
        "\(folder.path): no selected volcano has its centre in the raster, so nothing was cropped")
    }
    let baselines = folder.baselines.map { BaselineTable(contentsOf: $0) } ?? BaselineTable()
    report.notes += baselines.faults
    var targets: [VolcanoTarget] = []
    defer { for target in targets { lock.unlock(stack: target.header.fileName) } }
    do {
      for candidate in choice.candidates {
        guard let target = try target(for: candidate, in: folder, frame: frame, form: rasters.form, lock: lock)
        else { continue }
        targets.append(target)
        stackFound(target.path, target.total)
      }
      try append(rasters, from: folder, frame: frame, to: targets, baselines: baselines)
      for target in targets {
        hold(.writing(target.path))
        try target.publish()
      }
      hold(.nothing)
    } catch {
      for target in targets { target.discard() }
      throw error
    }
    summarise(targets, frame: frame)
  }

  /// Opens the candidate's stack; `nil` if it is left out, which is then in the report.
  private mutating func target(
    for candidate: FrameTargets.Candidate, in folder: ProductFolder, frame: String, form: FrameRasters.Form,
    lock: ArchiveLock
  ) throws -> VolcanoTarget? {
    let crop = Crop(
      latitudeDegrees: candidate.latitudeDegrees, longitudeDegrees: candidate.longitudeDegrees, source: form.grid,
      at: form.place)
    var header = StackHeader(
      volcano: candidate.entry.volcano, volcanoKey: candidate.entry.key, frame: frame, grid: crop.grid,
      geoTransform: crop.geoTransform,
      furtherAttributes: folder.metadata.map { FrameMetadata.attributes(contentsOf: $0) } ?? [:])
    let path = options.archive.appendingPathComponent(header.fileName).path
    if let reason = options.leftOut[path] {
      leaveOut(stack: path, reason)
      return nil
    }
    try lock.lock(stack: header.fileName, for: .writing)
    let countAtStart = options.countsAtStart[path]
    hold(.reading(path))
    defer { hold(.nothing) }
    do {
      // An existing stack determines the position of its pixels: rasters of the frame are cut to fit it.
      guard FileManager.default.fileExists(atPath: path) else {
        return try VolcanoTarget(
          header: header, archive: options.archive, compression: options.compression,
          countAtStart: countAtStart)
      }
      let there = try InterferogramStackReader(path: path).header
      header.grid = there.grid
      header.geoTransform = there.geoTransform
      return try VolcanoTarget(
        header: header, archive: options.archive, compression: options.compression, countAtStart: countAtStart)
    } catch let error as StackError {
      // The frame's other volcanoes continue without it.
      lock.unlock(stack: header.fileName)
      leaveOut(stack: path, error.reason)
      return nil
    } catch {
      lock.unlock(stack: header.fileName)
      throw error
    }
  }

  /// Reports, once, a stack to which nothing is appended.
  mutating func leaveOut(stack path: String, _ reason: String) {
    guard !report.rejected.contains(where: { $0.file == path }) else { return }
    report.rejected.append(IngestReport.Rejection(file: path, reason: reason))
  }

  /// Adds the stacks to the report; a stack that several folders contributed to is one entry.
  private mutating func summarise(_ targets: [VolcanoTarget], frame: String) {
    for target in targets where !target.isLeftOut {
      guard target.hasStack else {
        guard !report.isInterrupted else { continue }
        report.skipped.append(
          IngestReport.SkippedVolcano(
            volcano: target.header.volcano.name, frame: frame,
            reason: target.cutCount > 0
              ? "it has no valid pixel in any interferogram" : "all its interferograms were rejected"))
        continue
      }
      let stack = IngestReport.Stack(
        file: target.path, volcano: target.header.volcano.name, frame: frame, added: target.added,
        alreadyThere: target.alreadyThere, total: target.total, addedWithoutData: target.addedWithoutData,
        completed: target.completed, replaced: target.replaced, baselinesAdded: target.baselinesAdded,
        changed: target.changed.map(\.description))
      if let index = report.stacks.firstIndex(where: { $0.file == stack.file }) {
        report.stacks[index].added += stack.added
        report.stacks[index].alreadyThere += stack.alreadyThere
        report.stacks[index].addedWithoutData += stack.addedWithoutData
        report.stacks[index].completed += stack.completed
        report.stacks[index].replaced += stack.replaced
        report.stacks[index].baselinesAdded += stack.baselinesAdded
        report.stacks[index].changed += stack.changed
        report.stacks[index].total = stack.total
      } else {
        report.stacks.append(stack)
      }
    }
  }

  /// Counts a pair whose file was rejected.
  mutating func reject(_ rejection: IngestReport.Rejection, frame: String) {
    report.rejected.append(rejection)
    advance(frame: frame, rejected: rejection)
  }

  /// Counts a pair.
  mutating func advance(frame: String, rejected: IngestReport.Rejection? = nil) {
    done += 1
    progress(IngestProgress(done: done, total: total, frame: frame, added: added, rejected: rejected))
  }

  /// Keys of the requested volcanoes; `nil` for all.
  private func wantedKeys() throws -> Set<String>? {
    guard !options.volcanoes.isEmpty else { return nil }
    var keys = Set<String>()
    for name in options.volcanoes {
      let matches = options.catalogue.entries(named: name)
      guard !matches.isEmpty else { throw IngestError.unknownVolcano(name, suggestions: suggestions(name)) }
      keys.formUnion(matches.map(\.key))
    }
    return keys
  }

  private func suggestions(_ name: String) -> [String] {
    NameSuggestions.near(
      name,
      among: options.catalogue.entries.map { entry in
        (entry.volcano.name, "“\(entry.volcano.name)”" + (entry.volcano.number.map { " (\($0))" } ?? ""))
      })
  }

  private static func isFileName(_ text: String) -> Bool {
    !text.isEmpty && text.utf8.count <= 64
      && text.unicodeScalars.allSatisfy {
        $0.isASCII && ($0.properties.isAlphabetic || ("0"..."9").contains($0) || $0 == "-" || $0 == "_")
      }
  }
}
