import ArgumentParser
import Foundation
import Ingestion
import Isolation

/// `volcsweep ingest`: converts LiCSAR products to the archive.
struct IngestCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ingest",
    abstract: "Crops LiCSAR products around volcanoes and adds them to an archive of HDF5 stacks.",
    discussion: """
      INPUT is a folder that contains products, at any depth, in one of these layouts:
        GEOC/<pair>/<pair>.geo.diff_pha.tif
        <frame>/interferograms/<pair>/<pair>.geo.diff_pha.tif
        <volcano>_<frame>/tif/<volcano>_<pair>.geo.diff_pha.tif

      For each catalogue volcano inside a raster, the command crops 0.5° × 0.5° \
      around the volcano and adds it to the stack ARCHIVE/<volcano>_<frame>.h5, \
      which has the form of MintPy's ifgramStack. Run it again to add new \
      interferograms, and coherence and baselines that were missing. \
      Interferograms whose pixels have changed are listed; pass --replace-changed \
      to replace them.

      Phase and coherence are each cropped by their own georeferencing. Files are \
      read in a separate process: a file that crashes it, exceeds the timeout or \
      needs too much memory is rejected, and the rest is ingested. \
      ARCHIVE/rejected.csv lists all rejected interferograms for volcsweep why. \
      Stacks stay intact if the command is killed; run it again to continue.

      Exit status: 0 success; 1 failure; 3 success, but some input was rejected \
      or has changed (each listed with its reason); 64 usage error; \
      130 interrupted, run the same command again to continue.
      """)

  @Argument(help: "Folders that contain LiCSAR products.", completion: .directory)
  var input: [String]

  @Option(help: "Folder of the stacks; created if it does not exist.", completion: .directory)
  var archive: String

  @Option(
    help:
      "Volcano catalogue: the GVP list as downloaded, a CSV with name, latitude and longitude, or lines “name lat lon”.",
    completion: .file())
  var catalogue: String

  @Option(help: "Ingest only this volcano (name in any spelling, key or catalogue number). May be repeated.")
  var volcano: [String] = []

  @Option(help: "Frame name, if no folder name contains it.")
  var frame: String?

  @Flag(
    help:
      "Replace interferograms that were published again with different pixels; the next sweep scores them again.")
  var replaceChanged = false

  @Flag(help: "Compress new stacks: about 1/6 smaller, but 40 times slower to read.")
  var gzip = false

  @Option(help: "Timeout in seconds for reading a file; a file that exceeds it is rejected.")
  var fileSeconds = IngestRequest.limits.secondsPerFile

  @Option(help: "Memory limit in MiB for reading a file; a file that exceeds it is rejected.")
  var memoryMebibytes = IngestRequest.limits.memoryBytes >> 20

  @Flag(help: "Print only the summary, no progress.")
  var quiet = false

  @Flag(help: "Print the summary as JSON.")
  var json = false

  func validate() throws {
    guard (0.1...86_400).contains(fileSeconds) else {
      throw ValidationError("--file-seconds is \(fileSeconds), but must be between 0.1 and 86400 seconds")
    }
    guard (256...1_048_576).contains(memoryMebibytes) else {
      throw ValidationError("--memory-mebibytes is \(memoryMebibytes), but must be between 256 and 1048576 MiB")
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
      encoder.keyEncodingStrategy = .convertToSnakeCase
      print(String(decoding: try encoder.encode(report), as: UTF8.self))
    } else {
      print(IngestSummary.text(report))
    }
    if report.isInterrupted { throw ExitStatus.interrupted }
    if report.stacks.isEmpty, !report.rejected.isEmpty { throw ExitStatus.failed }
    if !report.rejected.isEmpty || report.changed > 0 { throw ExitStatus.doneWithRejects }
  }
}
