import FormulaNetworks
import Testing

@testable import NeuralNetwork

/// The BLAS gives other bits for other shapes and places; a row's result here must not show it.
@Suite struct BatchExactnessTests {
  @Test(
    arguments: [
      (1, 300, 40), (2, 300, 40), (3, 64, 17), (5, 1000, 20), (12, 300, 64), (16, 512, 300), (17, 333, 48),
      (31, 1024, 100), (48, 256, 1000), (64, 9216, 512), (64, 2048, 2), (100, 300, 64), (300, 128, 33),
    ])
  func rowGivesTheSameBitsAtEveryPlaceAmongAnyNeighbours(rows: Int, inputs: Int, outputs: Int) {
    let name = "\(rows).\(inputs).\(outputs)"
    let filling = [Float](repeating: 0, count: (DenseGEMMKernel.columns(outputs: outputs) - outputs) * inputs)
    let kernel = DenseGEMMKernel(
      weights: AlignedFloats(FormulaNumbers.uniform("w.\(name)", count: inputs * outputs) + filling),
      rows: rows, inputs: inputs, outputs: outputs,
      epilogue: Epilogue(
        bias: AlignedFloats(FormulaNumbers.uniform("b.\(name)", count: outputs)), appliesReLU: false))
    let row = FormulaNumbers.uniform("row.\(name)", count: inputs)
    let zeros = [Float](repeating: 0, count: inputs)
    let neighbours: [[Float]] = [
      zeros, row, FormulaNumbers.uniform("other.\(name)", count: inputs, amplitude: 1e30),
      FormulaNumbers.uniform("small.\(name)", count: inputs, amplitude: .leastNonzeroMagnitude * 100),
    ]
    let alone = Self.run(kernel, [row] + Array(repeating: zeros, count: rows - 1), outputs: outputs)[0]
    let product = Self.product(row, "w.\(name)", "b.\(name)", outputs: outputs)
    #expect(zip(alone, product).allSatisfy { abs(Double($0) - $1) < 1e-3 }, "it must be the product at all")
    for position in 0..<rows {
      let batch = (0..<rows).map { $0 == position ? row : neighbours[($0 + position) % neighbours.count] }
      let found = Self.run(kernel, batch, outputs: outputs)[position]
      #expect(found.map(\.bitPattern) == alone.map(\.bitPattern), "position \(position)")
    }
  }

  private static func run(_ kernel: DenseGEMMKernel, _ rows: [[Float]], outputs: Int) -> [[Float]] {
    let source = AlignedFloats(rows.flatMap { $0 })
    let target = AlignedFloats(count: rows.count * outputs)
    let scratch = AlignedFloats(count: kernel.scratchCount)
    withUnsafePointer(to: UnsafePointer(source.base)) {
      kernel.run(KernelCall(inputs: $0, output: target.base, scratch: scratch.base))
    }
    return rows.indices.map { Array(UnsafeBufferPointer(start: target.base + $0 * outputs, count: outputs)) }
  }

  private static func product(_ row: [Float], _ weights: String, _ bias: String, outputs: Int) -> [Double] {
    let weights = FormulaNumbers.uniform(weights, count: row.count * outputs)
    let bias = FormulaNumbers.uniform(bias, count: outputs)
    return bias.indices.map { output in
      row.indices.reduce(Double(bias[output])) {
        $0 + Double(row[$1]) * Double(weights[output * row.count + $1])
      }
    }
  }

  @Test func residualNetworkGivesTheSameBytesAtEveryPlaceAndWhenItsBatchIsSplit() throws {
    let model = try ModelFile(contentsOf: NetworkFiles.operators("residual"))
    let runner = try Runner(model.graph, input: .tensor, batchCapacity: 21)
    let patches = (0..<21).map { FormulaNumbers.uniform("exact.\($0)", count: runner.inputCount) }
    func outputs(_ chosen: [Int]) -> [[UInt32]] {
      runner.run(chosen.flatMap { patches[$0] }, count: chosen.count)
      return chosen.indices.map { runner.output($0).map(\.bitPattern) }
    }
    let whole = outputs(Array(0..<21))
    #expect(Set(whole).count == 21)
    #expect(outputs(Array((0..<21).reversed())) == whole.reversed())
    #expect(outputs(Array(0..<9)) + outputs(Array(9..<21)) == whole)
    for patch in 0..<21 {
      #expect(outputs([patch]) == [whole[patch]])
      #expect(outputs(Array(repeating: patch, count: 21)) == Array(repeating: whole[patch], count: 21))
    }
  }

  @Test func classifiersOnSeveralThreadsDoNotDisturbEachOther() async throws {
    let model = try ModelFile(contentsOf: NetworkFiles.operators("residual"))
    let results = try await withThrowingTaskGroup(of: Set<[UInt32]>.self) { group in
      for _ in 0..<4 {
        group.addTask {
          let runner = try Runner(model.graph, input: .tensor, batchCapacity: 1)
          let patch = FormulaNumbers.uniform("thread", count: runner.inputCount)
          return Set(
            (0..<3000).map { _ in
              runner.run(patch, count: 1)
              return runner.output(0).map(\.bitPattern)
            })
        }
      }
      return try await group.reduce(into: Set()) { $0.formUnion($1) }
    }
    #expect(results.count == 1)
  }
}
