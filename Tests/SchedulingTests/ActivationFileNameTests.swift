import Scheduling
import Testing

@Suite struct ActivationFileNameTests {
  @Test(arguments: [(1, 2, 3), (0, 0, 0), (Int.max, UInt64.max, Int(UInt32.max))] as [(Int, UInt64, Int)])
  func aNameThatIsFormedIsRecognised(epoch: Int, unit: UInt64, attempt: Int) {
    let name = ActivationFileName.of(epoch: epoch, unit: unit, attempt: attempt)
    #expect(name == "\(epoch)-\(unit)-\(attempt).activations")
    #expect(ActivationFileName.isOne(name))
  }

  @Test(
    arguments: [
      "", ".activations", "1-2.activations", "1-2-3-4.activations", "1-2-3", "1-2-3.activations.old",
      "1-2-3.activation", "01-2-3.activations", "+1-2-3.activations", "-1-2-3.activations", "1--3.activations",
      "a-b-c.activations", ".1-2-3.activations.4711-abc.partial", "1-2-18446744073709551616.activations",
    ])
  func otherNamesAreNot(name: String) {
    #expect(!ActivationFileName.isOne(name))
  }
}
