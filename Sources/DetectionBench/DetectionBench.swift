import Foundation

/// What a worker costs on one core, stage by stage and as a whole; bench.py runs it beside Python's libraries.
@main
struct DetectionBench {
  static func main() throws {
    let arguments = Array(CommandLine.arguments.dropFirst())
    switch arguments.first {
    case "unit" where arguments.count == 6:
      try UnitBench(archive: arguments[1], stack: arguments[2], model: arguments[3])
        .run(batch: Int(arguments[4]) ?? 128, rounds: Int(arguments[5]) ?? 1)
    case "stages" where arguments.count == 4:
      try StageBench(path: arguments[1] + "/" + arguments[2]).run(rounds: Int(arguments[3]) ?? 1)
    default:
      print(
        """
        usage: DetectionBench unit ARCHIVE STACK MODEL BATCH ROUNDS
               DetectionBench stages ARCHIVE STACK ROUNDS
        """)
      exit(64)
    }
  }
}

/// Processor seconds of this process so far, of all its threads.
func processorSeconds() -> Double {
  var usage = rusage()
  getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
  func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1e6 }
  return seconds(usage.ru_utime) + seconds(usage.ru_stime)
}
