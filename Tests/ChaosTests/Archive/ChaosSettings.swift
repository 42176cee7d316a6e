import Foundation
import Testing

/// What the environment asks of the harness.
enum ChaosSettings {
  /// `CHAOS_SCALE=long` is what `make chaos` runs; everything else is the short form of `make test`.
  static let isLong = ProcessInfo.processInfo.environment["CHAOS_SCALE"] == "long"

  /// Where all randomness comes from: `CHAOS_SEED`, or 1.
  static let seed = ProcessInfo.processInfo.environment["CHAOS_SEED"].flatMap(UInt64.init) ?? 1

  /// The one case to run, by its name in the table; all when empty.
  static let onlyCase = ProcessInfo.processInfo.environment["CHAOS_CASE"] ?? ""

  /// Whether the folders of cases stay when the harness ends, to be looked at.
  static let keepsFolders = ProcessInfo.processInfo.environment["CHAOS_KEEP"] != nil

  /// Interferograms of each of the archive's ``volcanoes``; `CHAOS_PAIRS` for a look at one case.
  static let pairs =
    ProcessInfo.processInfo.environment["CHAOS_PAIRS"].flatMap { Int($0) } ?? (isLong ? 400 : 128)
  static let volcanoes = 16
  /// Worker processes of every sweep.
  static let workers = 8
  /// The least that an interferogram takes a worker: what it takes where all workers share two CPUs, so that a faster
  /// machine has no shorter sweeps.
  static let millisecondsEach = 30

  /// How long anything may take that should happen soon. A sweep that hangs is found by it, a busy machine is not.
  static let timeoutSeconds = isLong ? 600.0 : 240.0

  /// The program under test.
  static let executable = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "../../../.build/debug/volcsweep").standardized.path
}

extension Trait where Self == ConditionTrait {
  /// A case by its name in the table, so that one can be run alone.
  static func named(_ name: String) -> Self {
    .enabled("another case was asked for", { ChaosSettings.onlyCase.isEmpty || ChaosSettings.onlyCase == name })
  }
}
