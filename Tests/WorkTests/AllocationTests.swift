import AnotherProcess
import Detection
import Foundation
import Imaging
import Messaging
import NeuralNetwork
import Testing
import WorkerTraces

@testable import Work

/// The heap, watched by a library that is put before the process.
@Suite struct AllocationTests {
  private static let source = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "Shim/allocations.c")

  private func buildShim() throws -> String {
    let shim = NSTemporaryDirectory() + "allocations-\(UUID().uuidString).so"
    let compiler = Process()
    compiler.executableURL = URL(filePath: "/usr/bin/env")
    compiler.arguments = ["cc", "-O1", "-shared", "-fPIC", "-o", shim, Self.source.path]
    try compiler.run()
    compiler.waitUntilExit()
    try #require(compiler.terminationStatus == 0, "the library is built by the C compiler")
    return shim
  }

  @Test func betweenAnInterferogramsPixelsAndItsPmaxTheComputeThreadAllocatesNothing() async throws {
    let shim = try buildShim()
    defer { unlink(shim) }
    let lines = try await AnotherProcess.run(
      "allocations", filter: "AllocationTests/countAllocations", environment: ["LD_PRELOAD": shim])
    #expect(lines.contains("allocations 0"), "\(lines)")
  }

  /// The compute thread's own path: pixels that another thread reads, gray, gate, network, merging. The first unit
  /// takes the memory that all others use.
  @Test(.enabled(if: AnotherProcess.isFor("allocations"))) func countAllocations() throws {
    typealias Arm = @convention(c) (Int32) -> Void
    typealias Count = @convention(c) () -> Int
    let armSymbol = try #require(dlsym(UnsafeMutableRawPointer(bitPattern: 0), "volcsweep_arm_allocations"))
    let countSymbol = try #require(dlsym(UnsafeMutableRawPointer(bitPattern: 0), "volcsweep_allocations"))
    let arm = unsafeBitCast(armSymbol, to: Arm.self)
    let count = unsafeBitCast(countSymbol, to: Count.self)
    arm(1)
    free(malloc(1))
    arm(0)
    try #require(count() == 1, "the library counts")
    let bench = try WorkBench()
    let stack = try bench.makeStack("plain", pairs: 24)
    var allocations = 0
    for (file, profile) in [
      (WorkBench.model, MethodProfile.jgr2018), (WorkBench.sharingModel, .jgr2018), (WorkBench.model, .multiscale),
    ] {
      let model = try ModelFile(contentsOf: file)
      let detector = try Detector(profile: profile, model: model, batchCapacity: 8)
      let reader = try PixelReader(archive: bench.archive)
      let currentActivity = CurrentActivity(try BlackBox(path: bench.archive.path + "-at-hand"))
      var before = 0
      for unit in 0..<3 {
        before = count()
        let assignment = try bench.assignment(stack, unit: UInt64(unit + 1), pairs: 0..<24)
        let place = try reader.begin(assignment, currentActivity)
        let results = detector.score(
          count: 24, grid: place.grid, geoTransform: place.geoTransform,
          step: { stage, index in
            // Where it waits for the other thread, and where it says what it found, it may.
            let counts =
              switch stage {
              case .gating, .network, .merging: true
              default: false
              }
            if !counts { arm(0) }
            currentActivity.step(Volcsweep_Stage(stage), interferogram: UInt32(index + 1))
            reader.noteStage(stage)
            if counts { arm(1) }
          }, pixels: reader.pixels(of:))
        arm(0)
        reader.end()
        try #require(results.count == 24)
        guard case .scored(let result) = results[0]?.outcome, result.keptPatches > 0 else {
          Issue.record("the network results nothing")
          return
        }
      }
      allocations += count() - before
    }
    print("allocations \(allocations)")
  }
}
