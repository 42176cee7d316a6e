import Files
import Foundation
import Imaging
import Jobs
import Ledger
import Messaging
import NeuralNetwork
import Scheduling

/// Which activations a sweep stores and reuses.
struct ActivationPlan {
  let terms: ActivationTerms?
  /// The ledger's number of the stored layer.
  let storedLayer: Int?
  let reusedLayer: ActivationLayer?
  /// Stored bytes per patch.
  let bytesPerPatch: Int

  /// - Parameters:
  ///   - job: the job, which may name a layer to store.
  ///   - model: the sweep's model.
  ///   - ledger: bound to the sweep.
  /// - Throws: `ModelError` if the model has no such layer, `LedgerError`.
  init(_ job: Job, model: ModelFile, ledger: Ledger) throws {
    let known = try ledger.reusableLayers()
    // Hashing a large model's weights takes a while, so skip it if possible.
    let fingerprints = known.isEmpty ? [] : Set(model.splitPoints.map(\.fingerprint))
    reusedLayer = known.first { fingerprints.contains($0.fingerprint) }
    let splitPoint = try job.storedLayer.map { try model.splitPoint(after: $0, patchStride: job.profile.stride) }
    storedLayer = try splitPoint.map { try ledger.activationLayer(name: $0.layer, fingerprint: $0.fingerprint) }
    // Stored in half precision.
    bytesPerPatch = 2 * (splitPoint?.count ?? 0)
    terms =
      splitPoint == nil && reusedLayer == nil
      ? nil
      : ActivationTerms(
        folder: Self.folder(of: job.run).path, stores: splitPoint?.layer, reuses: reusedLayer?.fingerprint)
  }

  static func folder(of run: URL) -> URL { run.appending(path: "activations", directoryHint: .isDirectory) }

  /// Removes the files of activations that the ledger of a run does not know: those of workers that died before
  /// they brought their results, and those that were replaced. Files with other names stay.
  ///
  /// - Returns: the number of interferograms with stored activations.
  @discardableResult
  static func removeStrangers(of run: URL, ledger: Ledger) throws -> Int {
    let known = try ledger.activationFiles()
    let folder = folder(of: run)
    let wanted = Set(known.files.map { "\(ActivationTerms.folderName(ofStack: $0[0]))/\($0[1])" })
    for stack in names(in: folder) {
      let files = folder.appending(path: stack)
      // Links in a run folder are not followed: one may lead to another run's activations.
      var entry = stat()
      guard lstat(files.path, &entry) == 0, entry.st_mode & S_IFMT == S_IFDIR else { continue }
      for name in names(in: files) where ActivationFileName.isOne(name) && !wanted.contains("\(stack)/\(name)") {
        unlink(files.appending(path: name).path)
      }
      // The sweep is complete: what somebody still writes is of no use any more.
      TemporaryFiles.removeStale(in: files.path, isLocked: true)
    }
    return known.interferograms
  }

  private static func names(in folder: URL) -> [String] {
    (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
  }
}
