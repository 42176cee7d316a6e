import Foundation
import FuzzHarness
import Testing

/// The harness finds what it is there to find.
@Suite(.serialized) struct PlantedFaultTests {
  private func failures(of decoder: String) throws -> [FuzzCampaign.Failure] {
    try FuzzCampaign.run(decoder, firstSeed: 0, count: 400, executable: fuzzProgram).failures
  }

  @Test func aDecoderThatTrapsIsFoundWithItsSeed() throws {
    let failures = try failures(of: "planted-trap")
    #expect(failures.count > 1)
    #expect(failures.allSatisfy { $0.reason.contains("crashes (SIG") }, "\(failures)")
    let again = try #require(failures.last)
    let alone = try FuzzCampaign.run("planted-trap", firstSeed: again.seed, count: 1, executable: fuzzProgram)
    #expect(alone.failures.map(\.seed) == [again.seed])
    #expect("\(again)".contains("make fuzz DECODER=planted-trap FIRST_SEED=\(again.seed) COUNT=1"))
  }

  @Test func aDecoderThatAllocatesWithoutBoundIsFound() throws {
    let failures = try FuzzCampaign.run(
      "planted-allocation", firstSeed: 0, count: 200, executable: fuzzProgram
    ).failures
    #expect(!failures.isEmpty)
    #expect(failures.allSatisfy { $0.reason.contains("MiB of memory") }, "\(failures)")
  }

  /// A process that had much in use when it started the decoder's must not hide what that takes.
  @Test func aDecoderThatTakesMoreThanItShouldIsFoundByALargeProcessToo() throws {
    let bytes = 1 << 30
    let block = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 4096)
    memset(block, 1, bytes)
    defer { block.deallocate() }
    #expect(try !failures(of: "planted-leak").isEmpty)
  }

  @Test func aDecoderThatTakesFarMoreMemoryThanItsInputIsFound() throws {
    let failures = try failures(of: "planted-leak")
    #expect(!failures.isEmpty)
    #expect(failures.allSatisfy { $0.reason.contains("MiB of memory") }, "\(failures)")
  }

  @Test func aDecoderThatLoopsIsFound() throws {
    // Each costs ten seconds of processor time: one is enough.
    let decoder = try #require(try FuzzedDecoders.make("planted-loop"))
    let first = try #require((0..<10_000).first { decoder.input(seed: $0).count % 97 == 13 })
    let failures = try FuzzCampaign.run("planted-loop", firstSeed: first, count: 1, executable: fuzzProgram)
      .failures
    #expect(failures.map(\.seed) == [first])
    #expect(failures.allSatisfy { $0.reason.contains("takes more than") }, "\(failures)")
  }

  @Test func aBrokenPromiseIsFoundWithoutACrash() throws {
    let failures = try failures(of: "planted-promise")
    #expect(!failures.isEmpty)
    #expect(failures.allSatisfy { $0.reason == "breaks its promise: planted" }, "\(failures)")
  }
}
