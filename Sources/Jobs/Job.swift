import Foundation
import Imaging
import NeuralNetwork

/// A checked job file: what to sweep, with which model and settings, and where the results go.
public struct Job: Hashable, Sendable, Codable {
  /// The model that scores the patches.
  public enum Model: Hashable, Sendable, Codable {
    /// The model shipped with volcsweep.
    case builtIn
    /// A model file (ONNX), absolute.
    case file(URL)
  }

  /// How the ways to compute the network's layers are chosen.
  public enum Kernels: String, CaseIterable, Hashable, Sendable, Codable {
    /// Autotuning: by timing them once on each kind of machine.
    case tried
    /// By the layers' shapes alone, so that runs at different sites use the same kernels.
    case usual
  }

  /// How many worker processes a machine may be asked for.
  public static let workerCounts = 1...1024

  /// The job file, absolute.
  public var file: URL
  /// Folder of the stacks.
  public var archive: URL
  /// Folder of this sweep: ledger, results, logs.
  public var run: URL
  /// The model that scores the patches; the built-in one by default.
  public var model: Model
  /// The method profile with the job's gate settings in it.
  public var profile: MethodProfile
  /// Keys of the volcanoes to sweep; all when empty.
  public var volcanoes: [String]
  /// Names of the frames to sweep; all when empty.
  public var frames: [String]
  /// Worker processes, 1…1024; `nil` means one per core.
  public var workers: Int?
  /// Limit of a worker's data and heap together, 256…1,048,576 MB (1024 × 1024 bytes).
  public var workerMemoryMegabytes: Int
  /// Endpoint for workers on other machines, `tcp://HOST:PORT`; `nil` allows only local workers.
  public var listen: String?
  /// Interferograms per work unit, 1…1000.
  public var unitSize: Int
  /// Patches per batch of the network, 1…512.
  public var batchSize: Int
  /// What the network computes in.
  public var precision: Precision
  /// How kernels are chosen; `tried` by default.
  public var kernels: Kernels
  /// Who multiplies matrices.
  public var library: LibraryChoice
  /// Pmax above which an interferogram is a candidate.
  public var candidateThreshold: Double
  /// The layer of the model whose activations are stored, so that a model that shares the layers up
  /// to it can start from them; `nil` for none.
  public var storedLayer: String?
  /// Settings of the scheduler.
  public var scheduling: SchedulingSettings
}

/// Settings of the scheduler; `nil` keeps the default of `SchedulingLimits`.
public struct SchedulingSettings: Hashable, Sendable, Codable {
  /// Leases that a worker holds at once.
  public var window: Int?
  /// Seconds between a worker's heartbeats.
  public var heartbeatSeconds: Double?
  /// Seconds without a message after which a worker loses its leases.
  public var silenceSeconds: Double?
  /// Seconds without progress on one unit after which a worker counts as hung.
  public var stallSeconds: Double?
  /// How long a worker may have one unit, whatever it says of its progress.
  public var leaseSeconds: Double?
  /// Seconds to wait for an archive that no worker can see.
  public var archiveSeconds: Double?
  /// Lost workers after which a unit of several interferograms is split.
  public var lossesBeforeSplit: Int?
  /// Fraction of the units that a second worker recomputes, 0…1.
  public var checkFraction: Double?
  /// Lost workers after which a single interferogram is quarantined.
  public var lossesBeforeQuarantine: Int?

  public init() {}
}
