import ArgumentParser
import Foundation
import Synthesis

/// `volcsweep synthesize`: creates an archive of synthetic volcanoes.
struct SynthesizeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "synthesize",
    abstract: "Makes an archive of invented volcanoes in LiCSAR's layout or as stacks.",
    discussion: """
      Writes OUTPUT/licsar/<frame>/interferograms/<pair>/<pair>.geo.diff_pha.tif and .geo.cc.tif with the frame's
      metadata (or OUTPUT/archive/*.h5), OUTPUT/catalogue.csv for ingest, and OUTPUT/truth.csv with what was put into
      each interferogram: class, source, box, size in fringes and over the air's; masks in OUTPUT/masks.
      Acquisitions are 12 days apart, each paired with its three predecessors. Deforming volcanoes inflate steadily
      (Mogi sources) unless options say otherwise; all have turbulent and topographic delays, sea and decorrelated
      ground. Equal options make equal bytes, whatever the number of threads.
      """)

  @Argument(help: "The folder to write into; created where it does not exist.")
  var output: String

  @Option(help: "Number of volcanoes, each seen from a frame of its own.")
  var volcanoes = 12

  @Option(help: "Number of acquisitions of each frame.")
  var acquisitions = 10

  @Option(help: "How many of the volcanoes deform.")
  var deforming = 4

  @Option(help: "Where all randomness comes from.")
  var seed: UInt64 = 1

  @Option(help: "Height and width of each raster, in pixels of 0.001°.")
  var size = 560

  @OptionGroup(title: "What the volcanoes are like")
  var varietyOptions: VarietyOptions

  @Option(
    help: "How interferograms are written: licsar (GeoTIFFs, for ingest) or archive (HDF5 stacks, for sweeps).")
  var format = SyntheticArchive.Form.licsar

  @Option(help: "Number of threads; as many as there are cores by default.")
  var threads: Int?

  @Flag(help: "Replace the archive that OUTPUT holds.")
  var force = false

  func validate() throws {
    do {
      _ = try recipe()
    } catch {
      throw ValidationError("\(error)")
    }
    if let threads, !(1...256).contains(threads) {
      throw ValidationError("the number of threads is \(threads), but must be from 1 to 256")
    }
  }

  func run() throws {
    let recipe = try recipe()
    let archive = SyntheticArchive(
      recipe: recipe, folder: URL(filePath: output, directoryHint: .isDirectory), form: format)
    let progress = SynthesisProgress(total: recipe.volcanoes * recipe.interferogramsPerVolcano)
    do {
      try archive.prepare(replacing: force)
      try archive.write(threads: threads ?? ProcessInfo.processInfo.activeProcessorCount) { progress.step() }
      progress.close()
    } catch {
      progress.close()
      throw ExitStatus.after(error, in: "synthesize")
    }
    print(
      """
      \(output): \(recipe.volcanoes) volcanoes, \(recipe.deforming) of them deforming, with \(progress.total) \
      interferograms
      """)
  }

  private func recipe() throws -> ArchiveRecipe {
    try ArchiveRecipe(
      volcanoes: volcanoes, acquisitions: acquisitions, deforming: deforming, seed: seed, size: size,
      variety: varietyOptions.variety())
  }
}

extension SyntheticArchive.Form: ExpressibleByArgument {}

/// Progress reported by several threads.
private final class SynthesisProgress: @unchecked Sendable {
  let total: Int
  private let lock = NSLock()
  private let bar = ProgressBar(command: "synthesize")
  private var done = 0

  init(total: Int) { self.total = total }

  func step() {
    lock.withLock {
      done += 1
      bar.show(ProgressBar.State(done: done, total: total, unit: "interferograms"))
    }
  }

  func close() { lock.withLock { bar.close() } }
}
