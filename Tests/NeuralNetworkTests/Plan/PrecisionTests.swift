import FormulaNetworks
import Foundation
import Testing

@testable import NeuralNetwork

/// Other libraries and precisions give nearly the same results, and each the same bytes everywhere.
@Suite struct PrecisionTests {
  private static func check(_ plan: Plan, tolerance: Float) throws {
    let graph = try ModelFile(bytes: PlanTests.network()).graph
    let capacity = plan.batchCapacity
    let plain = try Runner(graph, input: .tensor, batchCapacity: capacity)
    let runner = try Runner(graph, input: .tensor, plan: plan.checked(for: graph, batchCapacity: capacity))
    let patches = (0..<capacity).map { FormulaNumbers.uniform("precision.\($0)", count: runner.inputCount) }
    let wanted = PlanTests.outputs(plain, patches)
    let whole = PlanTests.outputs(runner, patches)
    for patch in patches.indices {
      let difference = relativeDifference(
        whole[patch].map { Float(bitPattern: $0) }, wanted[patch].map { Float(bitPattern: $0) })
      #expect(difference <= tolerance, "patch \(patch)")
      #expect(PlanTests.outputs(runner, [patches[patch]]) == [whole[patch]], "patch \(patch) alone")
    }
    #expect(PlanTests.outputs(runner, patches.reversed()) == whole.reversed())
    #expect(PlanTests.outputs(try Runner(graph, input: .tensor, plan: plan), patches) == whole)
  }

  @Test(arguments: [Plan.Trial.none, .timed])
  func oneDNNGivesWhatTheCBLASGives(trial: Plan.Trial) throws {
    guard MatrixLibrary.installed.contains(.oneDNN) else {
      print("skipped: oneDNN is not installed")
      return
    }
    let model = try ModelFile(bytes: PlanTests.network())
    let plan = try Plan.make(for: model, batchCapacity: 9, libraries: [.oneDNN], trial: trial)
    #expect(plan.library == .oneDNN)
    #expect(plan.machine != Plan.thisMachine)
    try Self.check(plan, tolerance: 1e-5)
  }

  @Test func bfloat16IsNearAndMoreOrLessPreciseByLayer() throws {
    let model = try ModelFile(bytes: PlanTests.network())
    guard Precision.bfloat16.obstacle == nil else {
      let error = #expect(throws: ModelError.self) {
        try Plan.make(for: model, batchCapacity: 9, precision: .bfloat16)
      }
      guard case .impossiblePrecision(.bfloat16, let reason)? = error?.problem else {
        Issue.record("\(String(describing: error))")
        return
      }
      #expect(reason == Precision.bfloat16.obstacle)
      return
    }
    let plan = try Plan.make(for: model, batchCapacity: 9, precision: .bfloat16)
    #expect(plan.kernels["a"] != .bfloat16, "the first convolution reads gray values, which stay as they are")
    #expect(plan.kernels["b"] == .bfloat16)
    #expect(plan.kernels["d"] == .bfloat16)
    #expect(plan.kernels["g"] != nil, "a fully connected layer has a choice as well")
    #expect(plan.kernels["out"] == nil)
    #expect(try plan.hash != Plan.make(for: model, batchCapacity: 9).hash)
    try Self.check(plan, tolerance: 2e-2)
    try Self.check(Plan.make(for: model, batchCapacity: 9, precision: .bfloat16, trial: .timed), tolerance: 2e-2)
  }

  @Test func bfloat16IsRefusedInAFloat32Plan() throws {
    let model = try ModelFile(bytes: PlanTests.network())
    let plan = try Plan.make(for: model, batchCapacity: 3).with(["b": .bfloat16])
    #expect(throws: ModelError.self) { try PatchClassifier(model: model, plan: plan, batchCapacity: 3) }
  }

  @Test func oneDNNMultiplies() throws {
    guard let library = OneDNN.installed else {
      print("skipped: oneDNN is not installed")
      return
    }
    let (rows, columns, depth, aStride, stride) = (5, 7, 11, 13, 9)
    let a = FormulaNumbers.uniform("a", count: rows * aStride)
    let b = FormulaNumbers.uniform("b", count: depth * columns)
    for isTransposed in [false, true] {
      var c = [Float](repeating: 3, count: rows * stride)
      library.multiply(
        rows: rows, columns: columns, depth: depth, a: a, aStride: aStride, b: b, bIsTransposed: isTransposed,
        into: &c, stride: stride)
      for row in 0..<rows {
        for column in 0..<stride {
          let sum = (0..<depth).reduce(Float(0)) {
            $0 + a[row * aStride + $1]
              * b[isTransposed ? column % columns * depth + $1 : $1 * columns + column % columns]
          }
          #expect(abs(c[row * stride + column] - (column < columns ? sum : 3)) < 1e-5)
        }
      }
    }
  }
}
