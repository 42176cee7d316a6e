import Detection
import Files
import Foundation
import Interferometry
import Messaging
import Names
import NeuralNetwork

/// Reads and writes a worker's activation files of one sweep. Owned by one thread.
final class ActivationStore {
  /// Stored activations of some interferograms of an assignment.
  struct Found {
    var geoTransform: GeoTransform
    /// By index in the assignment, in order.
    var interferograms: [(index: Int, activations: PatchActivations, readSeconds: Float)] = []
  }

  private let folder: URL
  private let stored: SplitPoint?
  private let reused: SplitPoint?
  /// The interferograms of a unit are in few files, and those of the next unit often in the same.
  private var last: (path: String, file: ActivationFile?)?

  /// - Throws: `ModelError` or `MessageError` if the model does not have the layer.
  init(_ terms: ActivationTerms, model: ModelFile, patchStride: Int) throws {
    folder = URL(fileURLWithPath: terms.folder, isDirectory: true)
    stored = try terms.stores.map { try model.splitPoint(after: $0, patchStride: patchStride) }
    reused = try terms.reuses.map { fingerprint in
      guard let splitPoint = model.splitPoints.first(where: { $0.fingerprint == fingerprint }) else {
        throw MessageError("the welcome's model shares no layers with the one whose activations are to be reused")
      }
      return splitPoint
    }
  }

  /// The layers that the detector stores and starts from.
  var splitPoints: (stored: SplitPoint?, reused: SplitPoint?) { (stored, reused) }

  /// Finds stored activations of an assignment's interferograms. Activations that cannot be read, or do not
  /// fit, are left out: their pixels are read instead.
  ///
  /// - Parameters:
  ///   - assignment: a unit.
  ///   - detector: the detector that will use them.
  ///   - step: called for each interferogram before its activations are read.
  /// - Returns: `nil` if there are none.
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

  /// Writes the activations of a unit's interferograms.
  ///
  /// - Parameters:
  ///   - results: results with activations, by index in the assignment.
  ///   - assignment: the unit.
  ///   - grid: the stack's grid.
  ///   - geoTransform: the stack's georeference.
  /// - Returns: numbers of the stored interferograms; none if the file cannot be written.
  func write(
    _ results: [Int: Detector.InterferogramResult], of assignment: Volcsweep_Assignment, grid: Grid,
    geoTransform: GeoTransform
  ) -> [UInt32] {
    guard let stored else { return [] }
    let kept = results.sorted { $0.key < $1.key }.compactMap { index, result in
      result.activations.map { (assignment.interferograms[index], $0) }
    }
    guard !kept.isEmpty else { return [] }
    let file = folder.appending(path: ActivationTerms.folderName(ofStack: assignment.stack))
      .appending(path: assignment.lease.activationFileName)
    do {
      for folder in [folder, file.deletingLastPathComponent()] { try OwnFolder.make(folder, isInside: true) }
      try ActivationFile.write(
        kept.map { ($0.0.pair, $0.1) }, fingerprint: stored.fingerprint, grid: grid, geoTransform: geoTransform,
        to: file)
    } catch {
      // The scores stay valid; the coordinator counts missing activations.
      Self.log(
        "the activations of \(kept.count) interferograms of unit \(assignment.lease.unit) could not be stored: \(error)"
      )
      return []
    }
    return kept.map(\.0.number)
  }

  /// Writes one line to standard error; failures are ignored.
  private static func log(_ line: String) {
    let bytes = Array("volcsweep worker \(getpid()): \(line)\n".utf8)
    _ = Foundation.write(STDERR_FILENO, bytes, bytes.count)
  }
}
