/// Everything that the choice of a convolution's kernel depends on.
struct ConvolutionShape {
  let window: Window
  let groups: Int
  let channels: Int
  let outputs: Int

  init?(_ layer: Layer, in graph: Graph) {
    guard case .convolution(let window, let groups, _, _) = layer.computes else { return nil }
    (self.window, self.groups) = (window, groups)
    channels = graph.shapes[layer.inputs[0]].channels
    outputs = graph.shapes[layer.output].channels
  }

  /// The kernels that can compute it in float32, the im2col kernel first.
  func kernels(_ setting: PlanSetting) -> [Plan.Kernel] {
    guard allowsTiles else { return [.columns] }
    let tiles = window.kernel.height == 3 ? [2, 4, 5] : [2, 4]
    return [.columns] + tiles.filter { isBatchInvariant(tile: $0, setting) }.map { .winograd(tile: $0) }
  }

  /// The kernel that is usually fastest, chosen without timing.
  func usualKernel(_ setting: PlanSetting) -> Plan.Kernel {
    guard allowsTiles, min(channels, outputs) / groups >= 16, window.output.height * window.output.width >= 36,
      isBatchInvariant(tile: 4, setting)
    else { return .columns }
    return .winograd(tile: 4)
  }

  private var allowsTiles: Bool {
    let one = Window.Extent(height: 1, width: 1)
    return window.kernel.height == window.kernel.width && [3, 5].contains(window.kernel.height)
      && window.stride == one && window.dilation == one && channels / groups >= 8 && outputs / groups >= 8
  }

  private func isBatchInvariant(tile: Int, _ setting: PlanSetting) -> Bool {
    let tiles = ((window.output.height + tile - 1) / tile) * ((window.output.width + tile - 1) / tile)
    return BatchInvariance(
      rows: WinogradKernel.block(tiles: tiles * setting.chunk), columns: outputs / groups, depth: channels / groups,
      aStride: channels, cStride: outputs
    ).holds(for: setting.library)
  }
}
