import ArgumentParser
import Ingestion

/// `volcsweep ingest-files`: the process that an ingest has its files opened by, see `IngestProcess`.
struct IngestFilesCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ingest-files", abstract: "Opens files for volcsweep ingest (internal).", shouldDisplay: false)

  func run() async throws {
    try await onOwnThread("ingest") { try IngestProcess.serve() }
  }
}
