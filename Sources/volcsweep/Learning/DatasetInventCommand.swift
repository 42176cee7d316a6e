import ArgumentParser
import Learning

extension DatasetCommand {
  /// `volcsweep dataset invent OUTPUT --from PATH…`
  struct Invent: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "invent",
      abstract: "Makes patches to learn from out of quiet ones, and out of nothing.",
      discussion: """
        Lays the phase of invented sources over quiet patches, takes data away from others as frames and masked seas do, \
        and draws patches that show nothing: one value, noise, ramps. What is made of a patch keeps its place. Equal data \
        sets and options make equal bytes.
        """)

    @Argument(help: "The HDF5 file to write.")
    var output: String

    @Option(
      name: .customLong("from"), parsing: .upToNextOption,
      help: ArgumentHelp("Whose quiet patches are the ground, see dataset summary.", valueName: "dataset"))
    var sources: [String]

    @OptionGroup var reading: Reading

    @Option(help: "Quiet patches with deformation laid over them.")
    var overlaid = 0

    @Option(help: "Quiet patches of which more has no data.")
    var blanked = 0

    @Option(help: "Patches that show nothing.")
    var plain = 0

    func validate() throws {
      guard !sources.isEmpty else { throw ValidationError("name at least one data set with --from") }
      for (name, count) in [("overlaid", overlaid), ("blanked", blanked), ("plain", plain)] {
        guard (0...200_000).contains(count) else {
          throw ValidationError("--\(name) is \(count), but must be from 0 to 200000")
        }
      }
      guard overlaid + blanked + plain > 0 else {
        throw ValidationError("say how many with --overlaid, --blanked or --plain")
      }
    }

    func run() async throws {
      let command = self
      do {
        try await onOwnThread("dataset") { try command.make() }
      } catch {
        throw ExitStatus.after(error, in: "dataset invent")
      }
    }

    private func make() throws {
      let (ground, remarks) = try reading.reader().read(sources)
      for remark in remarks { print(remark) }
      var inventor = PatchInventor()
      (inventor.overlaidCount, inventor.blankedCount, inventor.plainCount) = (overlaid, blanked, plain)
      inventor.seed = reading.seed
      let bar = ProgressBar(command: "dataset invent")
      let count = inventor.count
      let made = try inventor.patches(from: ground) {
        bar.show(ProgressBar.State(done: $0, total: count, unit: "patches"))
      }
      bar.close()
      try PatchSetFile.write(made, to: output)
      print("\(output): \(made.count) patches, \(made.deformingCount) deforming")
    }
  }
}
