import Interferometry
import RasterIO

/// The pixels of one raster, in memory that grows to the largest one and is reused for every pair.
final class RasterBuffer {
  private var memory: UnsafeMutableBufferPointer<Float> = .allocate(capacity: 0)
  private(set) var form: FrameRasters.Form?

  deinit { memory.deallocate() }

  /// The pixels, height × width, row-major.
  var pixels: UnsafeBufferPointer<Float> { UnsafeBufferPointer(rebasing: memory[..<(form?.grid.count ?? 0)]) }

  /// Opens a raster, makes room and has it filled.
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

/// Room for one pair's rasters, each with its own size and place.
final class RasterBuffers {
  let phase = RasterBuffer()
  let coherence = RasterBuffer()
  /// Whether the coherence is the pair's.
  private(set) var hasCoherence = false

  /// What a pair's coherence file gave.
  enum Coherence: Equatable {
    /// Pixels of its own place.
    case read
    /// There is no file.
    case none
    /// The file says nothing: every pixel has this value, or none has one.
    case saysNothing(String)
  }

  /// Reads a pair's phase, and its coherence if it has one. A bad coherence file rejects the pair, so that it is taken
  /// whole once the file is repaired or removed; one that is the same everywhere says nothing and is as good as none.
  ///
  /// - Parameters:
  ///   - files: of the pair.
  ///   - hold: told of every file before it is opened.
  /// - Returns: what its coherence file gave.
  /// - Throws: ``RasterIO/RasterError`` that names the file.
  func read(_ files: ProductFolder.PairFiles, hold: (FileAtHand) -> Void) throws -> Coherence {
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
