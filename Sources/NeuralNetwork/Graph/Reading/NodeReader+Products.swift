/// Fully connected layers.
extension NodeReader {
  mutating func gemm() throws -> Reading {
    try checkOperandCount(2...3)
    let isTurned = try attributes.integer("transA", default: 0) != 0
    let isOutputMajor = try attributes.integer("transB", default: 0) != 0
    let alpha = try attributes.float("alpha", default: 1)
    let beta = try attributes.float("beta", default: 1)
    var (id, product, shape) = try weightedProduct(isOutputMajor: isOutputMajor, isTurned: isTurned)
    product.alpha = alpha
    product.beta = beta
    product.bias = try finiteConstant(2)
    if let bias = product.bias {
      let sizes = bias.dimensions.drop { $0 == 1 }
      guard sizes.isEmpty || Array(sizes) == [product.outputs], bias.dimensions.count <= 2 else {
        throw refuse("its bias has dimensions \(bias.dimensions), expected [\(product.outputs)]")
      }
    }
    return .computed(.product(product), inputs: [id], shape: shape)
  }

  func matrixMultiplication() throws -> Reading {
    try checkOperandCount(2...2)
    let (id, product, shape) = try weightedProduct(isOutputMajor: false, isTurned: false)
    return .computed(.product(product), inputs: [id], shape: shape)
  }

  private func weightedProduct(
    isOutputMajor: Bool, isTurned: Bool
  ) throws -> (ValueID, Operator.Product, PatchShape) {
    let (id, shape): (ValueID, PatchShape)
    switch operands[0] {
    case .turned(let known, let vector) where isTurned: (id, shape) = (known, vector)
    case .value where isTurned: throw attributes.refuse("transA", "it would make the batch the features")
    default: (id, shape) = try value(0)
    }
    guard case .vector(let inputs) = shape else {
      throw refuse("its input is an image (\(shape)), expected a vector; flatten it first")
    }
    guard let weights = try finiteConstant(1) else { throw refuse("it has no weights") }
    let sizes = weights.dimensions
    guard sizes.count == 2, sizes[isOutputMajor ? 1 : 0] == inputs, sizes.allSatisfy({ $0 > 0 }) else {
      throw refuse("its weights have dimensions \(sizes), which do not fit a vector of \(inputs)")
    }
    let outputs = sizes[isOutputMajor ? 0 : 1]
    let product = Operator.Product(
      weights: weights, isOutputMajor: isOutputMajor, bias: nil, inputs: inputs, outputs: outputs)
    return (id, product, .vector(outputs))
  }
}
