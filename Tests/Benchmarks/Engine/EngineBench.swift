import Foundation
import NeuralNetwork

/// Prints the seconds of processor time of each of some full batches through a model:
/// `engine-bench MODEL BATCH ROUNDS [PLAN]`, with a plan from a file of
/// `engine-bench plan MODEL BATCH LIBRARY PRECISION PLAN`, which also prints what it costs.
///
/// bench.py runs it beside other engines.
@main
struct EngineBench {
  static func main() {
    do {
      try run()
    } catch {
      FileHandle.standardError.write(Data("\(error)\n".utf8))
      exit(69)
    }
  }

  private static func run() throws {
    let arguments = CommandLine.arguments
    if arguments.count == 7, arguments[1] == "plan", let batch = Int(arguments[3]),
      let library = MatrixLibrary(rawValue: arguments[4]), let precision = Precision(rawValue: arguments[5])
    {
      guard MatrixLibrary.installed.contains(library) else {
        print("\(library) is not installed")
        exit(69)
      }
      let model = try ModelFile(contentsOf: URL(filePath: arguments[2]))
      let plan = try Plan.make(
        for: model, batchCapacity: batch, precision: precision, libraries: [library], trial: .timed)
      try JSONEncoder().encode(plan).write(to: URL(filePath: arguments[6]))
      print(try PlanReport(plan, of: model))
      return
    }
    guard (4...5).contains(arguments.count), let batch = Int(arguments[2]), let rounds = Int(arguments[3]),
      batch > 0, rounds > 0
    else {
      print(
        "usage: engine-bench MODEL BATCH ROUNDS [PLAN], or engine-bench plan MODEL BATCH LIBRARY PRECISION PLAN")
      exit(64)
    }
    let plan = try arguments.dropFirst(4).first.map {
      try JSONDecoder().decode(Plan.self, from: Data(contentsOf: URL(filePath: $0)))
    }
    let classifier = try PatchClassifier(
      model: ModelFile(contentsOf: URL(filePath: arguments[1])), plan: plan, batchCapacity: batch)
    let pixels = batch * classifier.inputSize * classifier.inputSize
    let gray = (0..<pixels).map { Float($0 &* 7919 % 256) }
    var probabilities = [Float](repeating: 0, count: batch)
    for round in 0...rounds {
      let start = processorSeconds()
      gray.withUnsafeBufferPointer { gray in
        probabilities.withUnsafeMutableBufferPointer {
          classifier.classify(gray: gray, count: batch, probabilities: $0)
        }
      }
      // The first warms up.
      if round > 0 { print(processorSeconds() - start) }
    }
  }

  private static func processorSeconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }
}
