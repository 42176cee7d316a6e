import Interferometry
import RasterIO

/// Memory for the pixels of one raster; it grows to the largest raster and is reused for every pair.
final class RasterBuffer {
  private var memory: UnsafeMutableBufferPointer<Float> = .allocate(capacity: 0)
  private(set) var form: FrameRasters.Form?

  deinit { memory.deallocate() }

  /// The pixels, height × width, row-major.
  var pixels: UnsafeBufferPointer<Float> { UnsafeBufferPointer(rebasing: memory[..<(form?.grid.count ?? 0)]) }

  /// Opens a raster, allocates memory and calls `read` to fill it.
  func fill(
    from path: String, _ read: (GeoTIFFReader, UnsafeMutableBufferPointer<Float>) throws -> Void
  ) throws {
    let reader = try GeoTIFFReader(path: path)
    form = nil
    if memory.count < reader.grid.count {
      memory.deallocate()
      memory = .allocate(capacity: reader.grid.count)
      memory.initialize(repeating: .nan)
    }
    try read(reader, UnsafeMutableBufferPointer(rebasing: memory[..<reader.grid.count]))
    form = FrameRasters.Form(grid: reader.grid, place: reader.geoTransform)
  }
}

/// Memory for the rasters of one pair, each with its own size and position.
final class RasterBuffers {
  let phase = RasterBuffer()
  let coherence = RasterBuffer()
  /// Whether the coherence buffer holds the current pair.
  private(set) var hasCoherence = false

  /// Content of a pair's coherence file.
  enum Coherence: Equatable {
    /// Usable coherence.
    case read
    /// There is no file.
    case none
    /// All pixels have this value, or none has data: the file carries no information.
    case saysNothing(String)
  }

  /// Reads a pair's phase, and its coherence if there is one. A bad coherence file rejects the pair, so that
  /// the pair is ingested completely once the file is repaired or removed. A constant coherence counts as
  /// none.
  ///
  /// - Parameters:
  ///   - files: Files of the pair.
  ///   - hold: Called before each file is opened.
  /// - Returns: what the coherence file contained.
  /// - Throws: ``RasterIO/RasterError`` naming the file.
  func read(_ files: ProductFolder.PairFiles, hold: (FileInProgress) -> Void) throws -> Coherence {
    defer { hold(.nothing) }
    hasCoherence = false
    hold(.reading(files.phase))
    try phase.fill(from: files.phase, WrappedPhase.read)
    guard let path = files.coherence else { return .none }
    hold(.reading(path))
    do {
      try coherence.fill(from: path, CoherenceRaster.read)
    } catch let error as RasterError {
      switch error.reason {
      case .constant, .empty: return .saysNothing("\(error.reason)")
      default: throw error
      }
    }
    hasCoherence = true
    return .read
  }
}
