import Foundation

/// Files relative to the program, wherever it is installed.
enum Installation {
  /// This program, for starting workers.
  static var executable: String {
    (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? CommandLine.arguments[0]
  }

  /// The shipped model: beside the program in a build folder, or in `../share/volcsweep` when installed.
  ///
  /// - Throws: ``MissingResource`` with the paths tried.
  static func defaultModel() throws -> String {
    let folder = URL(fileURLWithPath: executable).deletingLastPathComponent()
    let candidates = [
      folder.appending(path: "volcsweep_volcsweep.resources/default-model.onnx").path,
      folder.deletingLastPathComponent().appending(path: "share/volcsweep/default-model.onnx").path,
    ]
    guard let found = candidates.first(where: FileManager.default.isReadableFile) else {
      throw MissingResource(
        description:
          "the built-in model was not found at \(candidates.joined(separator: " or ")); reinstall volcsweep, or set model "
          + "in the job file")
    }
    return found
  }

  /// The scripts that start processes on clusters: in `../share/volcsweep` when installed, or in the source
  /// tree of the build.
  ///
  /// - Throws: ``MissingResource`` with the paths tried.
  static func clusterScripts() throws -> URL {
    var folder = URL(fileURLWithPath: executable).deletingLastPathComponent()
    var candidates = [folder.deletingLastPathComponent().appending(path: "share/volcsweep/cluster")]
    // .build/x86_64-unknown-linux-gnu/release
    for _ in 0..<3 { folder.deleteLastPathComponent() }
    candidates.append(folder.appending(path: "cluster"))
    let marker = "slurm/functions.sh"
    guard
      let found = candidates.first(where: {
        FileManager.default.isReadableFile(atPath: $0.appending(path: marker).path)
      })
    else {
      throw MissingResource(
        description: "the Slurm scripts were not found at \(candidates.map(\.path).joined(separator: " or ")); "
          + "reinstall volcsweep, or pass their folder with --scripts")
    }
    return found
  }

  struct MissingResource: Error, CustomStringConvertible {
    let description: String
  }
}
