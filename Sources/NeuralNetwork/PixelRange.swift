/// The range of pixel values declared by an ONNX file of an image model (ONNX, MetadataProps,
/// `Image.NominalPixelRange`).
enum PixelRange {
  private static let key = "Image.NominalPixelRange"
  private static let known: [String: ClosedRange<Float>] = [
    "NominalRange_0_255": 0...255, "Normalized_0_1": 0...1, "Normalized_1_1": -1...1,
    "NominalRange_16_235": 16...235,
  ]

  /// Checks that grays of 0…255 reach the network in the declared range.
  ///
  /// - Throws: ``ModelError/Problem`` if `volcsweep.mean` and `volcsweep.scale` produce another one.
  static func check(_ properties: [String: String], mean: [Float], scale: [Float]) throws {
    guard let named = properties[key] else { return }
    guard let range = known[named] else {
      throw ModelError.Problem.impossibleMetadata(
        key: key, value: named, expected: known.keys.sorted().joined(separator: ", "))
    }
    let tolerance = (range.upperBound - range.lowerBound) / 50
    for (mean, scale) in zip(mean, scale) {
      let (black, white) = ((0 - mean) * scale, (255 - mean) * scale)
      guard abs(black - range.lowerBound) <= tolerance, abs(white - range.upperBound) <= tolerance else {
        throw ModelError.Problem.impossibleMetadata(
          key: key, value: named,
          expected: "the range \(black) to \(white) that volcsweep.mean and volcsweep.scale make of gray 0 to 255; "
            + "correct one of them")
      }
    }
  }
}
