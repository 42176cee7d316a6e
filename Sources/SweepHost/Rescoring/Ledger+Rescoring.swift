import Detection
import Foundation
import Jobs
import Ledger

extension Ledger {
  /// Binds the ledger to a sweep. If it was bound to another one, that becomes an earlier scoring, provided the
  /// change is accepted.
  ///
  /// - Throws: `LedgerError`, ``LedgerError/otherSweep(path:differences:)`` if the change is not accepted.
  func bind(to identity: SweepIdentity, accepts: (ScoringChange) throws -> Bool) throws {
    func stale(_ earlier: SweepIdentity) -> StaleOutcomes {
      let isSameMethod = identity.hasPatches(of: earlier)
      return StaleOutcomes(
        includesUnscored: !isSameMethod,
        rejections: isSameMethod ? Detector.rejectionsByModel : Detector.rejectionsByMethod)
    }
    guard let change = try change(to: identity, stale: stale), try accepts(change) else {
      return try bind(to: identity)
    }
    try rebind(to: identity, stale: stale)
  }

  /// Stores the job, so that the run can be swept again without its file.
  func keep(job: Job) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    try keep(job: String(decoding: try encoder.encode(job), as: UTF8.self))
  }

  /// The job of a run's last sweep, adjusted to the folder that the run is in now.
  ///
  /// - Parameter run: the run folder.
  /// - Returns: `nil` for a run of a version that did not store it.
  /// - Throws: `LedgerError`.
  public func job(ofRun run: URL) throws -> Job? {
    guard let text: String = try job(), var job = try? JSONDecoder().decode(Job.self, from: Data(text.utf8)) else {
      return nil
    }
    job.run = run
    return job
  }

  /// Identifies this scoring of this sweep: a worker that still has results of an earlier model must not
  /// deliver them.
  func scoringID() throws -> String {
    let earlier = try earlierScorings().count
    return earlier == 0 ? try sweepID() : "\(try sweepID()).\(earlier)"
  }
}
