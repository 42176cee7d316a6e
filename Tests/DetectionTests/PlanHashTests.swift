import Foundation
import Imaging
import NeuralNetwork
import Testing

@testable import Detection

/// The hash of fresh processes, which alone choose their BLAS kernel anew.
@Suite(.serialized) struct PlanHashTests {
  private static let model = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "../../Sources/volcsweep/DefaultModel/default-model.onnx").standardized

  private static func hash(batch: Int) throws -> String {
    try Detector(profile: .jgr2018, model: ModelFile(contentsOf: model), batchCapacity: batch).planHash
  }

  /// An exit test's process inherits the environment, which is read when its libraries are loaded.
  private func hashOfAProcess(kernel: String?) async throws -> String {
    let before = ProcessInfo.processInfo.environment["OPENBLAS_CORETYPE"]
    defer { if let before { setenv("OPENBLAS_CORETYPE", before, 1) } else { unsetenv("OPENBLAS_CORETYPE") } }
    if let kernel { setenv("OPENBLAS_CORETYPE", kernel, 1) } else { unsetenv("OPENBLAS_CORETYPE") }
    let result = try await #require(processExitsWith: .success, observing: [\.standardOutputContent]) {
      print("plan", try PlanHashTests.hash(batch: 4))
      exit(0)
    }
    let lines = String(decoding: result.standardOutputContent, as: UTF8.self).split(separator: "\n")
    return String(try #require(lines.first { $0.hasPrefix("plan ") }).dropFirst(5))
  }

  @Test func itIsTheSameInEveryProcessOfOneKindAndAnotherWithAnotherBLASKernel() async throws {
    let first = try await hashOfAProcess(kernel: "Nehalem")
    #expect(first.count == 64)
    #expect(try await hashOfAProcess(kernel: "Nehalem") == first)
    #expect(try await hashOfAProcess(kernel: "Sandybridge") != first)
  }

  @Test func itDependsOnTheBatchsCapacity() throws {
    let four = try Self.hash(batch: 4)
    #expect(try Self.hash(batch: 4) == four)
    #expect(try Self.hash(batch: 8) != four)
  }
}
