import ArgumentParser
import Files
import Foundation
import Learning

/// `volcsweep reviews`: exports and imports reviews of a run's interferograms.
struct ReviewsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "reviews",
    abstract: "Imports and exports reviews of a run's interferograms.",
    discussion: """
      Reviews have the fields of the Hephaestus data set and also volcano, reviewer and time. Polygons are in pixels of \
      the archive's interferograms. The commands can be used while a sweep is running, except as stated for import.
      """,
    subcommands: [Import.self, Export.self])

  /// `volcsweep reviews import RUN FILE…`
  struct Import: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "import",
      abstract: "Adds reviews from files to a run.",
      discussion: """
        Reads .csv tables, .json files with one review or a list of reviews, and folders of .json files as in \
        Hephaestus. A review that the run already has is not added again. A review without a volcano applies to the \
        complete frame: if it reports no deformation, it applies to all volcanoes of the frame; otherwise it is added \
        only if the run has exactly one of them. The command fails while a sweep keeps its ledger on a local disk \
        (--scratch).
        """)

    @Argument(help: "Run folder.")
    var run: String

    @Argument(help: ArgumentHelp("Files or folders of reviews.", valueName: "file"))
    var files: [String]

    @Option(help: "Reviewer of reviews that name none (default: your user name).")
    var reviewer: String?

    func run() async throws {
      let command = self
      do {
        let isComplete = try await onOwnThread("reviews") { try command.add() }
        if !isComplete { throw ExitStatus.doneWithRejects }
      } catch {
        throw ExitStatus.after(error, in: "reviews import")
      }
    }

    private func add() throws -> Bool {
      let documents = try files.flatMap { try ReviewExchange.read($0) }
      let now = Int64(Date().timeIntervalSince1970 * 1000)
      let report = try RunFolder(run).add { ledger in
        try ReviewExchange.add(documents, to: ledger, reviewer: reviewer ?? NSUserName(), time: now)
      }
      print("\(run): \(report.added) reviews added, \(report.known) already present")
      for name in report.strangers { print("not in this run: \(name)") }
      for name in report.unclear {
        print("deformation without a volcano, and the run has several volcanoes in the frame: \(name)")
      }
      return report.strangers.isEmpty && report.unclear.isEmpty
    }
  }

  /// `volcsweep reviews export RUN`
  struct Export: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "export",
      abstract: "Writes all reviews of a run as Hephaestus JSON files and as a table.",
      discussion: "Prints the table where neither --json nor --csv is given.")

    @Argument(help: "Run folder.")
    var run: String

    @Option(help: ArgumentHelp("Write a file for each review there.", valueName: "folder"))
    var json: String?

    @Option(help: ArgumentHelp("Write a table there.", valueName: "file.csv"))
    var csv: String?

    func run() async throws {
      let command = self
      do {
        try await onOwnThread("reviews") { try command.write() }
      } catch {
        throw ExitStatus.after(error, in: "reviews export")
      }
    }

    private func write() throws {
      let documents = try ReviewExchange.documents(of: RunFolder(run).ledger())
      if let json { try ReviewExchange.write(documents, toFolder: json) }
      let table = try ReviewTable.text(of: documents)
      if let csv { try AtomicFile.replace(csv, with: Data(table.utf8)) }
      guard json == nil, csv == nil else { return print("\(run): \(documents.count) reviews") }
      print(table, terminator: "")
    }
  }
}
