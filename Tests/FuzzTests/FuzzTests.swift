import Foundation
import FuzzHarness
import Testing

/// The program that decodes inputs, beside the test bundle.
let fuzzProgram = URL(filePath: #filePath).deletingLastPathComponent()
  .appending(path: "../../.build/debug/volcsweep-fuzz").standardized.path

/// Damaged inputs end in an error or in something that keeps its promises.
@Suite(.serialized) struct FuzzTests {
  @Test(arguments: FuzzedDecoders.all.keys.sorted())
  func fiveThousandDamagedInputsDoNoHarm(decoder: String) throws {
    let result = try FuzzCampaign.run(decoder, firstSeed: 0, count: 5000, executable: fuzzProgram)
    for failure in result.failures { Issue.record("\(failure)") }
    #expect(result.accepted > 20, "hardly any damaged input is read")
    #expect(result.accepted + result.refused == 5000 || !result.failures.isEmpty)
  }

  @Test(arguments: FuzzedDecoders.all.keys.sorted())
  func theSoundInputThatDamageStartsFromIsRead(decoder: String) throws {
    let decoder = try #require(try FuzzedDecoders.make(decoder))
    #expect(decoder.refusalOfTheSoundInput() == nil)
  }

  @Test func aSeedIsTheSameInputAgain() throws {
    for name in ["onnx", "job", "to-worker", "catalogue"] {
      let first = try #require(try FuzzedDecoders.make(name))
      let second = try #require(try FuzzedDecoders.make(name))
      for seed in 0..<50 as Range<UInt64> { #expect(first.input(seed: seed) == second.input(seed: seed)) }
      #expect(Set((0..<50).map { first.input(seed: $0) }).count > 40)
    }
  }
}
