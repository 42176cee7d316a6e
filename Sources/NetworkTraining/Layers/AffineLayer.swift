/// y = scale · x + shift for each channel, optionally followed by ReLU: a normalisation with frozen statistics,
/// or a bias.
final class AffineLayer: TrainedLayer {
  let scale: Parameter
  let shift: Parameter
  private let pixels: Int
  private let channels: Int
  private let appliesReLU: Bool
  private let sums: PartialSums

  var parameters: [Parameter] { [scale, shift] }
  var needsOutput: Bool { appliesReLU }

  init(name: String, scale: [Float], shift: [Float], pixels: Int, appliesReLU: Bool, sums: PartialSums) {
    self.scale = Parameter(layer: name, role: .scale, values: scale)
    self.shift = Parameter(layer: name, role: .shift, values: shift)
    self.pixels = pixels
    self.channels = scale.count
    self.appliesReLU = appliesReLU
    self.sums = sums
  }

  func forward(_ pass: ForwardPass) {
    let (scale, shift) = (scale.memory.base, shift.memory.base)
    pass.team.runPatches(pass.count) { patches, _, _ in
      let first = patches.lowerBound * pixels * channels
      RowPasses.scale(
        pass.inputs[0] + first, rows: patches.count * pixels, columns: channels, by: scale, plus: shift,
        relu: appliesReLU, into: pass.output + first)
    }
  }

  func backward(_ pass: BackwardPass) {
    let isTrained = scale.isTrained || shift.isTrained
    if isTrained { sums.prepare(count: 2 * channels, patches: pass.count) }
    pass.team.runPatches(pass.count) { patches, part, _ in
      let first = patches.lowerBound * pixels * channels
      let rows = patches.count * pixels
      let gradient = pass.gradient + first
      if appliesReLU { RowPasses.mask(gradient, where: pass.output + first, count: rows * channels) }
      if isTrained {
        let sums = sums.part(part)
        RowPasses.sumProducts(gradient, pass.inputs[0] + first, rows: rows, columns: channels, into: sums)
        RowPasses.sum(gradient, rows: rows, columns: channels, into: sums + channels)
      }
      guard let target = pass.targets[0] else { return }
      for row in 0..<rows {
        let (source, to) = (gradient + row * channels, target.gradient + first + row * channels)
        for channel in 0..<channels {
          let value = source[channel] * scale.memory.base[channel]
          to[channel] = target.adds ? to[channel] + value : value
        }
      }
    }
    if scale.isTrained {
      sums.reduce(count: channels, into: scale.gradientMemory.base, adds: true, team: pass.team)
    }
    if shift.isTrained {
      sums.reduce(from: channels, count: channels, into: shift.gradientMemory.base, adds: true, team: pass.team)
    }
  }
}

extension RowPasses {
  /// scale · x + shift, optionally followed by ReLU.
  static func scale(
    _ rows: UnsafePointer<Float>, rows count: Int, columns: Int, by scale: UnsafePointer<Float>,
    plus shift: UnsafePointer<Float>, relu: Bool, into target: UnsafeMutablePointer<Float>
  ) {
    for row in 0..<count {
      let (source, to) = (rows + row * columns, target + row * columns)
      if relu {
        for column in 0..<columns {
          let value = source[column] * scale[column] + shift[column]
          to[column] = value > 0 ? value : 0
        }
      } else {
        for column in 0..<columns { to[column] = source[column] * scale[column] + shift[column] }
      }
    }
  }

  /// The sum of products in each column.
  static func sumProducts(
    _ first: UnsafePointer<Float>, _ second: UnsafePointer<Float>, rows count: Int, columns: Int,
    into sums: UnsafeMutablePointer<Float>
  ) {
    sums.update(repeating: 0, count: columns)
    for row in 0..<count {
      let (a, b) = (first + row * columns, second + row * columns)
      for column in 0..<columns { sums[column] += a[column] * b[column] }
    }
  }
}
