import Foundation

/// Points of ledger writes at which tests let a process die. Debug builds kill themselves at the point named in
/// `VOLCSWEEP_FAIL_POINT=<name>`, or `<name>@<n>` when it is reached for the n-th time; release builds contain
/// none of this.
public enum FailPoint: String, CaseIterable, Sendable {
  case migrateBefore = "migrate.before"
  case migrateInside = "migrate.inside"
  case migrateAfter = "migrate.after"
  case bindBefore = "bind.before"
  case bindInside = "bind.inside"
  case bindAfter = "bind.after"
  case noteBefore = "note.before"
  case noteInside = "note.inside"
  case noteAfter = "note.after"
  case planBefore = "plan.before"
  case planInside = "plan.inside"
  case planAfter = "plan.after"
  case planUnitsBefore = "planUnits.before"
  case planUnitsInside = "planUnits.inside"
  case planUnitsAfter = "planUnits.after"
  case beginEpochBefore = "beginEpoch.before"
  case beginEpochInside = "beginEpoch.inside"
  case beginEpochAfter = "beginEpoch.after"
  case writeBefore = "write.before"
  case writeAfterUnits = "write.afterUnits"
  case writeAfterOutcomes = "write.afterOutcomes"
  case writeBeforeCommit = "write.beforeCommit"
  case writeAfterCommit = "write.afterCommit"
  case checkpointBefore = "checkpoint.before"
  case checkpointAfter = "checkpoint.after"
  case endEpochBefore = "endEpoch.before"
  case endEpochInside = "endEpoch.inside"
  case endEpochAfter = "endEpoch.after"
  case closeBefore = "close.before"
  case closeAfter = "close.after"

  /// Kills the process if it is to die at this point.
  @inline(__always)
  static func reach(_ point: @autoclosure () -> FailPoint) {
    #if DEBUG
      guard let sentence else { return }
      sentence.execute(at: point())
    #endif
  }

  #if DEBUG
    private static let sentence = ProcessInfo.processInfo.environment["VOLCSWEEP_FAIL_POINT"].map { Sentence($0) }
  #endif
}
