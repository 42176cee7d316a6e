/// Shape of one patch's value in the network, without the batch dimension. In memory an image is height × width
/// × channels (the channels of a pixel are adjacent); in the ONNX file it is channels × height × width.
enum PatchShape: Equatable, Sendable, CustomStringConvertible {
  case image(channels: Int, height: Int, width: Int)
  case vector(Int)

  var count: Int {
    switch self {
    case .image(let channels, let height, let width): channels * height * width
    case .vector(let length): length
    }
  }

  /// The dimension of per-channel parameters.
  var channels: Int {
    switch self {
    case .image(let channels, _, _): channels
    case .vector(let length): length
    }
  }

  /// In ONNX's order, without the batch.
  var dimensions: [Int] {
    switch self {
    case .image(let channels, let height, let width): [channels, height, width]
    case .vector(let length): [length]
    }
  }

  var description: String { dimensions.map(String.init).joined(separator: " × ") }
}
