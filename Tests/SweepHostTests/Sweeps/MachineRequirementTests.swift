import Foundation
import Ledger
import NeuralNetwork
import RasterIO
import Testing

/// Jobs that ask for what not every machine has, by the real program.
@Suite(.serialized) struct MachineRequirementTests {
  @Test(arguments: ["library: onednn\n", "precision: bfloat16\n"])
  func jobThatThisMachineCannotServeIsRefusedBeforeTheSweepStarts(wish: String) throws {
    let bench = try SweepBench(stacks: 1, pairs: 1)
    try bench.hideOneDNN()
    let job = try bench.job("run", wish)
    let refused = try bench.run(["sweep", job.path])
    #expect(refused.status == 78)
    #expect(refused.errors.contains("volcsweep sweep: \(job.path): workers on this machine cannot compute: "))
    #expect(refused.errors.contains("not installed (libdnnl.so.2, in Debian the package libdnnl2); "))
    #expect(refused.errors.contains("set \(wish.prefix { $0 != ":" }): "), "\(refused.errors)")
    #expect(refused.output == "")
    // Nothing is kept of it, so what the message advises can be done in the same run folder.
    #expect(!FileManager.default.fileExists(atPath: bench.folder.appending(path: "run").path))
    let changed = try bench.run(["sweep", bench.job("run").path])
    #expect(changed.status == 0, "\(changed.errors)")
  }

  @Test func processorWithoutBFloat16IsNamed() throws {
    guard MatrixLibrary.installed.contains(.oneDNN) else {
      print("skipped: oneDNN is not installed")
      return
    }
    let bench = try SweepBench(stacks: 1, pairs: 1)
    // oneDNN itself is told that there is no more than this.
    bench.furtherEnvironment["ONEDNN_MAX_CPU_ISA"] = "AVX2"
    let refused = try bench.run(["sweep", bench.job("run", "precision: bfloat16\n").path])
    #expect(refused.status == 78)
    #expect(
      refused.errors.contains("this processor has neither AVX512_BF16 nor AMX; set precision: float32"),
      "\(refused.errors)")
    #expect(!FileManager.default.fileExists(atPath: bench.folder.appending(path: "run").path))
  }

  /// Workers elsewhere may have what this machine has not.
  @Test func planningAloneNeedsNoLibrary() throws {
    let bench = try SweepBench(stacks: 1, pairs: 1)
    try bench.hideOneDNN()
    let planned = try bench.run(["sweep", bench.job("run", "library: onednn\n").path, "--plan-only"])
    #expect(planned.status == 0, "\(planned.errors)")
    let fastest = try bench.run(["sweep", bench.job("fastest", "library: fastest\n").path])
    #expect(fastest.status == 0, "\(fastest.errors)")
  }

  @Test func sweepByOneDNNFindsWhatOneByTheCBLASDoesAndItsResultsSayWhoMultiplied() throws {
    guard MatrixLibrary.installed.contains(.oneDNN) else {
      print("skipped: oneDNN is not installed")
      return
    }
    let bench = try SweepBench(stacks: 2, pairs: 6)
    for library in ["cblas", "onednn"] {
      let swept = try bench.run(["sweep", bench.job(library, "library: \(library)\n").path, "--workers", "2"])
      #expect(swept.status == 0, "\(swept.errors)")
    }
    let ledgers = try ["cblas", "onednn"].map {
      try Ledger(reading: bench.folder.appending(path: "\($0)/ledger.sqlite").path)
    }
    var (compared, differing) = (0, 0)
    for number in 1...12 {
      let results = try ledgers.map { try $0.outcome(ofInterferogram: number)?.outcome }
      guard case .scored(let one) = results[0], case .scored(let other) = results[1] else {
        Issue.record("interferogram \(number) is not scored")
        continue
      }
      #expect(abs(one.maximumProbability - other.maximumProbability) <= 1e-4)
      for (p, q) in zip(one.patchProbabilities, other.patchProbabilities) {
        #expect(p.isNaN == q.isNaN)
        guard !p.isNaN else { continue }
        #expect(abs(p - q) <= 1e-4)
        (compared, differing) = (compared + 1, differing + (p == q ? 0 : 1))
      }
    }
    #expect(compared > 20)
    #expect(
      differing > 0, "two libraries sum in different orders: equal bytes mean that one of them did both sweeps")
    for (ledger, library) in zip(ledgers, ["cblas", "onednn"]) {
      #expect(try ledger.identity()?.library == library)
      let plans = try ledger.machinePlans()
      #expect(!plans.isEmpty && plans.values.allSatisfy { $0.lowercased().contains("\"library\":\"\(library)\"") })
      let map = bench.folder.appending(path: "\(library)/results/maps/test_0.h5")
      #expect(try HDF5File.open(readingFrom: map.path).readAttribute("SWEEP_LIBRARY") == library)
    }
  }
}
