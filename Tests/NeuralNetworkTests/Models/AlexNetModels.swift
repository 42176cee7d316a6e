import FormulaNetworks
import Testing

@testable import NeuralNetwork

/// Both AlexNets with weights by formula; Expected/alexnets.py builds the same networks.
struct AlexNetModel: Sendable, CustomTestStringConvertible {
  struct Convolution: Sendable {
    let outputs: Int
    let groupInputs: Int
    let kernel: Int
    var stride = 1
    let padding: Int
    var groups = 1
    var isNormalised = false
    var isPooled = false
  }

  let name: String
  let size: Int
  let mean: String
  let scale: String
  let convolutions: [Convolution]

  var testDescription: String { name }

  static let torchvision = AlexNetModel(
    name: "torchvision", size: 224, mean: "123.675,116.28,103.53", scale: "0.0171,0.0175,0.0174",
    convolutions: [
      .init(outputs: 64, groupInputs: 3, kernel: 11, stride: 4, padding: 2, isPooled: true),
      .init(outputs: 192, groupInputs: 64, kernel: 5, padding: 2, isPooled: true),
      .init(outputs: 384, groupInputs: 192, kernel: 3, padding: 1),
      .init(outputs: 256, groupInputs: 384, kernel: 3, padding: 1),
      .init(outputs: 256, groupInputs: 256, kernel: 3, padding: 1, isPooled: true),
    ])

  static let caffe = AlexNetModel(
    name: "caffe", size: 227, mean: "104,117,124", scale: "1,1,1",
    convolutions: [
      .init(outputs: 96, groupInputs: 3, kernel: 11, stride: 4, padding: 0, isNormalised: true, isPooled: true),
      .init(
        outputs: 256, groupInputs: 48, kernel: 5, padding: 2, groups: 2, isNormalised: true, isPooled: true),
      .init(outputs: 384, groupInputs: 256, kernel: 3, padding: 1),
      .init(outputs: 384, groupInputs: 192, kernel: 3, padding: 1, groups: 2),
      .init(outputs: 256, groupInputs: 192, kernel: 3, padding: 1, groups: 2, isPooled: true),
    ])

  /// The file's bytes; the last layer's numbers come with the expected values.
  func bytes(lastAmplitude: Float, lastBias: [Float]) -> [UInt8] {
    let metadata = [
      "volcsweep.name": name, "volcsweep.version": "1", "volcsweep.input_size": "\(size)",
      "volcsweep.channels": "3", "volcsweep.mean": mean, "volcsweep.scale": scale,
      "volcsweep.class_names": "background,deformation", "volcsweep.deformation_class": "deformation",
      "volcsweep.training_data": "none, weights by formula",
    ]
    return ONNXWriter.model(metadata: metadata) { graph in
      writeConvolutions(&graph)
      writeDenseLayers(&graph, lastAmplitude: lastAmplitude, lastBias: lastBias)
      graph.value(11, "input", [nil, 3, size, size])
      graph.value(12, "probabilities", [nil, 2])
    }
  }

  private func writeConvolutions(_ graph: inout ONNXWriter) {
    var value = "input"
    for (index, layer) in convolutions.enumerated() {
      let number = index + 1
      let shape = [layer.outputs, layer.groupInputs, layer.kernel, layer.kernel]
      write(&graph, "conv\(number)", shape)
      graph.node(
        "Conv", "conv\(number)", [value, "conv\(number).weight", "conv\(number).bias"],
        [
          "kernel_shape": .integers([layer.kernel, layer.kernel]),
          "strides": .integers([layer.stride, layer.stride]),
          "pads": .integers([Int](repeating: layer.padding, count: 4)), "group": .integer(layer.groups),
        ])
      graph.node("Relu", "relu\(number)", ["conv\(number)"])
      value = "relu\(number)"
      if layer.isNormalised {
        graph.node(
          "LRN", "norm\(number)", [value],
          ["size": .integer(5), "alpha": .float(1e-4), "beta": .float(0.75), "bias": .float(1)])
        value = "norm\(number)"
      }
      if layer.isPooled {
        graph.node(
          "MaxPool", "pool\(number)", [value],
          ["kernel_shape": .integers([3, 3]), "strides": .integers([2, 2])])
        value = "pool\(number)"
      }
    }
    graph.node("Flatten", "flat", [value], ["axis": .integer(1)])
  }

  private func writeDenseLayers(_ graph: inout ONNXWriter, lastAmplitude: Float, lastBias: [Float]) {
    write(&graph, "fc6", [4096, 9216])
    write(&graph, "fc7", [4096, 4096])
    graph.tensor(
      "fc8.weight", [2, 4096],
      FormulaNumbers.uniform("\(name).fc8.weight", count: 8192, amplitude: lastAmplitude))
    graph.tensor("fc8.bias", [2], lastBias)
    var value = "flat"
    for number in 6...7 {
      graph.node(
        "Gemm", "fc\(number)", [value, "fc\(number).weight", "fc\(number).bias"], ["transB": .integer(1)])
      graph.node("Relu", "relu\(number)", ["fc\(number)"])
      graph.node("Dropout", "drop\(number)", ["relu\(number)"])
      value = "drop\(number)"
    }
    graph.node("Gemm", "fc8", [value, "fc8.weight", "fc8.bias"], ["transB": .integer(1)])
    graph.node("Softmax", "probabilities", ["fc8"], ["axis": .integer(1)])
  }

  /// Weights of He's amplitude, and a bias.
  private func write(_ graph: inout ONNXWriter, _ layer: String, _ shape: [Int]) {
    let count = shape.reduce(1, *)
    let amplitude = Float((6 / Double(count / shape[0])).squareRoot())
    graph.tensor(
      "\(layer).weight", shape,
      FormulaNumbers.uniform("\(name).\(layer).weight", count: count, amplitude: amplitude))
    graph.tensor(
      "\(layer).bias", [shape[0]],
      FormulaNumbers.uniform("\(name).\(layer).bias", count: shape[0], amplitude: 0.5))
  }
}
