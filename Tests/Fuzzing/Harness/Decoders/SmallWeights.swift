import Foundation

/// Small safetensors files: 8 bytes with the header's length, the header in JSON, the numbers.
enum SmallWeights {
  /// An AlexNet with two filters a layer, plain and in halves, and one file that says nothing sensible.
  static let corpus: [[UInt8]] = [
    alexNet(type: "F32", bytesPerNumber: 4), alexNet(type: "BF16", bytesPerNumber: 2),
    alexNet(type: "F16", bytesPerNumber: 2),
    file(
      #"{"__metadata__":{"a":"\u0041 \\ \" "},"b":{"dtype":"I64","shape":[],"data_offsets":[0,8]}}"#, numbers: 8),
  ]

  private static func alexNet(type: String, bytesPerNumber: Int) -> [UInt8] {
    var tensors: [(name: String, shape: [Int])] = []
    for (layer, shape) in [
      ("features.0", [2, 3, 11, 11]), ("features.3", [2, 2, 5, 5]), ("features.6", [2, 2, 3, 3]),
      ("features.8", [2, 2, 3, 3]), ("features.10", [2, 2, 3, 3]), ("classifier.1", [4, 72]),
      ("classifier.4", [4, 4]),
      ("classifier.6", [2, 4]),
    ] {
      tensors += [("\(layer).weight", shape), ("\(layer).bias", [shape[0]])]
    }
    var end = 0
    let members = tensors.map { name, shape in
      let start = end
      end += shape.reduce(bytesPerNumber, *)
      return #""\#(name)":{"dtype":"\#(type)","shape":\#(shape),"data_offsets":[\#(start),\#(end)]}"#
    }
    let metadata = [
      "name": "small", "version": "1", "input_size": "67", "channels": "3", "mean": "100,110.5,120",
      "scale": "0.01,0.02,0.015", "class_names": "background,deformation", "deformation_class": "deformation",
      "training_data": "none", "architecture": "alexnet",
    ].sorted { $0.key < $1.key }.map { #""volcsweep.\#($0)":"\#($1)""# }.joined(separator: ",")
    return file("{\"__metadata__\":{\(metadata)},\(members.joined(separator: ",\n "))}", numbers: end)
  }

  private static func file(_ header: String, numbers: Int) -> [UInt8] {
    let bytes = (0..<numbers).map { UInt8(truncatingIfNeeded: $0 &* 37 % 60) }
    return length(of: header.utf8.count) + Array(header.utf8) + bytes
  }

  private static func length(of header: Int) -> [UInt8] {
    (0..<8).map { UInt8(truncatingIfNeeded: header >> (8 * $0)) }
  }

  /// The file with the length of all up to its last brace.
  static func withItsHeadersLength(_ bytes: [UInt8]) -> [UInt8] {
    guard bytes.count > 8, let end = bytes.lastIndex(of: UInt8(ascii: "}")), end >= 8 else { return bytes }
    return length(of: end - 7) + bytes[8...]
  }
}
