import ArgumentParser
import Foundation
import Synthesis

/// `volcsweep synthesize`: creates an archive of synthetic volcanoes.
struct SynthesizeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "synthesize",
    abstract: "Generates synthetic interferograms in LiCSAR's layout or as stacks.",
    discussion: """
      Writes OUTPUT/licsar/<frame>/interferograms/<pair>/<pair>.geo.diff_pha.tif and .geo.cc.tif with the frame's \
      metadata (or OUTPUT/archive/*.h5), and OUTPUT/catalogue.csv for ingest. OUTPUT/truth.csv lists the ground truth \
      of each interferogram: class, source, bounding box, deformation in fringes and relative to the atmospheric \
      delay; OUTPUT/masks contains the masks.

      Acquisitions are 12 days apart, and each forms pairs with its three predecessors. By default deforming volcanoes \
      inflate steadily (Mogi sources). All have turbulent and topographic atmospheric delays, sea and decorrelated \
      ground. Equal options give byte-identical files for any number of threads.
      """)

  @Argument(help: "Output folder; created if it does not exist.")
  var output: String

  @Option(help: "Number of volcanoes, each in its own frame.")
  var volcanoes = 12

  @Option(help: "Number of acquisitions per frame.")
  var acquisitions = 10

  @Option(help: "Number of volcanoes that deform.")
  var deforming = 4

  @Option(help: "Random seed.")
  var seed: UInt64 = 1

  @Option(help: "Height and width of each raster, in pixels of 0.001°.")
  var size = 560

  @OptionGroup(title: "Volcanoes and noise")
  var varietyOptions: VarietyOptions

  @Option(
    help: "Output format: licsar (GeoTIFF files for ingest) or archive (HDF5 stacks for a sweep).")
  var format = SyntheticArchive.Form.licsar

  @Option(help: "Number of threads (default: number of cores).")
  var threads: Int?

  @Flag(help: "Replace an existing archive in OUTPUT.")
  var force = false

  func validate() throws {
    do {
      _ = try recipe()
    } catch {
      throw ValidationError("\(error)")
    }
    if let threads, !(1...256).contains(threads) {
      throw ValidationError("--threads is \(threads), but must be between 1 and 256")
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
