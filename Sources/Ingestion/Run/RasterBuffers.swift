import Interferometry
import RasterIO

/// Room for one pair's rasters, reused for every pair.
final class RasterBuffers {
  let grid: Grid
  let phase: UnsafeMutableBufferPointer<Float>
  let coherence: UnsafeMutableBufferPointer<Float>

  init(grid: Grid) {
    self.grid = grid
    phase = .allocate(capacity: grid.count)
    coherence = .allocate(capacity: grid.count)
    phase.initialize(repeating: .nan)
    coherence.initialize(repeating: .nan)
  }

  deinit {
    phase.deallocate()
    coherence.deallocate()
  }

  /// Reads a pair's phase, and its coherence if it has one. A bad coherence file rejects the pair, so that it is taken
  /// whole once the file is repaired or removed.
  ///
  /// - Parameters:
  ///   - files: of the pair.
  ///   - hold: told of every file before it is opened.
  /// - Throws: ``RasterIO/RasterError`` that names the file.
  func read(_ files: ProductFolder.PairFiles, hold: (FileAtHand) -> Void) throws {
    defer { hold(.nothing) }
    hold(.reading(files.phase))
    try WrappedPhase.read(open(files.phase), into: phase)
    guard let path = files.coherence else { return }
    hold(.reading(path))
    try CoherenceRaster.read(open(path), into: coherence)
  }

  private func open(_ path: String) throws -> GeoTIFFReader {
    let reader = try GeoTIFFReader(path: path)
    guard reader.grid == grid else {
      throw RasterError(
        file: path, reason: .otherGrid("it has \(reader.grid) pixels, the frame's phase rasters \(grid)"))
    }
    return reader
  }
}
