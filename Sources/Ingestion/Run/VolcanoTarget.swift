import Foundation
import Interferometry
import RasterIO

/// One volcano of a frame while its interferograms are cut and appended.
final class VolcanoTarget {
  let header: StackHeader
  /// Crops by the rasters' size and position.
  private var crops: [FrameRasters.Form: Crop] = [:]
  private let appender: StackAppender
  /// Pairs that an earlier process of this command added to the stack.
  private let gained: Set<DatePair>
  /// Pairs without a valid pixel in the crop, held back until the first one with data: a stack without any
  /// data is not created.
  private var waiting: [(pair: DatePair, baseline: Float, source: SourceRecord)] = []
  private(set) var added = 0
  private(set) var addedWithoutData = 0
  var alreadyThere = 0
  /// Whether the stack is damaged and gets nothing more.
  private(set) var isLeftOut = false
  /// Interferograms whose files could be read.
  private(set) var cutCount = 0
  /// Interferograms that were in the stack without coherence and got it now.
  private(set) var completed = 0
  /// Interferograms replaced because their files have changed pixels.
  private(set) var replaced = 0
  /// Interferograms with changed pixels that were kept.
  private(set) var changed: [DatePair] = []
  /// Interferograms that got a perpendicular baseline.
  private(set) var baselinesAdded = 0

  /// Opens the volcano's stack, or prepares a new one. The caller holds its lock.
  ///
  /// - Parameters:
  ///   - header: Header of the existing or new stack.
  ///   - archive: Folder of the stacks.
  ///   - compression: Compression of a new stack.
  ///   - countAtStart: Number of interferograms in the stack when the command began; `nil` if it begins now.
  /// - Throws: ``RasterIO/StackError``.
  init(
    header: StackHeader, archive: URL, compression: StackCompression, countAtStart: Int? = nil
  ) throws {
    self.header = header
    appender = try StackAppender(archive: archive, header: header, compression: compression)
    let existingPairs = appender.existingPairs
    gained = Set(existingPairs.dropFirst(countAtStart ?? existingPairs.count))
  }

  var path: String { appender.path }
  /// Size of the stack's interferograms.
  var grid: Grid { header.grid }

  /// The crop from a raster of this size and position.
  func crop(from form: FrameRasters.Form) -> Crop {
    if let crop = crops[form] { return crop }
    let crop = Crop(grid: header.grid, geoTransform: header.geoTransform, source: form.grid, at: form.place)
    // Bounded: if all rasters differ, caching does not help.
    if crops.count < 64 { crops[form] = crop }
    return crop
  }

  /// Whether the volcano has a stack, or will have one when published.
  var hasStack: Bool { appender.publishedCount + appender.pendingCount > 0 }
  var total: Int { appender.publishedCount + appender.pendingCount }

  /// Whether the stack had the pair when it was opened.
  func holds(_ pair: DatePair) -> Bool { appender.source(of: pair) != nil }

  /// Whether a pair of the stack comes from other files than these, judged by size and time.
  func isFromOthers(_ pair: DatePair, than source: SourceRecord) -> Bool {
    guard let known = appender.source(of: pair) else { return false }
    // A coherence file that has been removed changes nothing.
    let isOfCoherence = source.coherence == .none || source.coherence == known.coherence
    return known.phase == .unknown || known.phase != source.phase || !isOfCoherence
  }

  /// Whether an earlier process of this command added the pair.
  func gainedSinceStart(_ pair: DatePair) -> Bool { gained.contains(pair) }

  /// Counts a pair that an earlier process of this command added.
  func countAsAdded() { added += 1 }

  /// Cuts and appends one interferogram; phase and coherence each by their own position.
  func add(
    _ pair: DatePair, baseline: Float, source: SourceRecord, from rasters: RasterBuffers,
    through buffers: CropBuffers
  ) throws {
    guard let form = rasters.phase.form else { return }
    cutCount += 1
    let size = grid.count
    let crop = crop(from: form)
    let phaseCrop = UnsafeMutableBufferPointer(rebasing: buffers.phase[..<size])
    guard crop.cut(from: rasters.phase.pixels, into: phaseCrop) > 0 else {
      waiting.append((pair, baseline, source))
      if hasStack { try appendWaiting(through: buffers) }
      return
    }
    if !waiting.isEmpty {
      // Pairs are stored by date: append the pairs held back first.
      try appendWaiting(through: buffers)
      crop.cut(from: rasters.phase.pixels, into: phaseCrop)
    }
    let coherenceCrop = UnsafeMutableBufferPointer(rebasing: buffers.coherence[..<size])
    let coherenceForm = rasters.hasCoherence ? rasters.coherence.form : nil
    if let coherenceForm { self.crop(from: coherenceForm).cut(from: rasters.coherence.pixels, into: coherenceCrop) }
    try appender.append(
      pair, perpendicularBaseline: baseline, phase: UnsafeBufferPointer(phaseCrop),
      coherence: coherenceForm == nil ? nil : UnsafeBufferPointer(coherenceCrop), source: source)
    added += 1
  }

  /// Adds the baseline to an existing interferogram that lacks one.
  func complete(_ pair: DatePair, baseline: Float) throws {
    guard baseline.isFinite, !appender.perpendicularBaseline(of: pair).isFinite else { return }
    try appender.update(pair, perpendicularBaseline: baseline)
    baselinesAdded += 1
  }

  /// Compares an existing interferogram with its files. Missing coherence is added; changed pixels are
  /// replaced or reported.
  ///
  /// - Parameters:
  ///   - pair: The interferogram.
  ///   - rasters: Pixels of its files.
  ///   - source: The files.
  ///   - replacing: Whether changed pixels are replaced.
  ///   - buffers: Memory for crops.
  /// - Throws: `StackError` or `FileError`.
  func compare(
    _ pair: DatePair, with rasters: RasterBuffers, source: SourceRecord, replacing: Bool,
    through buffers: CropBuffers
  ) throws {
    guard let form = rasters.phase.form else { return }
    let size = grid.count
    let phaseCrop = UnsafeMutableBufferPointer(rebasing: buffers.phase[..<size])
    let coherenceCrop = UnsafeMutableBufferPointer(rebasing: buffers.coherence[..<size])
    crop(from: form).cut(from: rasters.phase.pixels, into: phaseCrop)
    let coherenceForm = rasters.hasCoherence ? rasters.coherence.form : nil
    if let coherenceForm { crop(from: coherenceForm).cut(from: rasters.coherence.pixels, into: coherenceCrop) }
    let newPhase = UnsafeBufferPointer(phaseCrop)
    let newCoherence = coherenceForm == nil ? nil : UnsafeBufferPointer(coherenceCrop)
    var source = source
    source.pixelHash = SourceRecord.hash(phase: newPhase, coherence: newCoherence)
    if source.pixelHash == appender.source(of: pair)?.pixelHash {
      alreadyThere += 1
      return try appender.update(pair, source: source)
    }
    let stored = CropBuffers(count: size)
    try appender.readExisting(pair, phase: stored.phase, coherence: stored.coherence)
    let isSamePhase = newPhase.hasSamePixels(as: stored.phase)
    let hadCoherence = stored.coherence.contains { $0 == $0 }
    let isSameCoherence = newCoherence?.hasSamePixels(as: stored.coherence) ?? true
    if isSamePhase, isSameCoherence {
      // The hash covers what the stack holds, including a coherence whose file is gone.
      source.pixelHash = SourceRecord.hash(
        phase: newPhase, coherence: hadCoherence ? UnsafeBufferPointer(stored.coherence) : newCoherence)
      alreadyThere += 1
      try appender.update(pair, source: source)
    } else if isSamePhase, !hadCoherence {
      completed += 1
      try appender.update(pair, coherence: newCoherence, source: source)
    } else if replacing {
      replaced += 1
      if newCoherence == nil { coherenceCrop.update(repeating: .nan) }
      try appender.update(pair, phase: newPhase, coherence: UnsafeBufferPointer(coherenceCrop), source: source)
    } else {
      changed.append(pair)
      alreadyThere += 1
    }
  }

  /// Publishes the appended interferograms in the archive.
  func publish() throws { try appender.publish() }

  /// Discards what was appended since the last publication.
  func discard() { appender.discard() }

  /// Marks the stack as damaged.
  func leaveOut() {
    isLeftOut = true
    waiting = []
    appender.discard()
  }

  private func appendWaiting(through buffers: CropBuffers) throws {
    guard !waiting.isEmpty else { return }
    let empty = UnsafeMutableBufferPointer(rebasing: buffers.phase[..<grid.count])
    empty.update(repeating: .nan)
    for (pair, baseline, source) in waiting {
      try appender.append(
        pair, perpendicularBaseline: baseline, phase: UnsafeBufferPointer(empty), coherence: nil, source: source)
    }
    added += waiting.count
    addedWithoutData += waiting.count
    waiting = []
  }
}

extension UnsafeBufferPointer<Float> {
  /// Whether both have the same numbers; NaN equals NaN.
  fileprivate func hasSamePixels(as other: UnsafeMutableBufferPointer<Float>) -> Bool {
    count == other.count && zip(self, other).allSatisfy { $0 == $1 || $0 != $0 && $1 != $1 }
  }
}

/// Memory for the phase and coherence of one crop, reused for every crop.
final class CropBuffers {
  let phase: UnsafeMutableBufferPointer<Float>
  let coherence: UnsafeMutableBufferPointer<Float>

  init(count: Int) {
    phase = .allocate(capacity: count)
    coherence = .allocate(capacity: count)
    phase.initialize(repeating: .nan)
    coherence.initialize(repeating: .nan)
  }

  deinit {
    phase.deallocate()
    coherence.deallocate()
  }
}
