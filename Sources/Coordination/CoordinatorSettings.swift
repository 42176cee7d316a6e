import Foundation
import Messaging
import Scheduling

/// What a coordinator tells its workers and holds itself to.
public struct CoordinatorSettings: Sendable {
  /// Tells this sweep from every other.
  public var sweepID = ""
  /// Where it listens for local workers, `ipc://…`.
  public var address: String
  public var archive: URL
  /// What planning found in the archive's stacks, by file name: the bytes of a `StackIdentity`. Workers prove by one of
  /// them that they see that archive; none are asked where there are none.
  public var proofStacks: [String: Data] = [:]
  public var modelPath: String
  public var modelSHA256: String
  /// The method profile as JSON with sorted keys.
  public var profile: String
  public var batchSize: Int
  /// Maximum probability above which an interferogram counts as a candidate, 0 to 1; for metrics only.
  public var candidateThreshold = 0.5
  /// What the network computes in; see `NeuralNetwork.Precision`.
  public var precision = "float32"
  /// Who multiplies matrices; see `NeuralNetwork.LibraryChoice`.
  public var library = "cblas"
  /// Which layer's activations are stored or reused; `nil` for none.
  public var activations: ActivationTerms?
  /// The ledger's number of the layer whose activations are stored.
  public var storedLayer: Int?
  public var heartbeatSeconds = 1.0
  /// Whether a kind of machine's first worker tries which kernels are fastest; otherwise all take the usual ones.
  public var triesKernels = true
  /// What a worker's process may have in use, bytes; 0 for no limit.
  public var memoryLimitBytes = 0
  public var limits = SchedulingLimits()
  public var socketLimits = SocketLimits()
  /// What one worker may send.
  public var peerRate = PeerRateLimits()
  /// Where workers elsewhere connect; `nil` for local ones alone.
  public var remote: RemoteAccess?
  /// The run folder, in which it says how it is doing; `nil` to say nothing.
  public var run: URL?
  /// Results gather for so long, from one transaction to the next. The first after a rest is written at once.
  public var gatherSeconds = 0.005
  /// How long a drain waits for workers to return what they hold.
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
  ///   - epoch: the coordinator's.
  ///   - plan: what the worker computes by, empty for its usual way; `nil` when it is to make a plan.
  /// - Returns: what the worker is told.
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
