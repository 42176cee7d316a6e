import Foundation

/// Wrapping of phases into [−π, π].
public enum PhaseWrapping {
  /// The phase less the whole number of turns that leaves it in [−π, π].
  public static func wrap(_ radians: Float) -> Float {
    let turns = (radians * (0.5 / Float.pi)).rounded(.toNearestOrEven)
    return max(-Float.pi, min(Float.pi, radians - turns * (2 * Float.pi)))
  }

  /// The wrapped phase in steps of 1/128 rad, a third of a byte's step, and never 0, which means no data in a
  /// LiCSAR product. So few levels let a product be compressed to half of its size.
  public static func stored(_ radians: Float) -> Float {
    let wrapped = wrap(radians)
    let step = (wrapped * 128).rounded(.toNearestOrEven)
    return (step == 0 ? (wrapped < 0 ? -1 : 1) : step) * (1.0 / 128)
  }
}
