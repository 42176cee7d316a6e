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

  @Test func bytesAreWrittenInTwoDigitsEach() {
    #expect(([0, 9, 10, 15, 16, 0xAB, 0xFF] as [UInt8]).hexadecimal == "00090a0f10abff")
    #expect(([] as [UInt8]).hexadecimal.isEmpty)
  }
}
