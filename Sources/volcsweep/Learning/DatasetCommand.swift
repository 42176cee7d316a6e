import ArgumentParser
import Files
import Foundation
import Learning

/// `volcsweep dataset`: describes and creates data sets.
struct DatasetCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "dataset", abstract: "Counts what data sets of labelled patches hold, and makes one of several.",
    subcommands: [Summary.self, Make.self, Invent.self])

  /// Options shared by commands that read data sets.
  struct Reading: ParsableArguments {
    @Option(help: "Pixels across patches that are cut from whole interferograms.")
    var side = 224

    @Option(help: "Pixels from one such patch to the next.")
    var stride = 112

    @Flag(help: "Keep patches of whole interferograms that the sweep's gate would hold back.")
    var ungated = false

    @Option(
      help: ArgumentHelp(
        "A table of volcano and place, or volcano, latitude and longitude: volcanoes within 0.75° share a place.",
        valueName: "csv"))
    var places: String?

    @Option(help: "Where all randomness comes from.")
    var seed: UInt64 = 1

    @Option(help: "Fringes for one fringe of a displacement series, which is unwrapped.")
    var fringeRate: Float = 1

    @Option(help: "Leave out synthetic interferograms that deform by fewer fringes.")
    var leastFringes = 0.5

    @Option(help: "Of Hephaestus, only the patches of its published split's train, val or test.")
    var part: HephaestusSplit.Part?

    @Option(help: ArgumentHelp("The archive that a run with reviews swept.", valueName: "folder"))
    var archive: String?

    func validate() throws {
      guard (8...4096).contains(side) else { throw ValidationError("the side is \(side), not from 8 to 4096") }
      guard (1...4096).contains(stride) else {
        throw ValidationError("the stride is \(stride), not from 1 to 4096")
      }
      guard (0...1000).contains(leastFringes) else {
        throw ValidationError("the least fringes are \(leastFringes), not from 0 to 1000")
      }
      guard fringeRate > 0, fringeRate <= 100 else {
        throw ValidationError("the fringe rate is \(fringeRate), not above 0 and at most 100")
      }
    }

    func reader() throws -> DataSetReader {
      var reader = DataSetReader()
      (reader.side, reader.stride, reader.seed) = (side, stride, seed)
      if ungated { reader.gate = nil }
      (reader.fringeRate, reader.part, reader.archive) = (fringeRate, part, archive)
      reader.leastFringes = leastFringes
      if let places { reader.places = try PlaceTable(contentsOf: places) }
      return reader
    }
  }

  /// `volcsweep dataset summary PATH…`
  struct Summary: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "summary",
      abstract: "Counts what a data set holds.",
      discussion: """
        Reads a file of labelled patches (HDF5), a folder of volcsweep synthesize, the folder of Hephaestus, or a folder \
        with MintPy's timeseries.h5 or LiCSBAS' cum.h5 and the text of VolcNet's episodes, or a run with reviews (and \
        --archive). Of Hephaestus the annotations \
        are counted, with or without its pictures: every family of labels, deformation types by intensity and by phase \
        (per label, and per interferogram), in all, for training, for validation and test together, and for each frame.
        """)

    @Argument(help: ArgumentHelp("A file or folder.", valueName: "dataset"))
    var paths: [String]

    @OptionGroup var reading: Reading

    @Flag(help: "Print a column for each frame of Hephaestus as well.")
    var frames = false

    @Option(help: ArgumentHelp("Write the whole table there, all columns.", valueName: "file"))
    var csv: String?

    func validate() throws {
      if csv != nil, paths.count > 1 { throw ValidationError("--csv takes the table of one data set") }
    }

    func run() async throws {
      let command = self
      do {
        try await onOwnThread("dataset") { for path in command.paths { try command.summarise(path) } }
      } catch {
        throw ExitStatus.after(error, in: "dataset summary")
      }
    }

    /// A data set has thousands, all in the same style.
    private static let picturesLookedAt = 16

    private func summarise(_ path: String) throws {
      let table: CountTable
      let form = try DataSetReader.form(of: path)
      var shown = Int.max
      if form == .hephaestus, let file = DataSetReader.annotations(in: path) {
        let annotations = try HephaestusAnnotation.readAll(file)
        let split = "\(path)/train_test_split.json"
        let isThere = FileManager.default.fileExists(atPath: split)
        table = HephaestusSummary.table(
          of: annotations, split: isThere ? try HephaestusSplit(contentsOf: split) : nil)
        if !frames { shown = isThere ? HephaestusSummary.splitColumns.count : 1 }
        print("\(path): \(form.rawValue), \(annotations.count) annotations")
        let palettes = try HephaestusCrops(images: path).palettes(of: annotations, pictures: Self.picturesLookedAt)
        if let words = HephaestusCrops.words(on: palettes) { print("of the first pictures, \(words)") }
      } else {
        let (patches, remarks) = try reading.reader().read(path)
        table = PatchSummary.table(of: patches)
        print("\(path): \(form.rawValue), \(patches.count) patches, \(patches.deformingCount) deforming")
        print("content \(patches.contentHash)")
        for remark in remarks { print(remark) }
      }
      print("\n\(table.aligned(columns: shown))")
      if let csv {
        try AtomicFile.replace(csv, with: Data(table.commaSeparated.utf8))
      }
    }
  }

  /// `volcsweep dataset make OUTPUT --from PATH…`
  struct Make: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "make",
      abstract: "Makes one file of labelled patches out of data sets of any form.",
      discussion: """
        Equal data sets and options make equal bytes. With --copies each class is filled up with changed copies \
        (shifted, flipped, turned, stretched, another phase, sign and air) until it has that many patches.
        """)

    @Argument(help: "The HDF5 file to write.")
    var output: String

    @Option(
      name: .customLong("from"), parsing: .upToNextOption,
      help: ArgumentHelp("A file or folder, see dataset summary.", valueName: "dataset"))
    var sources: [String]

    @OptionGroup var reading: Reading

    @Option(help: "Make as many changed patches of each class instead of taking patches as they are.")
    var copies: Int?

    func validate() throws {
      guard !sources.isEmpty else { throw ValidationError("name at least one data set with --from") }
      if let copies, !(1...500_000).contains(copies) {
        throw ValidationError("the copies are \(copies), not from 1 to 500000")
      }
    }

    func run() async throws {
      let command = self
      do {
        try await onOwnThread("dataset") { try command.make() }
      } catch {
        throw ExitStatus.after(error, in: "dataset make")
      }
    }

    private func make() throws {
      var (patches, remarks) = try reading.reader().read(sources)
      for remark in remarks { print(remark) }
      if let copies {
        patches = PatchAugmenter(patches, seed: reading.seed).balanced(perClass: copies, epoch: 0)
      }
      try PatchSetFile.write(patches, to: output)
      print("\(output): \(patches.count) patches, \(patches.deformingCount) deforming")
      print("content \(patches.contentHash)")
    }
  }
}

extension HephaestusSplit.Part: ExpressibleByArgument {}
