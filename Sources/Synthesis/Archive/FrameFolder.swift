import Files
import Foundation
import Interferometry
import RasterIO

/// One frame of an archive in the layout of LiCSAR's server:
/// `<frame>/interferograms/<pair>/<pair>.geo.diff_pha.tif` and `.geo.cc.tif`, and `<frame>/metadata/`.
struct FrameFolder {
  let folder: URL
  let volcano: SyntheticVolcano

  init(of volcano: SyntheticVolcano, in licsar: URL) {
    folder = licsar.appending(path: volcano.frame.name, directoryHint: .isDirectory)
    self.volcano = volcano
  }

  /// Writes the metadata and the DEM.
  func writeMetadata(heightMetres: [Float]) throws {
    let metadata = try subfolder("metadata")
    for (name, text) in [("metadata.txt", volcano.metadataText), ("baselines", volcano.baselinesText)] {
      try AtomicFile.replace(metadata.appending(path: name).path, with: Data(text.utf8))
    }
    let elevations = heightMetres.map { $0 > 0 ? $0.rounded() : 0 }
    try write(.float32(elevations), to: metadata.appending(path: "\(volcano.frame).geo.hgt.tif"))
  }

  /// Writes the phase and coherence of an interferogram.
  func write(_ interferogram: SyntheticInterferogram) throws {
    let name = interferogram.pair.description
    let pair = try subfolder("interferograms/\(name)")
    try write(.float32(interferogram.phase), to: pair.appending(path: "\(name).geo.diff_pha.tif"))
    try write(.byte(interferogram.coherence), to: pair.appending(path: "\(name).geo.cc.tif"))
  }

  private func subfolder(_ name: String) throws -> URL {
    try ArchiveFolderError.naming(folder.appending(path: name, directoryHint: .isDirectory)) { url in
      try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
      return url
    }
  }

  private func write(_ pixels: GeoTIFFWriter.Pixels, to file: URL) throws {
    try GeoTIFFWriter.write(file.path, pixels: pixels, grid: volcano.grid, geoTransform: volcano.geoTransform)
  }
}
