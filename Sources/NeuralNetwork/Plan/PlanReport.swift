/// What a plan costs on this machine, layer by layer, for printing.
public struct PlanReport: Sendable, CustomStringConvertible {
  public struct Layer: Sendable {
    /// The node's name; layers that became part of it have no line of their own.
    public let name: String
    /// Per patch, in ONNX's order.
    public let outputShape: [Int]
    public let kernel: String
    /// Millions of floating-point operations per patch the direct way.
    public let megaflop: Double
    /// Per patch, in a full batch.
    public let milliseconds: Double
  }

  public let plan: Plan
  public let layers: [Layer]
  /// Billions of operations a second in a large matrix product.
  public let peakGigaflops: Double

  /// Runs full batches of gray patches; takes some seconds for a large network.
  ///
  /// - Parameters:
  ///   - plan: made for this machine.
  ///   - model: the network.
  /// - Throws: `ModelError`.
  public init(_ plan: Plan, of model: ModelFile) throws {
    do {
      let graph = model.graph.reduced(toHeads: [])
      let input = InputForm.gray(mean: model.metadata.mean, scale: model.metadata.scale)
      let runner = try Runner(
        graph, input: input, plan: plan.checked(for: graph, batchCapacity: plan.batchCapacity))
      let costs = Dictionary(
        ModelSummary(graph).layers.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
      self.plan = plan
      layers = runner.profile().map { name, milliseconds in
        Layer(
          name: name, outputShape: costs[name]?.outputShape ?? [],
          kernel: plan.kernels[name]?.description ?? costs[name]?.operation ?? "",
          megaflop: costs[name]?.megaflop ?? 0,
          milliseconds: milliseconds)
      }
      peakGigaflops = Self.measuredPeak(plan.library.products ?? CBLASProducts())
    } catch let problem as ModelError.Problem {
      throw ModelError(file: model.file, problem: problem)
    }
  }

  private static func measuredPeak(_ products: any MatrixProducts) -> Double {
    let size = 768
    let (a, b, c) = (
      AlignedFloats(count: size * size), AlignedFloats(count: size * size), AlignedFloats(count: size * size)
    )
    a.base.update(repeating: 0.5, count: a.count)
    b.base.update(repeating: 0.25, count: b.count)
    let seconds = (0..<5).map { _ in
      let start = ProcessorTime.seconds
      products.multiply(
        rows: size, columns: size, depth: size, a: a.base, aStride: size, b: b.base, bIsTransposed: false,
        into: c.base, stride: size)
      return ProcessorTime.seconds - start
    }
    return 2 * Double(size * size * size) / (seconds.min() ?? 1) / 1e9
  }

  public var description: String {
    func padded(_ text: String, _ width: Int) -> String {
      text + String(repeating: " ", count: max(0, width - text.count))
    }
    func rounded(_ number: Double) -> String { "\((number * 1000).rounded() / 1000)" }
    let widest = max(5, layers.map(\.name.count).max() ?? 0) + 2
    let head =
      padded("layer", widest) + padded("shape", 18) + padded("kernel", 22) + padded("MFLOP", 10) + padded("ms", 8)
      + "% of peak"
    let rows = layers.map { layer in
      let share = layer.megaflop / max(layer.milliseconds, 1e-9) / peakGigaflops * 100
      return padded(layer.name, widest)
        + padded(layer.outputShape.map(String.init).joined(separator: " × "), 18) + padded(layer.kernel, 22)
        + padded("\((layer.megaflop * 10).rounded() / 10)", 10) + padded(rounded(layer.milliseconds), 8)
        + "\(Int(share.rounded()))"
    }
    let total = layers.reduce(0) { $0 + $1.milliseconds }
    return
      ([head] + rows + [
        "\(rounded(total)) ms a patch, \(Int(1000 / max(total, 1e-9))) patches/s in batches of \(plan.batchCapacity); "
          + "\(plan.library)'s peak is \(Int(peakGigaflops)) GFLOP/s", "plan \(plan.hash)",
      ]).joined(separator: "\n")
  }
}
