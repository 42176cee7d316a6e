import Foundation
import Imaging
import Messaging
import NeuralNetwork

/// What a sweep requires of its workers, from the coordinator's welcome.
public struct SweepTerms: Hashable, Sendable {
  /// Identifies the sweep.
  public let sweepID: String
  /// Number of the coordinator that sent the welcome, from 1.
  public let epoch: Int
  /// The archive's folder, as a path that must exist on the worker's machine.
  public let archive: URL
  /// File name of the stack by which a worker proves that it sees the archive; empty if no proof is required.
  public let proofStack: String
  /// Path of the model file.
  public let modelPath: String
  /// SHA-256 of the model file, hexadecimal.
  public let modelSHA256: String
  /// The method profile, with the job's gate settings.
  public let profile: MethodProfile
  /// Patches per batch of the network, at least 1.
  public let batchSize: Int
  /// Seconds between heartbeats.
  public let heartbeatSeconds: Double
  /// Seconds without progress of the compute thread after which the coordinator evicts a worker; `nil` for
  /// never.
  public let stallSeconds: Double?
  /// Limit of the process's data and heap together, bytes; 0 for none.
  public let memoryLimitBytes: UInt64
  /// Arithmetic of the network.
  public let precision: Precision
  /// The matrix library.
  public let library: LibraryChoice
  /// Execution plan as JSON; empty to choose kernels by shape.
  public let plan: String
  /// Whether the worker makes a plan and reports it.
  public let makesPlan: Bool
  /// Layers whose activations are stored or reused; `nil` for none.
  public let activations: ActivationTerms?

  /// - Throws: `MessageError` for a welcome with invalid values.
  public init(_ welcome: Volcsweep_Welcome) throws(MessageError) {
    sweepID = welcome.sweepID
    epoch = Int(clamping: welcome.epoch)
    archive = URL(fileURLWithPath: welcome.archive, isDirectory: true)
    proofStack = welcome.proofStack
    modelPath = welcome.modelPath
    modelSHA256 = welcome.modelSha256
    do {
      profile = try JSONDecoder().decode(MethodProfile.self, from: Data(welcome.profile.utf8))
    } catch {
      throw MessageError("the welcome's method profile cannot be read: \(error)")
    }
    if let problem = profile.problem {
      throw MessageError("the welcome's method profile is not supported: \(problem)")
    }
    guard BatchSize.range.contains(Int(welcome.batchSize)), (0.01...3600).contains(welcome.heartbeatSeconds) else {
      throw MessageError(
        "the welcome asks for batches of \(welcome.batchSize) and a heartbeat every \(welcome.heartbeatSeconds) s")
    }
    batchSize = Int(welcome.batchSize)
    heartbeatSeconds = welcome.heartbeatSeconds
    // A value that is not finite, or negative, means never.
    stallSeconds = (0.01...1e9).contains(welcome.stallSeconds) ? welcome.stallSeconds : nil
    memoryLimitBytes = welcome.memoryLimitBytes
    guard let precision = Precision(rawValue: welcome.precision.isEmpty ? "float32" : welcome.precision) else {
      throw MessageError("the welcome asks for precision \(welcome.precision), which this volcsweep does not know")
    }
    self.precision = precision
    guard let library = LibraryChoice(rawValue: welcome.library.isEmpty ? "cblas" : welcome.library) else {
      throw MessageError("the welcome asks for library \(welcome.library), which this volcsweep does not know")
    }
    self.library = library
    plan = welcome.plan
    makesPlan = welcome.makesPlan
    activations = welcome.activations.isEmpty ? nil : try ActivationTerms(document: welcome.activations)
  }

  /// Whether a model loaded for the other terms can be used for these.
  ///
  /// - Parameters:
  ///   - other: the terms it was loaded for.
  ///   - plan: its execution plan.
  /// - Returns: whether it can.
  func isServed(byNetworkOf other: SweepTerms, plan: String) -> Bool {
    modelSHA256 == other.modelSHA256 && profile == other.profile && batchSize == other.batchSize
      && precision == other.precision && library == other.library && activations == other.activations
      && (makesPlan ? other.makesPlan : self.plan == plan || self.plan == other.plan && !other.makesPlan)
  }
}
