import Foundation
import NeuralNetwork

/// Worker processes that the harness starts itself, as somebody on another machine would, and starts again when they end.
final class WorkerCrew {
  /// How one worker is started.
  struct Place {
    var executable = ChaosSettings.executable
    var arguments: [String]
  }

  private let bench: ChaosBench
  private var crew: [(place: Place, program: Program)] = []
  /// Workers that were started again after they had ended.
  private(set) var restarts = 0

  /// Starts one worker in each place.
  init(_ places: [Place], bench: ChaosBench) throws {
    self.bench = bench
    crew = try places.map { ($0, try start($0)) }
  }

  private func start(_ place: Place) throws -> Program {
    // As a sweep does for its own workers: other kernels, other last digits.
    try Program(
      place.executable, place.arguments, output: bench.folder.appending(path: "workers.txt"),
      errors: bench.folder.appending(path: "workers.txt"), environment: BLASEnvironment.advice())
  }

  /// Starts those again that have ended.
  func tend() throws {
    for index in crew.indices where !crew[index].program.isRunning {
      crew[index].program = try start(crew[index].place)
      restarts += 1
    }
  }

  /// Tends until a sweep has ended.
  ///
  /// - Returns: how it ended.
  func work(until sweep: Program) throws -> Program.Ending? {
    try until("the sweep ends", within: 2 * ChaosSettings.timeoutSeconds, everyMilliseconds: 20) {
      try tend()
      return !sweep.isRunning
    }
    return sweep.ending
  }

  /// Asks those that are left to end, which may have missed their coordinator's last word. The long form waits until
  /// they have given up on it by themselves.
  func dismiss() throws {
    for (_, program) in crew { program.send(SIGTERM) }
    for (_, program) in crew {
      if ChaosSettings.isLong { try program.wait(within: 120) } else { program.end() }
    }
  }

  /// What they said.
  var said: String {
    (try? String(contentsOf: bench.folder.appending(path: "workers.txt"), encoding: .utf8)) ?? ""
  }
}
