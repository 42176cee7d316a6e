import Foundation
import Imaging
import NeuralNetwork

/// What to sweep, with what, and where the results go: a job file that was read and found possible.
public struct Job: Hashable, Sendable, Codable {
  /// The model that judges the patches.
  public enum Model: Hashable, Sendable, Codable {
    /// The one shipped with volcsweep.
    case builtIn
    case file(URL)
  }

  /// How the ways to compute the network's layers are chosen.
  public enum Kernels: String, CaseIterable, Hashable, Sendable, Codable {
    /// By timing them once on each kind of machine.
    case tried
    /// By the layers' shapes alone, so that sweeps at other places take the same ones.
    case usual
  }

  /// How many worker processes a machine may be asked for.
  public static let workerCounts = 1...1024

  /// Where the job was read from.
  public var file: URL
  /// Folder of the stacks.
  public var archive: URL
  /// Folder of this sweep: ledger, results, logs.
  public var run: URL
  public var model: Model
  /// The method profile with the job's gate settings in it.
  public var profile: MethodProfile
  /// Keys of the volcanoes to sweep; all when empty.
  public var volcanoes: [String]
  /// Names of the frames to sweep; all when empty.
  public var frames: [String]
  /// Worker processes; `nil` is one for each core.
  public var workers: Int?
  /// What a worker's process may have in data and heap together, MB (1024 × 1024 bytes).
  public var workerMemoryMegabytes: Int
  /// Where workers on other machines connect, `tcp://HOST:PORT`; `nil` for local ones alone.
  public var listen: String?
  /// Interferograms a work unit.
  public var unitSize: Int
  /// Patches the network judges at once.
  public var batchSize: Int
  /// What the network computes in.
  public var precision: Precision
  public var kernels: Kernels
  /// Who multiplies matrices.
  public var library: LibraryChoice
  /// Pmax above which an interferogram is a candidate.
  public var candidateThreshold: Double
  /// The layer of the model whose activations are stored, so that another model that shares the layers up to it can start
  /// from them; `nil` for none.
  public var storedLayer: String?
  public var scheduling: SchedulingSettings
}

/// Settings of the scheduler; `nil` keeps the default.
public struct SchedulingSettings: Hashable, Sendable, Codable {
  public var window: Int?
  public var heartbeatSeconds: Double?
  public var silenceSeconds: Double?
  public var stallSeconds: Double?
  /// How long a worker may have one unit, whatever it says of its progress.
  public var leaseSeconds: Double?
  /// How long an archive that no worker sees is waited for.
  public var archiveSeconds: Double?
  public var lossesBeforeSplit: Int?
  /// How many units a second worker computes again, as a fraction from 0 to 1.
  public var checkFraction: Double?
  public var lossesBeforeQuarantine: Int?

  public init() {}
}
