/// Convolution and pooling.
extension NodeReader {
  mutating func convolution() throws -> Reading {
    try checkOperandCount(2...3)
    let input = try image(0)
    guard let weights = try finiteConstant(1) else { throw refuse("it has no weights") }
    let groups = try attributes.integer("group", default: 1)
    let sizes = weights.dimensions
    guard sizes.count == 4, sizes.allSatisfy({ $0 > 0 }) else {
      throw refuse("its weights have dimensions \(sizes), expected four")
    }
    guard groups > 0, sizes[0] % groups == 0, sizes[1] <= input.channels, sizes[1] * groups == input.channels
    else {
      throw attributes.refuse(
        "group", "\(groups) groups of weights \(sizes) do not fit \(input.channels) input channels")
    }
    let kernel = try attributes.integers("kernel_shape", count: 2, in: 1...ModelLimits.windowExtent)
    guard kernel == nil || kernel == Array(sizes[2...]) else {
      throw attributes.refuse("kernel_shape", "it is not that of the weights \(sizes)")
    }
    let bias = try finiteConstant(2)
    guard bias == nil || bias?.dimensions == [sizes[0]] else {
      throw refuse("its bias has dimensions \(bias?.dimensions ?? []), expected [\(sizes[0])]")
    }
    let window = try window(kernel: Array(sizes[2...]), height: input.height, width: input.width)
    return .computed(
      .convolution(window: window, groups: groups, weights: weights, bias: bias), inputs: [input.id],
      shape: .image(channels: sizes[0], height: window.output.height, width: window.output.width))
  }

  mutating func maxPool() throws -> Reading {
    try checkOperandCount(1...1)
    // Only determines the order of indices, and networks that use them are rejected.
    attributes.ignore("storage_order")
    let (id, window, shape) = try pool()
    return .computed(.maxPool(window), inputs: [id], shape: shape)
  }

  mutating func averagePool() throws -> Reading {
    try checkOperandCount(1...1)
    let countsPadding = try attributes.integer("count_include_pad", default: 0)
    let (id, window, shape) = try pool()
    return .computed(.averagePool(window, countsPadding: countsPadding != 0), inputs: [id], shape: shape)
  }

  func globalPool(_ computes: Operator) throws -> Reading {
    try checkOperandCount(1...1)
    let input = try image(0)
    return .computed(computes, inputs: [input.id], shape: .image(channels: input.channels, height: 1, width: 1))
  }

  /// The mean or maximum over both axes of an image.
  mutating func reduction(_ computes: Operator) throws -> Reading {
    try checkOperandCount(1...2)
    let input = try image(0)
    let keepsDimensions = try attributes.integer("keepdims", default: 1) != 0
    guard try attributes.integer("noop_with_empty_axes", default: 0) == 0 || operands.count == 2 else {
      throw attributes.refuse("noop_with_empty_axes", "it would leave the image as it is")
    }
    var axes = try attributes.integers("axes", count: 2, in: -4...3) ?? []
    if operands.count == 2 { axes = try wholeNumbers(1).values.map { $0 ?? 0 } }
    guard axes.count == 2, Set(axes.map { $0 < 0 ? $0 + 4 : $0 }) == [2, 3] else {
      throw attributes.refuse("axes", "\(axes) is not the height and width of an image")
    }
    let shape: PatchShape =
      keepsDimensions ? .image(channels: input.channels, height: 1, width: 1) : .vector(input.channels)
    return .computed(computes, inputs: [input.id], shape: shape)
  }

  /// PyTorch's adaptive average pooling to `output_size`, height and width.
  mutating func adaptiveAveragePool() throws -> Reading {
    try checkOperandCount(1...1)
    let input = try image(0)
    guard let sizes = try attributes.integers("output_size", count: 2, in: 1...ModelLimits.windowExtent) else {
      throw attributes.refuse("output_size", "it is missing")
    }
    return .computed(
      .adaptiveAveragePool, inputs: [input.id],
      shape: .image(channels: input.channels, height: sizes[0], width: sizes[1]))
  }

  private mutating func pool() throws -> (ValueID, Window, PatchShape) {
    let input = try image(0)
    guard let kernel = try attributes.integers("kernel_shape", count: 2, in: 1...ModelLimits.windowExtent) else {
      throw attributes.refuse("kernel_shape", "it is missing")
    }
    let ceiling = try attributes.integer("ceil_mode", default: 0) != 0
    let window = try window(kernel: kernel, height: input.height, width: input.width, ceiling: ceiling)
    // A window that covers only padding has neither a maximum nor a mean.
    guard window.before.height < kernel[0], window.after.height < kernel[0],
      window.before.width < kernel[1], window.after.width < kernel[1]
    else { throw attributes.refuse("pads", "the padding is as large as the kernel") }
    return (
      input.id, window,
      .image(channels: input.channels, height: window.output.height, width: window.output.width)
    )
  }

  private mutating func window(kernel: [Int], height: Int, width: Int, ceiling: Bool = false) throws -> Window {
    let extents = 1...ModelLimits.windowExtent
    let strides = try attributes.integers("strides", count: 2, in: extents) ?? [1, 1]
    let dilations = try attributes.integers("dilations", count: 2, in: extents) ?? [1, 1]
    let pads = try attributes.integers("pads", count: 4, in: 0...ModelLimits.windowExtent)
    guard kernel.allSatisfy(extents.contains) else {
      throw refuse("its kernel \(kernel) is larger than \(ModelLimits.windowExtent)")
    }
    var rows = WindowAxis(input: height, kernel: kernel[0], stride: strides[0], dilation: dilations[0])
    var columns = WindowAxis(input: width, kernel: kernel[1], stride: strides[1], dilation: dilations[1])
    let automatic = try attributes.text("auto_pad", default: "NOTSET")
    if automatic != "NOTSET", pads?.contains(where: { $0 != 0 }) == true {
      throw attributes.refuse("auto_pad", "'\(automatic)' and pads \(pads ?? []) exclude each other")
    }
    switch automatic {
    case "NOTSET":
      (rows.before, columns.before) = (pads?[0] ?? 0, pads?[1] ?? 0)
      (rows.after, columns.after) = (pads?[2] ?? 0, pads?[3] ?? 0)
    case "VALID": break
    case "SAME_UPPER":
      rows.padToSame(extraAtEnd: true)
      columns.padToSame(extraAtEnd: true)
    case "SAME_LOWER":
      rows.padToSame(extraAtEnd: false)
      columns.padToSame(extraAtEnd: false)
    case let other: throw attributes.refuse("auto_pad", "'\(other)' is not a value that ONNX defines")
    }
    guard let outputHeight = rows.output(ceiling: ceiling), let outputWidth = columns.output(ceiling: ceiling)
    else { throw refuse("its kernel \(kernel) does not fit into its \(height) × \(width) input") }
    return Window(
      kernel: .init(height: kernel[0], width: kernel[1]), stride: .init(height: strides[0], width: strides[1]),
      dilation: .init(height: dilations[0], width: dilations[1]),
      before: .init(height: rows.before, width: columns.before),
      after: .init(height: rows.after, width: columns.after),
      output: .init(height: outputHeight, width: outputWidth))
  }
}
