import ArgumentParser
import Detection
import Files
import Jobs
import Ledger
import NeuralNetwork
import ProcessResources
import SweepHost
import Transport

/// Exit statuses that scripts may rely on, as documented in the command's help.
enum ExitStatus {
  /// Not everything requested was done.
  static let failed = ExitCode(1)
  /// Everything was done, but some input was rejected, unreadable or quarantined; the output names it.
  static let doneWithRejects = ExitCode(3)
  /// A worker's computation hung; after a restart, the worker continues with something else.
  static let hung = ExitCode(4)
  /// A worker timed out waiting for a coordinator.
  static let lost = ExitCode(5)
  /// Another coordinator runs the sweep.
  static let alreadyRunning = ExitCode(6)
  /// Invalid command line (`EX_USAGE`).
  static let usage = ExitCode(64)
  /// Too little memory, too few threads or descriptors (`EX_OSERR`).
  static let noResources = ExitCode(ResourceShortage.exitStatus)
  /// The work was done, but standard output could not be written (`EX_IOERR`).
  static let outputLost = ExitCode(74)
  /// The job file, or a key, address or run folder named in it, must be changed first; the same command fails
  /// again (`EX_CONFIG`). Not used for an archive or a model that cannot be read at present.
  static let configuration = ExitCode(78)
  /// Stopped by a signal; running the same command continues.
  static let interrupted = ExitCode(130)

  /// Reports an error that ended a command, unless that was done already.
  ///
  /// - Returns: the exit code to throw.
  static func after(_ error: any Error, in command: String) -> ExitCode {
    if let code = error as? ExitCode { return code }
    Terminal.say("volcsweep \(command): \(error)", .error)
    return of(error)
  }

  /// ``after(_:in:)`` for commands that run a job, where errors in the job have their own status.
  static func afterJob(_ error: any Error, in command: String) -> ExitCode {
    let code = after(error, in: command)
    switch error {
    case let error as SweepSession.Failure where error.isPermanent: return configuration
    // The file is not a model, or not one for this method.
    case is ModelError, is DetectionError: return configuration
    default: return code
    }
  }

  /// Exit status for an error.
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
  /// Whether only a change of the job, the folder or the program helps.
  fileprivate var isPermanent: Bool {
    switch self {
    case .newerSchema, .otherSweep, .networkFileSystem: true
    default: false
    }
  }
}
