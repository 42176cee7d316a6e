import Imaging
import Interferometry
import NeuralNetwork

/// How a profile cuts patches for a model: `jgr2018` cuts them in the model's own input size, `biggs2022` in its own
/// size, of which a model sees the central window. The last row and column of patches are flush with the raster's edge; those
/// of them that cannot share the network's trunk run alone.
public struct PatchRule: Hashable, Sendable {
  public let profile: MethodProfile
  /// Pixels across a patch.
  public let patchSize: Int
  /// Pixels across what the network sees of it.
  public let inputSize: Int
  /// The last row and column of patches start at a multiple of it; 1 leaves no pixel uncovered. Sweeps of earlier versions
  /// have others, so that all patches shared the network's trunk.
  public let alignment: Int

  /// - Throws: ``DetectionError`` when the model wants more than a patch has.
  public init(profile: MethodProfile, model: ModelFile) throws(DetectionError) {
    let metadata = model.metadata
    self.profile = profile
    inputSize = metadata.inputSize
    alignment = 1
    switch profile.name {
    case .jgr2018:
      patchSize = metadata.inputSize
    case .biggs2022:
      patchSize = profile.patchSize
      guard inputSize <= patchSize else {
        throw .inputTooLarge(
          model: metadata.name, inputSize: inputSize, patchSize: patchSize, profile: profile.name.rawValue)
      }
    }
  }

  /// For drawing and reducing, which know the patches but not the model.
  public init(profile: MethodProfile, patchSize: Int, alignment: Int = 1) {
    self.profile = profile
    self.alignment = alignment
    self.patchSize = patchSize
    inputSize = patchSize
  }

  /// The patches of a raster; `nil` where it is smaller than one.
  public func patches(of grid: Grid) -> PatchGrid? {
    PatchGrid(grid: grid, size: patchSize, stride: profile.stride, alignment: alignment)
  }
}
