import Foundation
import Interferometry
import RasterIO

/// One volcano of a frame while its interferograms are cut and appended.
final class VolcanoTarget {
  let header: StackHeader
  /// Where the stack's pixels come from, by the rasters' size and place.
  private var crops: [FrameRasters.Form: Crop] = [:]
  private let appender: StackAppender
  private let existing: Set<DatePair>
  /// What the stack got since the command began, from a process that ended before it was done.
  private let gained: Set<DatePair>
  /// Pairs without a valid pixel here that wait for the first one with data: a stack of nothing is not begun.
  private var waiting: [(pair: DatePair, baseline: Float)] = []
  private(set) var added = 0
  private(set) var addedWithoutData = 0
  var alreadyThere = 0
  /// Interferograms whose files could be read.
  private(set) var cutCount = 0

  /// Opens the volcano's stack, or prepares a new one. The caller holds its lock.
  ///
  /// - Parameters:
  ///   - header: of a new stack, or of the one that is there.
  ///   - archive: the folder of stacks.
  ///   - compression: of a new stack.
  ///   - countAtStart: how many interferograms it held when the command began; `nil` if it begins now.
  /// - Throws: ``RasterIO/StackError``.
  init(
    header: StackHeader, archive: URL, compression: StackCompression, countAtStart: Int? = nil
  ) throws {
    self.header = header
    appender = try StackAppender(archive: archive, header: header, compression: compression)
    existing = Set(appender.existingPairs)
    let existingPairs = appender.existingPairs
    gained = Set(existingPairs.dropFirst(countAtStart ?? existingPairs.count))
  }

  var path: String { appender.path }
  /// Size of the stack's interferograms.
  var grid: Grid { header.grid }

  /// Where the stack's pixels come from in a raster of this size and place.
  func crop(from form: FrameRasters.Form) -> Crop {
    if let crop = crops[form] { return crop }
    let crop = Crop(grid: header.grid, geoTransform: header.geoTransform, source: form.grid, at: form.place)
    // Rasters that all lie differently need no list.
    if crops.count < 64 { crops[form] = crop }
    return crop
  }

  /// Whether the volcano has a stack, or will have when published.
  var hasStack: Bool { appender.publishedCount + appender.pendingCount > 0 }
  var total: Int { appender.publishedCount + appender.pendingCount }

  /// Whether the stack had the pair when it was opened.
  func holds(_ pair: DatePair) -> Bool { existing.contains(pair) }

  /// Whether an earlier process of this command added the pair.
  func gainedSinceStart(_ pair: DatePair) -> Bool { gained.contains(pair) }

  /// Counts a pair that an earlier process of this command added.
  func countAsAdded() { added += 1 }

  /// Cuts and appends one interferogram, its phase and its coherence each by its own place.
  func add(
    _ pair: DatePair, baseline: Float, from rasters: RasterBuffers, through buffers: CropBuffers
  ) throws {
    guard let form = rasters.phase.form else { return }
    cutCount += 1
    let size = grid.count
    let crop = crop(from: form)
    let phaseCrop = UnsafeMutableBufferPointer(rebasing: buffers.phase[..<size])
    guard crop.cut(from: rasters.phase.pixels, into: phaseCrop) > 0 else {
      waiting.append((pair, baseline))
      if hasStack { try appendWaiting(through: buffers) }
      return
    }
    if !waiting.isEmpty {
      // In the order of dates: first those that waited for this one.
      try appendWaiting(through: buffers)
      crop.cut(from: rasters.phase.pixels, into: phaseCrop)
    }
    let coherenceCrop = UnsafeMutableBufferPointer(rebasing: buffers.coherence[..<size])
    let coherenceForm = rasters.hasCoherence ? rasters.coherence.form : nil
    if let coherenceForm { self.crop(from: coherenceForm).cut(from: rasters.coherence.pixels, into: coherenceCrop) }
    try appender.append(
      pair, perpendicularBaseline: baseline, phase: UnsafeBufferPointer(phaseCrop),
      coherence: coherenceForm == nil ? nil : UnsafeBufferPointer(coherenceCrop))
    added += 1
  }

  /// Puts what was appended into the archive.
  func publish() throws { try appender.publish() }

  /// Leaves the archive as it was last published.
  func discard() { appender.discard() }

  private func appendWaiting(through buffers: CropBuffers) throws {
    guard !waiting.isEmpty else { return }
    let empty = UnsafeMutableBufferPointer(rebasing: buffers.phase[..<grid.count])
    empty.update(repeating: .nan)
    for (pair, baseline) in waiting {
      try appender.append(
        pair, perpendicularBaseline: baseline, phase: UnsafeBufferPointer(empty), coherence: nil)
    }
    added += waiting.count
    addedWithoutData += waiting.count
    waiting = []
  }
}

/// Room for one crop's phase and coherence, reused for every crop.
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
