import Foundation
import Testing

/// The archive, the model and the results that every case is measured by: one sweep that nothing disturbed.
struct Baseline {
  /// Made at first use.
  ///
  /// - Throws: when the undisturbed sweep fails.
  static func shared() throws -> Baseline { try made.get() }

  private static let made = Result { try Baseline() }

  let archive: ChaosArchive
  let model: URL
  let results: SweepResults

  private init() throws {
    let root = try ChaosRoot.shared().folder
    model = root.appending(path: "tiny.onnx")
    try TinyModel.write(to: model)
    archive = try ChaosArchive(root.appending(path: "archive"))
    results = try Self.sweep(archive, model: model, folder: root.appending(path: "undisturbed"))
    // Outcomes that are all alike would prove little.
    let probabilities = results.interferograms.values.map(\.maximumProbability)
    let above = probabilities.count { $0 > 0.5 }
    #expect(above > probabilities.count / 20 && above < probabilities.count * 19 / 20, "\(above)")
    #expect(Set(probabilities).count > probabilities.count / 2)
  }

  /// The results of an undisturbed sweep of another archive.
  func undisturbed(_ archive: ChaosArchive, named name: String) throws -> SweepResults {
    let folder = try ChaosRoot.shared().folder.appending(path: name)
    return try Self.sweep(archive, model: model, folder: folder)
  }

  private static func sweep(_ archive: ChaosArchive, model: URL, folder: URL) throws -> SweepResults {
    let bench = try ChaosBench(folder: folder, archive: archive, model: model)
    let sweep = try bench.start(["sweep", bench.job(), "--workers", "\(ChaosSettings.workers)"])
    let ending = try sweep.wait()
    guard ending == .exited(0) else {
      throw CaseFailure("the undisturbed sweep ended with \(ending, default: "?"): \(bench.errors)")
    }
    return try bench.results()
  }
}

/// A case that cannot go on.
struct CaseFailure: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }
}
