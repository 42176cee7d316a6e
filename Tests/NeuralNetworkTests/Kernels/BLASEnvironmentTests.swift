import Testing

@testable import NeuralNetwork

@Suite struct BLASEnvironmentTests {
  private let avx512: Set<Substring> = ["avx2", "avx512f", "avx512bw", "avx512cd", "avx512dq", "avx512vl"]

  @Test func aProcessorThatOpenBLASDoesNotKnowGetsTheKernelsItCanRun() {
    let advice = BLASEnvironment.advice(environment: [:], kernel: "Haswell", processorFlags: avx512)
    #expect(advice == ["OPENBLAS_NUM_THREADS": "1", "OPENBLAS_CORETYPE": "SkylakeX"])
  }

  @Test func aProcessorWithoutANameGetsTheBestKernelsItCanRun() {
    func kernels(_ flags: Set<Substring>) -> String? {
      BLASEnvironment.advice(environment: [:], kernel: "Prescott", processorFlags: flags)["OPENBLAS_CORETYPE"]
    }
    #expect(kernels(avx512.union(["fma"])) == "SkylakeX")
    #expect(kernels(["sse2", "avx2", "fma"]) == "Haswell")
    #expect(kernels(["sse2", "avx"]) == nil)
  }

  @Test func aProcessorIsNeverAskedForWhatItLacks() {
    for missing in avx512 where missing.hasPrefix("avx512") {
      let advice = BLASEnvironment.advice(
        environment: [:], kernel: "Haswell", processorFlags: avx512.subtracting([missing]))
      #expect(advice == ["OPENBLAS_NUM_THREADS": "1"])
    }
  }

  @Test func whatTheUserOrTheLibraryChoseStays() {
    let environment = ["OPENBLAS_NUM_THREADS": "2", "OPENBLAS_CORETYPE": "Zen"]
    #expect(BLASEnvironment.advice(environment: environment, kernel: "Zen", processorFlags: avx512) == [:])
    let known = BLASEnvironment.advice(environment: [:], kernel: "Cooperlake", processorFlags: avx512)
    #expect(known == ["OPENBLAS_NUM_THREADS": "1"])
  }
}
