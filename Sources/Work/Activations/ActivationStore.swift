import Detection
import Files
import Foundation
import Interferometry
import Messaging
import Names
import NeuralNetwork

/// The files of activations of one sweep, as a worker reads and writes them. Owned by one thread.
final class ActivationStore {
  /// Stored activations of some of an assignment's interferograms.
  struct Found {
    var geoTransform: GeoTransform
    /// By place in the assignment, in order.
    var interferograms: [(index: Int, activations: PatchActivations, readSeconds: Float)] = []
  }

  private let folder: URL
  private let stored: LayerCut?
  private let reused: LayerCut?
  /// A unit's interferograms lie in few files, and the next unit's often in the same.
  private var last: (path: String, file: ActivationFile?)?

  /// - Throws: `ModelError` or `MessageError` where the model has not the layer that is meant.
  init(_ terms: ActivationTerms, model: ModelFile, patchStride: Int) throws {
    folder = URL(fileURLWithPath: terms.folder, isDirectory: true)
    stored = try terms.stores.map { try model.cut(behind: $0, patchStride: patchStride) }
    reused = try terms.reuses.map { fingerprint in
      guard let cut = model.cuts.first(where: { $0.fingerprint == fingerprint }) else {
        throw MessageError("the welcome's model shares no layers with the one whose activations are to be reused")
      }
      return cut
    }
  }

  /// The layers that the detector is to store and to start behind.
  var cuts: (stored: LayerCut?, reused: LayerCut?) { (stored, reused) }

  /// What an assignment's interferograms have stored. What cannot be read, or does not fit, is left out: its pixels are
  /// read instead.
  ///
  /// - Parameters:
  ///   - assignment: a unit.
  ///   - detector: which is to judge them.
  ///   - step: told of each interferogram before its activations are read.
  /// - Returns: `nil` where there are none.
  func find(_ assignment: Volcsweep_Assignment, for detector: Detector, step: (UInt32) -> Void) -> Found? {
    guard let reused else { return nil }
    let grid = Grid(height: Int(assignment.height), width: Int(assignment.width))
    var found: Found?
    for (index, interferogram) in assignment.interferograms.enumerated() where !interferogram.activations.isEmpty {
      step(interferogram.number)
      let begun = ContinuousClock.now
      guard let file = file(interferogram.activations), file.fingerprint == reused.fingerprint, file.grid == grid,
        found.map({ $0.geoTransform == file.geoTransform }) ?? true,
        let activations = try? file.activations(of: interferogram.pair), detector.accepts(activations, grid: grid)
      else { continue }
      let seconds = Float((ContinuousClock.now - begun) / .seconds(1))
      var list = found ?? Found(geoTransform: file.geoTransform)
      list.interferograms.append((index, activations, seconds))
      found = list
    }
    return found
  }

  private func file(_ path: String) -> ActivationFile? {
    let parts = path.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 2, parts.allSatisfy({ PathComponent.problem($0) == nil }) else { return nil }
    if let last, last.path == path { return last.file }
    let file = try? ActivationFile(folder.appending(path: path))
    last = (path, file)
    return file
  }

  /// Writes what the interferograms of a unit left behind.
  ///
  /// - Parameters:
  ///   - judgements: by place in the assignment.
  ///   - assignment: the unit.
  ///   - grid: its size.
  ///   - geoTransform: where it lies.
  /// - Returns: the numbers of the interferograms that are stored; none where the file cannot be written.
  func write(
    _ judgements: [Int: Detector.Judgement], of assignment: Volcsweep_Assignment, grid: Grid,
    geoTransform: GeoTransform
  ) -> [UInt32] {
    guard let stored else { return [] }
    let kept = judgements.sorted { $0.key < $1.key }.compactMap { index, judgement in
      judgement.activations.map { (assignment.interferograms[index], $0) }
    }
    guard !kept.isEmpty else { return [] }
    let file = folder.appending(path: ActivationTerms.folderName(ofStack: assignment.stack))
      .appending(path: ActivationTerms.fileName(assignment.lease))
    do {
      for folder in [folder, file.deletingLastPathComponent()] { try OwnFolder.make(folder, isInside: true) }
      try ActivationFile.write(
        kept.map { ($0.0.pair, $0.1) }, fingerprint: stored.fingerprint, grid: grid, geoTransform: geoTransform,
        to: file)
    } catch {
      // The scores count all the same; the coordinator counts what is missing.
      Self.log(
        "the activations of \(kept.count) interferograms of unit \(assignment.lease.unit) could not be stored: \(error)"
      )
      return []
    }
    return kept.map(\.0.number)
  }

  /// One line on standard error; one that cannot be written is lost.
  private static func log(_ line: String) {
    let bytes = Array("volcsweep worker \(getpid()): \(line)\n".utf8)
    _ = Foundation.write(STDERR_FILENO, bytes, bytes.count)
  }
}
