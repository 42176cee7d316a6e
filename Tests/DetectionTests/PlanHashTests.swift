import AnotherProcess
import Foundation
import Imaging
import NeuralNetwork
import Testing

@testable import Detection

/// The hash of fresh processes, which alone choose their BLAS kernel anew.
@Suite struct PlanHashTests {
  private static let model = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "../../Sources/volcsweep/DefaultModel/default-model.onnx").standardized

  private static func hash(batch: Int) throws -> String {
    try Detector(profile: .jgr2018, model: ModelFile(contentsOf: model), batchCapacity: batch).planHash
  }

  private func hashOfAProcess(kernel: String) async throws -> String {
    let lines = try await AnotherProcess.run(
      "plan hash", filter: "PlanHashTests/sayTheHash", environment: ["OPENBLAS_CORETYPE": kernel])
    return String(try #require(lines.first { $0.hasPrefix("plan ") }).dropFirst(5))
  }

  @Test(.enabled(if: AnotherProcess.isFor("plan hash"))) func sayTheHash() throws {
    print("plan", try Self.hash(batch: 4))
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
