import Messaging
import Scheduling

import struct Foundation.Data

/// What a sweep is, as its coordinator tells it to workers, and what the coordinator holds itself to.
public struct CoordinatorSettings: Sendable {
  /// Identifies the sweep, see `Ledger.sweepID`.
  public var sweepID = ""
  /// Path of the archive's folder.
  public var archive: String
  /// What planning found in the archive's stacks, by file name: the bytes of a `StackIdentity`. Workers prove by
  /// one of them that they see that archive; none are asked where there are none.
  public var proofStacks: [String: Data] = [:]
  /// Path of the model file.
  public var modelPath: String
  /// SHA-256 of the model file, hexadecimal.
  public var modelSHA256: String
  /// The method profile as JSON with sorted keys.
  public var profile: String
  /// Patches per batch of the network.
  public var batchSize: Int
  /// Maximum probability above which an interferogram counts as a candidate, 0 to 1; for metrics only.
  public var candidateThreshold = 0.5
  /// Arithmetic of the network; see `NeuralNetwork.Precision`.
  public var precision = "float32"
  /// Matrix library; see `NeuralNetwork.LibraryChoice`.
  public var library = "cblas"
  /// The layers whose activations are stored or reused; `nil` for none.
  public var activations: ActivationTerms?
  /// The ledger's number of the layer whose activations are stored.
  public var storedLayer: Int?
  /// Seconds between a worker's heartbeats.
  public var heartbeatSeconds = 1.0
  /// Whether the first worker of each kind of machine autotunes kernels; otherwise they follow from the layers'
  /// shapes.
  public var triesKernels = true
  /// Memory limit of a worker process, bytes; 0 for no limit.
  public var memoryLimitBytes = 0
  /// Limits of the scheduler.
  public var limits = SchedulingLimits()

  public init(archive: String, modelPath: String, modelSHA256: String, profile: String, batchSize: Int) {
    self.archive = archive
    self.modelPath = modelPath
    self.modelSHA256 = modelSHA256
    self.profile = profile
    self.batchSize = batchSize
  }

  /// - Parameters:
  ///   - epoch: the coordinator's epoch.
  ///   - plan: the worker's execution plan, empty to choose kernels by shape; `nil` if the worker is to make a
  ///     plan.
  /// - Returns: the message.
  func welcome(epoch: Int, plan: String?) -> Volcsweep_Welcome {
    var welcome = Volcsweep_Welcome()
    welcome.sweepID = sweepID
    welcome.epoch = UInt64(clamping: epoch)
    welcome.archive = archive
    welcome.modelPath = modelPath
    welcome.modelSha256 = modelSHA256
    welcome.profile = profile
    welcome.batchSize = UInt32(clamping: batchSize)
    welcome.heartbeatSeconds = heartbeatSeconds
    welcome.stallSeconds = limits.stallSeconds
    welcome.memoryLimitBytes = UInt64(clamping: memoryLimitBytes)
    welcome.precision = precision
    welcome.library = library
    welcome.activations = activations?.document ?? ""
    welcome.plan = plan ?? ""
    welcome.makesPlan = plan == nil
    return welcome
  }
}
