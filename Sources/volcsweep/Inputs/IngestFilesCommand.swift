import ArgumentParser
import Ingestion

/// `volcsweep ingest-files`: the process in which an ingest opens its files, see `IngestProcess`.
struct IngestFilesCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ingest-files", abstract: "Opens files for volcsweep ingest (internal).", shouldDisplay: false)

  func run() async throws {
    try await onOwnThread("ingest") { try IngestProcess.serve() }
  }
}
