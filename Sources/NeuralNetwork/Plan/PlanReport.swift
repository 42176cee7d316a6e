/// The cost of a plan on this machine, layer by layer, for printing.
public struct PlanReport: Sendable, CustomStringConvertible {
  /// One layer.
  public struct Layer: Sendable {
    /// The node's name; fused layers are not listed separately.
    public let name: String
    /// Per patch, in ONNX's order.
    public let outputShape: [Int]
    /// Name of the kernel that computes it.
    public let kernel: String
    /// Millions of floating-point operations per patch by the direct method.
    public let megaflop: Double
    /// Per patch, in a full batch.
    public let milliseconds: Double
  }

  /// The plan measured.
  public let plan: Plan
  /// In the order of execution.
  public let layers: [Layer]
  /// The layers that overlapping patches share, for an interferogram of usual size: its side in pixels, and its
  /// layers with their cost for the whole interferogram.
  public let trunk: (side: Int, layers: [Layer])?
  /// Speed in a large GEMM, billions of floating-point operations per second.
  public let peakGigaflops: Double

  /// Runs full batches of gray patches; takes some seconds for a large network.
  ///
  /// - Parameters:
  ///   - plan: made for this machine.
  ///   - model: the network.
  /// - Throws: `ModelError`.
  public init(_ plan: Plan, of model: ModelFile) throws {
    do {
      let graph = model.sweptGraph
      let input = InputForm.gray(mean: model.metadata.mean, scale: model.metadata.scale)
      let runner = try Runner(
        graph, input: input, plan: plan.checked(for: graph, batchCapacity: plan.batchCapacity),
        heads: graph.headNames)
      self.plan = plan
      layers = Self.layers(of: graph, runner, kernels: plan.kernels)
      trunk = try plan.trunk.flatMap { shared in
        try Trunk.find(in: graph, patchStride: shared.patchStride).map { trunk in
          let image = trunk.overUsualImage(in: graph)
          let runner = try Runner(image, input: input, plan: plan.overImage(shared))
          return (image.inputShape.dimensions[1], Self.layers(of: image, runner, kernels: shared.kernels))
        }
      }
      peakGigaflops = Self.measuredPeak(plan.library.gemm ?? CBLASLibrary())
    } catch let problem as ModelError.Problem {
      throw ModelError(file: model.file, problem: problem)
    }
  }

  private static func layers(of graph: Graph, _ runner: Runner, kernels: [String: Plan.Kernel]) -> [Layer] {
    let costs = Dictionary(
      ModelSummary(graph).layers.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    return runner.profile().map { name, milliseconds in
      Layer(
        name: name, outputShape: costs[name]?.outputShape ?? [],
        kernel: kernels[name]?.description ?? costs[name]?.operation ?? "", megaflop: costs[name]?.megaflop ?? 0,
        milliseconds: milliseconds)
    }
  }

  private static func measuredPeak(_ gemm: any GEMMLibrary) -> Double {
    let size = 768
    let (a, b, c) = (
      AlignedFloats(count: size * size), AlignedFloats(count: size * size), AlignedFloats(count: size * size)
    )
    a.base.update(repeating: 0.5, count: a.count)
    b.base.update(repeating: 0.25, count: b.count)
    let seconds = (0..<5).map { _ in
      let start = ProcessorTime.seconds
      gemm.multiply(
        rows: size, columns: size, depth: size, a: a.base, aStride: size, b: b.base, bIsTransposed: false,
        into: c.base, stride: size)
      return ProcessorTime.seconds - start
    }
    return 2 * Double(size * size * size) / (seconds.min() ?? 1) / 1e9
  }

  public var description: String {
    let widest = max(5, layers.map(\.name.count).max() ?? 0) + 2
    let head =
      Self.padded("layer", widest) + Self.padded("shape", 18) + Self.padded("kernel", 22)
      + Self.padded("MFLOP", 10) + Self.padded("ms", 8) + "% of peak"
    let rows = lines(of: layers, widest: widest)
    let total = layers.reduce(0) { $0 + $1.milliseconds }
    let shared = trunk.map { trunk in
      let whole = trunk.layers.reduce(0) { $0 + $1.milliseconds }
      return [
        "", "shared by patches every \(plan.trunk?.patchStride ?? 0) pixels, over \(trunk.side) × \(trunk.side)",
      ]
        + lines(of: trunk.layers, widest: widest) + ["\(Self.rounded(whole)) ms per interferogram", ""]
    }
    return
      ([head] + rows + [
        "\(Self.rounded(total)) ms per patch, \(Int(1000 / max(total, 1e-9))) patches/s in batches of "
          + "\(plan.batchCapacity); \(plan.library)'s peak is \(Int(peakGigaflops)) GFLOP/s"
      ] + (shared ?? []) + ["plan \(plan.hash)"]).joined(separator: "\n")
  }

  private func lines(of layers: [Layer], widest: Int) -> [String] {
    layers.map { layer in
      let percentage = layer.megaflop / max(layer.milliseconds, 1e-9) / peakGigaflops * 100
      return Self.padded(layer.name, widest)
        + Self.padded(layer.outputShape.map(String.init).joined(separator: " × "), 18)
        + Self.padded(layer.kernel, 22) + Self.padded("\((layer.megaflop * 10).rounded() / 10)", 10)
        + Self.padded(Self.rounded(layer.milliseconds), 8) + "\(Int(percentage.rounded()))"
    }
  }

  private static func padded(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - text.count))
  }

  private static func rounded(_ number: Double) -> String { "\((number * 1000).rounded() / 1000)" }
}
