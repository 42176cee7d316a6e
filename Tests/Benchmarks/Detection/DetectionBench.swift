import Foundation
import NeuralNetwork

/// What a worker costs on one core, stage by stage and as a whole; bench.py runs it beside Python's libraries.
@main
struct DetectionBench {
  static func main() throws {
    let arguments = Array(CommandLine.arguments.dropFirst())
    switch arguments.first {
    case "unit" where (6...7).contains(arguments.count), "memory" where (6...7).contains(arguments.count):
      let libraries = try libraries(arguments.count == 7 ? arguments[6] : "cblas")
      let bench = try UnitBench(
        archive: arguments[1], stack: arguments[2], model: arguments[3], batch: Int(arguments[4]) ?? 128,
        libraries: libraries)
      let count = Int(arguments[5]) ?? 1
      if arguments[0] == "unit" {
        try bench.time(rounds: count)
      } else {
        try bench.watchMemory(interferograms: count)
      }
    case "stages" where arguments.count == 4:
      try StageBench(path: arguments[1] + "/" + arguments[2]).run(rounds: Int(arguments[3]) ?? 1)
    default:
      print(
        """
        usage: detection-bench unit ARCHIVE STACK MODEL BATCH ROUNDS [cblas|oneDNN|fastest]
               detection-bench memory ARCHIVE STACK MODEL BATCH INTERFEROGRAMS [cblas|oneDNN|fastest]
               detection-bench stages ARCHIVE STACK ROUNDS
        """)
      exit(64)
    }
  }

  private static func libraries(_ name: String) throws -> Set<MatrixLibrary> {
    if name == "fastest" { return MatrixLibrary.installed }
    guard let library = MatrixLibrary(rawValue: name), MatrixLibrary.installed.contains(library) else {
      print("\(name) is not installed")
      exit(69)
    }
    return [library]
  }
}

/// Processor seconds of this process so far, of all its threads.
func processorSeconds() -> Double {
  var usage = rusage()
  getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
  func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1e6 }
  return seconds(usage.ru_utime) + seconds(usage.ru_stime)
}
