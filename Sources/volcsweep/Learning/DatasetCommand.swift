import ArgumentParser
import Files
import Foundation
import Learning

/// `volcsweep dataset`: describes and creates data sets.
struct DatasetCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "dataset", abstract: "Summarises, merges and generates data sets of labelled patches.",
    subcommands: [Summary.self, Make.self, Invent.self])

  /// Options shared by commands that read data sets.
  struct Reading: ParsableArguments {
    @Option(help: "Patch size in pixels, for patches cut from complete interferograms.")
    var side = 224

    @Option(help: "Distance in pixels between such patches.")
    var stride = 112

    @Flag(help: "Keep patches of complete interferograms that do not pass the sweep's gate.")
    var ungated = false

    @Option(
      help: ArgumentHelp(
        "CSV table with the columns volcano and place, or volcano, latitude and longitude (volcanoes within 0.75° form one place).",
        valueName: "csv"))
    var places: String?

    @Option(help: "Random seed.")
    var seed: UInt64 = 1

    @Option(help: "Factor on the phase of a displacement series, which is unwrapped.")
    var fringeRate: Float = 1

    @Option(help: "Exclude synthetic interferograms that deform by fewer fringes than this.")
    var leastFringes = 0.5

    @Option(help: "Read only this part of Hephaestus' published split: train, val or test.")
    var part: HephaestusSplit.Part?

    @Option(help: ArgumentHelp("Archive of a run with reviews.", valueName: "folder"))
    var archive: String?

    func validate() throws {
      guard (8...4096).contains(side) else {
        throw ValidationError("--side is \(side), but must be between 8 and 4096 pixels")
      }
      guard (1...4096).contains(stride) else {
        throw ValidationError("--stride is \(stride), but must be between 1 and 4096 pixels")
      }
      guard (0...1000).contains(leastFringes) else {
        throw ValidationError("--least-fringes is \(leastFringes), but must be between 0 and 1000")
      }
      guard fringeRate > 0, fringeRate <= 100 else {
        throw ValidationError("--fringe-rate is \(fringeRate), but must be above 0 and at most 100")
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
      abstract: "Prints the number of patches and labels in a data set.",
      discussion: """
        A data set is one of these: an HDF5 file of labelled patches; a folder written by volcsweep synthesize; the \
        Hephaestus folder; a folder with MintPy's timeseries.h5 or LiCSBAS' cum.h5 and the text file of VolcNet's \
        episodes; a run with reviews (with --archive).

        For Hephaestus the annotations are counted, whether or not the images are present: each label family, and \
        deformation types by intensity and by phase (per label and per interferogram), in total, for training, for \
        validation and test together, and for each frame.
        """)

    @Argument(help: ArgumentHelp("File or folder of a data set.", valueName: "dataset"))
    var paths: [String]

    @OptionGroup var reading: Reading

    @Flag(help: "Also print a column for each frame of Hephaestus.")
    var frames = false

    @Option(help: ArgumentHelp("Write the complete table to this CSV file.", valueName: "file"))
    var csv: String?

    func validate() throws {
      if csv != nil, paths.count > 1 { throw ValidationError("--csv requires exactly one data set") }
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
        if let words = HephaestusCrops.words(on: palettes) { print("first images: \(words)") }
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
      abstract: "Merges data sets of any form into one file of labelled patches.",
      discussion: """
        With --copies each class is augmented to this number of patches (shifts, flips, rotations, scaling, phase offset, \
        sign and atmospheric delay). Equal data sets and options give byte-identical files.
        """)

    @Argument(help: "HDF5 file to write.")
    var output: String

    @Option(
      name: .customLong("from"), parsing: .upToNextOption,
      help: ArgumentHelp(
        "File or folder of a data set; see volcsweep dataset summary --help.", valueName: "dataset"))
    var sources: [String]

    @OptionGroup var reading: Reading

    @Option(help: "Number of augmented patches per class (default: patches are copied unchanged).")
    var copies: Int?

    func validate() throws {
      guard !sources.isEmpty else { throw ValidationError("pass at least one data set with --from") }
      if let copies, !(1...500_000).contains(copies) {
        throw ValidationError("--copies is \(copies), but must be between 1 and 500000")
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
