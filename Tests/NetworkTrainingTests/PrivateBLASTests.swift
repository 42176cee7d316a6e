import Foundation
import Testing

@testable import NetworkTraining
@testable import NeuralNetwork

/// Copies of the BLAS for threads of their own.
@Suite struct PrivateBLASTests {
  @Test func copyThatTookAnotherKernelIsRefused() async {
    await #expect(processExitsWith: .success) {
      PrivateBLAS.giveBack([try PrivateBLAS.take()])
      // A process of one kernel, whose copies would have another.
      setenv("OPENBLAS_CORETYPE", BLASEnvironment.kernelName == "Nehalem" ? "Sandybridge" : "Nehalem", 1)
      _ = try PrivateBLAS.take()
      #expect(throws: TrainingSetupError.self) { try PrivateBLAS.take() }
    }
  }
}
