import ArgumentParser
import Detection
import Files
import Jobs
import Ledger
import NeuralNetwork
import ProcessResources
import SweepHost
import Transport

/// The exit statuses that scripts may rely on, as the command's help states them.
enum ExitStatus {
  /// Nothing, or not all, of what was asked is done.
  static let failed = ExitCode(1)
  /// All is done, but some input was rejected, unreadable or quarantined; the output names it.
  static let doneWithRejects = ExitCode(3)
  /// A worker's computation did not come back; started again, the worker goes on with something else.
  static let hung = ExitCode(4)
  /// A worker has waited in vain for a coordinator.
  static let lost = ExitCode(5)
  /// The sweep has another coordinator, which goes on.
  static let alreadyRunning = ExitCode(6)
  /// The command line is wrong (`EX_USAGE`).
  static let usage = ExitCode(64)
  /// The system gives this process too little memory, too few threads or descriptors (`EX_OSERR`).
  static let noResources = ExitCode(ResourceShortage.exitStatus)
  /// The work is done, but standard output could not be written (`EX_IOERR`).
  static let outputLost = ExitCode(74)
  /// The job file, or a key, address or run folder that it names, must be changed first; the same command fails again
  /// (`EX_CONFIG`). An archive or a model that cannot be read now is no such thing.
  static let configuration = ExitCode(78)
  /// Stopped by a signal; the same command continues.
  static let interrupted = ExitCode(130)

  /// Names what ended a command, unless that was done.
  ///
  /// - Returns: what the command is to throw.
  static func after(_ error: any Error, in command: String) -> ExitCode {
    if let code = error as? ExitCode { return code }
    Terminal.say("volcsweep \(command): \(error)", .error)
    return of(error)
  }

  /// The same for commands that do what a job asks, where the job's own mistakes have a status of their own.
  static func afterJob(_ error: any Error, in command: String) -> ExitCode {
    let code = after(error, in: command)
    switch error {
    case let error as SweepSession.Failure where error.isPermanent: return configuration
    // The model is not one, or not for this method.
    case is ModelError, is DetectionError: return configuration
    default: return code
    }
  }

  /// The status that an error ends a command with.
  static func of(_ error: any Error) -> ExitCode {
    switch error {
    case let code as ExitCode: code
    case is ValidationError: usage
    case let error as RunLock.Taken: error.isHeld ? alreadyRunning : failed
    case is ResourceShortage: noResources
    case let error as JobError: error.isPermanent ? configuration : failed
    case is EndpointError, is KeyFileError, is OwnFolder.Refusal: configuration
    case let error as LedgerError: error.isPermanent ? configuration : failed
    default: failed
    }
  }
}

extension LedgerError {
  /// Whether nothing but another job, another folder or another program helps.
  fileprivate var isPermanent: Bool {
    switch self {
    case .newerSchema, .otherSweep, .networkFileSystem: true
    default: false
    }
  }
}
