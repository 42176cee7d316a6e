import Hashing
import Testing

@Suite struct HashingTests {
  /// The test vectors of draft-eastlake-fnv.
  @Test(
    arguments: [
      ("", 0x811c_9dc5, 0xcbf2_9ce4_8422_2325), ("a", 0xe40c_292c, 0xaf63_dc4c_8601_ec8c),
      ("foobar", 0xbf9c_f968, 0x8594_4171_f739_67e8),
    ] as [(String, UInt32, UInt64)])
  func textsHaveTheHashesOfTheDraft(text: String, of32Bits: UInt32, of64Bits: UInt64) {
    #expect(FNV1a.hash32(text.utf8) == of32Bits)
    #expect(FNV1a.hash(text.utf8) == of64Bits)
  }

  @Test func theGeneratorDrawsTheNumbersOfItsReference() {
    // The reference implementation's first numbers for the state 1234567.
    var random = SplitMix64(state: 1_234_567)
    #expect(random.next() == 6_457_827_717_110_365_317)
    #expect(random.next() == 3_203_168_211_198_807_973)
    #expect(random.next() == 9_817_491_932_198_370_423)
    var again = SplitMix64(state: 1_234_567)
    #expect(again.fraction() == Double(6_457_827_717_110_365_317 as UInt64 >> 11) * 0x1p-53)
    #expect(again.state == 1_234_567 &+ SplitMix64.increment)
    #expect(SplitMix64.halfMixed(again.state) >> 33 == 6_457_827_717_110_365_317 >> 33)
  }

  @Test func theSumOfBytesIsWrittenAsSha256sumPrintsIt() {
    // FIPS 180-2, appendix B.1.
    #expect(
      sha256Hex(of: "abc".utf8.map { $0 }) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
  }

  @Test func bytesAreWrittenInTwoDigitsEach() {
    #expect(([0, 9, 10, 15, 16, 0xAB, 0xFF] as [UInt8]).hexadecimal == "00090a0f10abff")
    #expect(([] as [UInt8]).hexadecimal.isEmpty)
  }
}
