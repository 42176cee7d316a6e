import Imaging
import Interferometry
import NeuralNetwork

/// How a profile cuts patches for a model: `jgr2018` and `multiscale` use the model's input size, `biggs2022` its own size,
/// of which the model sees the central window. The last row and column of patches are flush with the raster's
/// edge; those of them that cannot share the network's trunk are computed separately.
public struct PatchRule: Hashable, Sendable {
  /// The method.
  public let profile: MethodProfile
  /// Pixels across a patch.
  public let patchSize: Int
  /// Pixels across the network's input.
  public let inputSize: Int
  /// The last row and column of patches start at a multiple of this number; 1 covers the whole raster. Sweeps
  /// of earlier versions used other values, so that all patches shared the network's trunk.
  public let alignment: Int

  /// The patches for a model.
  ///
  /// - Throws: ``DetectionError`` if the model's input is larger than a patch.
  public init(profile: MethodProfile, model: ModelFile) throws(DetectionError) {
    let metadata = model.metadata
    self.profile = profile
    inputSize = metadata.inputSize
    alignment = 1
    switch profile.name {
    case .jgr2018, .multiscale:
      patchSize = metadata.inputSize
    case .biggs2022:
      patchSize = profile.patchSize
      guard inputSize <= patchSize else {
        throw .inputTooLarge(
          model: metadata.name, inputSize: inputSize, patchSize: patchSize, profile: profile.name.rawValue)
      }
    }
  }

  /// For drawing and reduction, where the patches are known but not the model.
  public init(profile: MethodProfile, patchSize: Int, alignment: Int = 1) {
    self.profile = profile
    self.alignment = alignment
    self.patchSize = patchSize
    inputSize = patchSize
  }

  /// The patches of an interferogram at all scales; `nil` if it is too small.
  public func layout(of grid: Grid) -> PatchLayout? {
    profile.layout(of: grid, patchSize: patchSize, alignment: alignment)
  }

  /// Pixels across the smallest interferogram that is scored.
  public var leastSide: Int { profile.usesCanvas ? PatchLayout.leastSide(ofPatch: patchSize) : patchSize }
}
