import Foundation
import Imaging
import Messaging
import NeuralNetwork

/// What a sweep asks of its workers, as the coordinator's welcome says it.
public struct SweepTerms: Hashable, Sendable {
  /// Tells the sweep from every other.
  public let sweepID: String
  public let epoch: UInt64
  public let archive: URL
  /// File name of the stack by which a worker proves that it sees the archive; empty where no proof is asked for.
  public let proofStack: String
  public let modelPath: String
  public let modelSHA256: String
  public let profile: MethodProfile
  public let batchSize: Int
  public let heartbeatSeconds: Double
  /// Without progress of the compute thread for this long the coordinator gives a worker up; `nil` for never.
  public let stallSeconds: Double?
  /// What the worker's process may have in data and heap together; 0 for no limit.
  public let memoryLimitBytes: UInt64
  public let precision: Precision
  public let library: LibraryChoice
  /// What it computes by, as JSON; empty for the usual way of its kind of machine.
  public let plan: String
  /// Whether it makes a plan itself, and says it.
  public let makesPlan: Bool
  /// Which layer's activations are stored or reused; `nil` for none.
  public let activations: ActivationTerms?

  /// - Throws: `MessageError` for a welcome that cannot be met.
  public init(_ welcome: Volcsweep_Welcome) throws(MessageError) {
    sweepID = welcome.sweepID
    epoch = welcome.epoch
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
    guard (1...512).contains(welcome.batchSize), (0.01...3600).contains(welcome.heartbeatSeconds) else {
      throw MessageError(
        "the welcome asks for batches of \(welcome.batchSize) and a heartbeat every \(welcome.heartbeatSeconds) s")
    }
    batchSize = Int(welcome.batchSize)
    heartbeatSeconds = welcome.heartbeatSeconds
    // Not finite, or negative, is as good as never.
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

  /// Whether a model loaded for the other terms serves these too.
  ///
  /// - Parameters:
  ///   - other: the terms it was loaded for.
  ///   - plan: what it computes by.
  /// - Returns: whether it does.
  func isServed(byNetworkOf other: SweepTerms, plan: String) -> Bool {
    modelSHA256 == other.modelSHA256 && profile == other.profile && batchSize == other.batchSize
      && precision == other.precision && library == other.library && activations == other.activations
      && (makesPlan ? other.makesPlan : self.plan == plan || self.plan == other.plan && !other.makesPlan)
  }
}
