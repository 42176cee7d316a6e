/// The shape of one patch's value inside the network, without the batch dimension. In memory an image is
/// height × width × channels (the channels of a pixel lie together); in the ONNX file it is
/// channels × height × width.
package enum PatchShape: Equatable, Sendable, CustomStringConvertible {
  case image(channels: Int, height: Int, width: Int)
  case vector(Int)

  /// Number of floats in the value of one patch.
  package var count: Int {
    switch self {
    case .image(let channels, let height, let width): channels * height * width
    case .vector(let length): length
    }
  }

  /// The dimension that per-channel parameters run along.
  package var channels: Int {
    switch self {
    case .image(let channels, _, _): channels
    case .vector(let length): length
    }
  }

  /// In ONNX's order, without the batch.
  package var dimensions: [Int] {
    switch self {
    case .image(let channels, let height, let width): [channels, height, width]
    case .vector(let length): [length]
    }
  }

  package var description: String { dimensions.map(String.init).joined(separator: " × ") }

  /// Pixels and channels of an image whose order in memory is not ONNX's; `nil` for other shapes.
  var pixelsAndChannels: (pixels: Int, channels: Int)? {
    guard case .image(let channels, let height, let width) = self, channels > 1, height * width > 1 else {
      return nil
    }
    return (height * width, channels)
  }
}
