import Testing

@testable import Synthesis

@Suite struct RandomStreamTests {
  @Test func archivesOfEarlierVersionsHaveTheSameNumbers() {
    var stream = RandomStream(seed: 1, path: 2, 3)
    #expect(stream.next() == 5_649_887_244_965_920_420)
    #expect(stream.next() == 13_925_306_368_521_941_324)
    #expect(stream.next() == 16_497_069_670_036_673_811)
  }

  @Test func streamsOfOneNameAgreeAndOfOthersDiffer() {
    var first = RandomStream(seed: 1, path: 2, 3)
    var same = RandomStream(seed: 1, path: 2, 3)
    var others = [
      RandomStream(seed: 2, path: 2, 3), RandomStream(seed: 1, path: 3, 2), RandomStream(seed: 1, path: 2),
      RandomStream(seed: 1, path: 2, 3, 0), RandomStream(seed: 1, path: 2, 4),
    ]
    let numbers = (0..<4).map { _ in first.next() }
    #expect(numbers == (0..<4).map { _ in same.next() })
    for index in others.indices { #expect(numbers != (0..<4).map { _ in others[index].next() }) }
  }

  @Test func normalsHaveMeanZeroVarianceOneAndAGaussiansTail() {
    var stream = RandomStream(seed: 9, path: 0)
    var values: [Double] = []
    for _ in 0..<100_000 {
      let (first, second) = stream.normalPair()
      values += [Double(first), Double(second)]
    }
    let mean = values.reduce(0, +) / 200_000
    let variance = values.reduce(0) { $0 + $1 * $1 } / 200_000
    let beyondTwo = Double(values.count { abs($0) > 2 }) / 200_000
    let product = stride(from: 0, to: values.count, by: 2).reduce(0) { $0 + values[$1] * values[$1 + 1] }
    #expect(abs(mean) < 0.01)
    #expect(abs(variance - 1) < 0.02)
    #expect(abs(beyondTwo - 0.0455) < 0.002)
    #expect(abs(product / 100_000) < 0.015)
  }
}
