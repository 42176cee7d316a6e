import Foundation
import Interferometry
import RasterIO

/// Writes one frame as an HDF5 stack, which a sweep reads without ingestion.
final class StackFolder {
  private let appender: StackAppender
  private let volcano: SyntheticVolcano

  init(of volcano: SyntheticVolcano, in archive: URL) throws {
    self.volcano = volcano
    try ArchiveFolderError.naming(archive) {
      try FileManager.default.createDirectory(at: $0, withIntermediateDirectories: true)
    }
    appender = try StackAppender(
      archive: archive,
      header: StackHeader(
        volcano: volcano.volcano, frame: volcano.frame.name, grid: volcano.grid,
        geoTransform: volcano.geoTransform,
        furtherAttributes: [
          "HEADING": String(volcano.headingDegrees), "CENTER_INCIDENCE_ANGLE": String(volcano.incidenceDegrees),
        ]))
  }

  func write(_ interferogram: SyntheticInterferogram) throws {
    let baselines = volcano.perpendicularBaselinesMetres
    let indices = [interferogram.pair.primary, interferogram.pair.secondary].compactMap {
      volcano.dates.firstIndex(of: $0)
    }
    let phase = interferogram.phase.map { $0 == 0 ? Float.nan : $0 }
    let coherence = interferogram.coherence.map { $0 == 0 ? Float.nan : Float($0) / 255 }
    try phase.withUnsafeBufferPointer { phase in
      try coherence.withUnsafeBufferPointer { coherence in
        try appender.append(
          interferogram.pair,
          perpendicularBaseline: indices.count == 2 ? Float(baselines[indices[1]] - baselines[indices[0]]) : 0,
          phase: phase, coherence: coherence)
      }
    }
  }

  func close() throws { try appender.publish() }
}
