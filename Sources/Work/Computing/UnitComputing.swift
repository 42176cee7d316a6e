import Foundation
import Messaging

/// What a compute thread has units done by: the detector, or in a bench something that costs nothing. One thread owns
/// it.
package protocol UnitComputing: AnyObject {
  /// Tells what the last digits of its results depend on; see `Detector.planHash`.
  var planHash: String { get }

  /// What it computes by, as JSON, so that others of its kind of machine can do the same; empty where there is nothing to say.
  var plan: String { get }

  /// Judges the interferograms of an assignment.
  ///
  /// - Parameters:
  ///   - assignment: a unit, and where to find it.
  ///   - whereabouts: told of each step.
  ///   - shouldStop: asked before each interferogram; once it says yes the rest is left out.
  /// - Returns: an outcome for each interferogram that was begun.
  func compute(
    _ assignment: Volcsweep_Assignment, _ whereabouts: Whereabouts, shouldStop: () -> Bool
  ) -> Volcsweep_UnitResult

  /// Reads a stack of the archive to prove that this process sees it. May be called from any thread, also while a unit is
  /// computed.
  var prover: ArchiveProver { get }

  /// From now on it may ask, from any thread, which unit comes after the one at hand, and read it already.
  func lookAhead(_ upcoming: @escaping @Sendable () -> Volcsweep_Assignment?)
}

extension UnitComputing {
  /// For what reads no archive.
  package var prover: ArchiveProver { { _, done in done(ArchiveProof(identity: Data())) } }

  package func lookAhead(_ upcoming: @escaping @Sendable () -> Volcsweep_Assignment?) {}
}

/// Makes what computes a sweep's units; `last` is the earlier sweep's, from which it may take over what fits.
package typealias MakeComputer =
  @Sendable (_ terms: SweepTerms, _ last: (any UnitComputing)?) throws -> any UnitComputing
