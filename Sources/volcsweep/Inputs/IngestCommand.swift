import ArgumentParser
import Foundation
import Ingestion
import Isolation

/// `volcsweep ingest`: converts LiCSAR products to the archive.
struct IngestCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ingest",
    abstract: "Cuts LiCSAR products around volcanoes and appends them to an archive of HDF5 stacks.",
    discussion: """
      INPUT is any folder at or above the products, in any of their layouts:
        GEOC/<pair>/<pair>.geo.diff_pha.tif
        <frame>/interferograms/<pair>/<pair>.geo.diff_pha.tif
        <volcano>_<frame>/tif/<volcano>_<pair>.geo.diff_pha.tif

      For each catalogue volcano whose centre lies in the raster, 0.5° × 0.5° \
      around it go to ARCHIVE/<volcano>_<frame>.h5, a stack in MintPy's \
      ifgramStack form. Run again, it adds only what is new: interferograms, and \
      the coherence and baselines of those that lacked them. An interferogram \
      whose files have other pixels now is named, and replaced with \
      --replace-changed. Killed at any moment, every stack stays whole, and the \
      same command finishes.

      Files are opened in a process of their own. One that crashes it, takes \
      too long or needs too much memory is rejected like others, and the rest \
      is ingested.

      Each raster, phase and coherence, is cut by its own place. ARCHIVE/rejected.csv \
      lists the interferograms that were rejected, for volcsweep why.

      Exit status: 0 all taken; 3 done, but some input was rejected or has \
      changed, each named with its reason; 1 failed; 64 wrong usage; 130 interrupted, what was \
      complete is in the archive and the same command continues.
      """)

  @Argument(help: "Folders with LiCSAR products.", completion: .directory)
  var input: [String]

  @Option(help: "The folder of stacks; it is made if it is not there.", completion: .directory)
  var archive: String

  @Option(
    help:
      "The volcanoes: the GVP list as downloaded, a CSV with name, latitude and longitude, or lines “name lat lon”.",
    completion: .file())
  var catalogue: String

  @Option(help: "Only this volcano: name in any spelling, key or catalogue number. May be given several times.")
  var volcano: [String] = []

  @Option(help: "The frame's name, where no folder says it.")
  var frame: String?

  @Flag(
    help: "Replace interferograms that were published again with other pixels; the next sweep scores them again.")
  var replaceChanged = false

  @Flag(help: "Compress new stacks: about a sixth smaller, but forty times slower to read.")
  var gzip = false

  @Option(help: "Seconds after which a file that is still being read is rejected.")
  var fileSeconds = IngestRequest.limits.secondsPerFile

  @Option(help: "Memory in MiB beyond which a file that is being read is rejected.")
  var memoryMebibytes = IngestRequest.limits.memoryBytes >> 20

  @Flag(help: "Print no progress, only the summary.")
  var quiet = false

  @Flag(help: "Print the summary as JSON on standard output.")
  var json = false

  func validate() throws {
    guard (0.1...86_400).contains(fileSeconds) else {
      throw ValidationError("--file-seconds is \(fileSeconds), but must be from 0.1 to 86400")
    }
    guard (256...1_048_576).contains(memoryMebibytes) else {
      throw ValidationError("--memory-mebibytes is \(memoryMebibytes), but must be from 256 to 1048576")
    }
  }

  func run() async throws {
    let interruption = Interruption.listen()
    var request = IngestRequest(
      inputs: input, archive: archive, catalogue: catalogue, volcanoes: volcano, frame: frame, isCompressed: gzip,
      limits: ProcessLimits(memoryBytes: memoryMebibytes << 20, secondsPerFile: fileSeconds))
    request.replacesChanged = replaceChanged
    let report = try await onOwnThread("ingest") { [quiet, request] in
      let bar = quiet ? nil : ProgressBar(command: "ingest")
      defer { bar?.close() }
      return try IngestSupervisor(
        executable: Installation.executable, request: request, isStopped: { interruption.isRequested },
        progress: { progress in
          if let rejected = progress.rejected { bar?.say("rejected: \(rejected.file): \(rejected.reason)") }
          bar?.show(
            ProgressBar.State(
              done: progress.done, total: progress.total, unit: "pairs",
              note: "frame \(progress.frame), \(progress.added) interferograms added"))
        }
      ).run()
    }
    if json {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
      print(String(decoding: try encoder.encode(report), as: UTF8.self))
    } else {
      print(IngestSummary.text(report))
    }
    if report.isInterrupted { throw ExitStatus.interrupted }
    if report.stacks.isEmpty, !report.rejected.isEmpty { throw ExitStatus.failed }
    if !report.rejected.isEmpty || report.changed > 0 { throw ExitStatus.doneWithRejects }
  }
}
