import Foundation
import Messaging

/// Computes units for the compute thread: the detector, or a stand-in without cost in benchmarks. Owned by one
/// thread.
package protocol UnitComputing: AnyObject {
  /// Identifies everything that the last digits of its results depend on; see `Detector.planHash`.
  var planHash: String { get }

  /// Execution plan as JSON, so that other workers of its kind compute the same; empty for none.
  var plan: String { get }

  /// Computes the interferograms of an assignment.
  ///
  /// - Parameters:
  ///   - assignment: a unit, with its stack's file.
  ///   - currentActivity: receives each step.
  ///   - shouldStop: called before each interferogram; if it returns true, the rest is left out.
  /// - Returns: an outcome for each interferogram that was started.
  func compute(
    _ assignment: Volcsweep_Assignment, _ currentActivity: CurrentActivity, shouldStop: () -> Bool
  ) -> Volcsweep_UnitResult

  /// Reads a stack of the archive to prove that this process sees it. May be called from any thread, also while
  /// a unit is computed.
  var prover: ArchiveProver { get }

  /// Sets a closure that returns the unit after the current one, so that it can be read ahead; it is called
  /// from any thread.
  func lookAhead(_ upcoming: @escaping @Sendable () -> Volcsweep_Assignment?)
}

extension UnitComputing {
  /// For implementations that read no archive.
  package var prover: ArchiveProver { { _, done in done(ArchiveProof(identity: Data())) } }

  /// Does nothing, for implementations that do not read ahead.
  package func lookAhead(_ upcoming: @escaping @Sendable () -> Volcsweep_Assignment?) {}
}

/// Creates the computer of a sweep's units; `last` is the earlier sweep's, from which it may reuse what fits.
package typealias MakeComputer =
  @Sendable (_ terms: SweepTerms, _ last: (any UnitComputing)?) throws -> any UnitComputing
