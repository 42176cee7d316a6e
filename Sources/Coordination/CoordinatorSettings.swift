import Foundation
import Messaging
import Scheduling

/// Settings of a coordinator and its workers.
public struct CoordinatorSettings: Sendable {
  /// Identifies the sweep, see `Ledger.sweepID`.
  public var sweepID = ""
  /// Endpoint for local workers, `ipc://…`.
  public var address: String
  /// Folder of the stacks.
  public var archive: URL
  /// Stack identities found by planning, by file name: the bytes of a `StackIdentity`. Workers prove with one
  /// of them that they see the archive; without any, no proof is requested.
  public var proofStacks: [String: Data] = [:]
  /// Path of the model file.
  public var modelPath: String
  /// SHA-256 of the model file, hexadecimal.
  public var modelSHA256: String
  /// The method profile as JSON with sorted keys.
  public var profile: String
  /// Patches per batch of the network.
  public var batchSize: Int
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
  /// Limits of the sockets.
  public var socketLimits = SocketLimits()
  /// Rate limits of a single worker's messages.
  public var peerRate = PeerRateLimits()
  /// Access for workers on other machines; `nil` allows only local workers.
  public var remote: RemoteAccess?
  /// The run folder, for the status file; `nil` writes none.
  public var run: URL?
  /// Time between two transactions, in which results are collected. The first one after a pause is written at
  /// once.
  public var gatherSeconds = 0.005
  /// Time that draining waits for workers to return their leases.
  public var drainSeconds = 60.0

  public init(
    address: String, archive: URL, modelPath: String, modelSHA256: String, profile: String, batchSize: Int
  ) {
    self.address = address
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
    welcome.archive = archive.path
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
