import Foundation
import NeuralNetwork
import Testing

@testable import Learning

@Suite struct NetworkScorerTests {
  private func model() throws -> ModelFile {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    return try ModelFile(contentsOf: root.appending(path: "Sources/volcsweep/DefaultModel/default-model.onnx"))
  }

  @Test func aNetworkSeesTheCentralWindowWhateverBatchItIsIn() throws {
    let side = 230
    let gray = (0..<(5 * side * side)).map { UInt8(($0 / 7 + $0 / side * 3) % 256) }
    let set = try LabelledPatches(
      side: side, gray: gray, deforms: Array(repeating: false, count: 5), places: Array(repeating: "a", count: 5))
    let scorer = try NetworkScorer(model(), batchCapacity: 3)
    let whole = try scorer.scores(of: set)
    #expect(whole.count == 5 && whole.allSatisfy { (0...1).contains($0) })
    #expect(try scorer.scores(of: set.central(side: 224)) == whole)
    for patch in 0..<5 { #expect(try scorer.scores(of: set.subset([patch])) == [whole[patch]]) }
    #expect(throws: DataSetError.self) { try scorer.scores(of: set.central(side: 200)) }
  }

  @Test func theDefaultModelKnowsTheRealPatchesItWasTrainedOn() throws {
    guard let path = RealData.path("patches/licsar-patches.h5") else { return }
    let set = try PatchSetFile.read(path)
    let some = set.subset { set.deforms[$0] || $0 % 8 == 0 }
    let scored = try ScoredPatches(model: "default", scores: NetworkScorer(model()).scores(of: some), of: some)
    #expect((scored.area ?? 0) > 0.97)
  }
}
