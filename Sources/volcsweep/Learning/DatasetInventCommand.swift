import ArgumentParser
import Learning

extension DatasetCommand {
  /// `volcsweep dataset synthesize OUTPUT --from PATH…`
  struct Invent: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "synthesize",
      abstract: "Generates synthetic training patches from quiet patches.",
      discussion: """
        Adds the phase of synthetic deformation sources to quiet patches, removes data from others as frame edges and \
        masked sea do, and generates patches without signal: constant, noise, ramps. A patch made from another keeps its \
        place. Equal data sets and options give byte-identical files.
        """)

    @Argument(help: "HDF5 file to write.")
    var output: String

    @Option(
      name: .customLong("from"), parsing: .upToNextOption,
      help: ArgumentHelp("Data set with quiet patches; see volcsweep dataset summary --help.", valueName: "dataset")
    )
    var sources: [String]

    @OptionGroup var reading: Reading

    @Option(help: "Number of quiet patches with synthetic deformation.")
    var overlaid = 0

    @Option(help: "Number of quiet patches with data removed.")
    var blanked = 0

    @Option(help: "Number of patches without signal.")
    var plain = 0

    func validate() throws {
      guard !sources.isEmpty else { throw ValidationError("pass at least one data set with --from") }
      for (name, count) in [("overlaid", overlaid), ("blanked", blanked), ("plain", plain)] {
        guard (0...200_000).contains(count) else {
          throw ValidationError("--\(name) is \(count), but must be between 0 and 200000")
        }
      }
      guard overlaid + blanked + plain > 0 else {
        throw ValidationError("pass a number of patches with --overlaid, --blanked or --plain")
      }
    }

    func run() async throws {
      let command = self
      do {
        try await onOwnThread("dataset") { try command.make() }
      } catch {
        throw ExitStatus.after(error, in: "dataset synthesize")
      }
    }

    private func make() throws {
      let (ground, remarks) = try reading.reader().read(sources)
      for remark in remarks { print(remark) }
      var synthesizer = PatchSynthesizer()
      (synthesizer.overlaidCount, synthesizer.blankedCount, synthesizer.plainCount) = (overlaid, blanked, plain)
      synthesizer.seed = reading.seed
      let bar = ProgressBar(command: "dataset synthesize")
      let count = synthesizer.count
      let made = try synthesizer.patches(from: ground) {
        bar.show(ProgressBar.State(done: $0, total: count, unit: "patches"))
      }
      bar.close()
      try PatchSetFile.write(made, to: output)
      print("\(output): \(made.count) patches, \(made.deformingCount) deforming")
    }
  }
}
