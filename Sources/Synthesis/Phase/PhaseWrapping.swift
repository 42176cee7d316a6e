import Foundation

/// Wrapping of phase to [−π, π].
public enum PhaseWrapping {
  /// The phase minus the whole number of cycles that brings it to [−π, π].
  public static func wrap(_ radians: Float) -> Float {
    let turns = (radians * (0.5 / Float.pi)).rounded(.toNearestOrEven)
    return max(-Float.pi, min(Float.pi, radians - turns * (2 * Float.pi)))
  }

  /// The wrapped phase, rounded to 1/128 rad, a third of the step of 8-bit phase, and never 0, which means no
  /// data in LiCSAR products. The rounding lets products compress to half their size.
  public static func stored(_ radians: Float) -> Float {
    let wrapped = wrap(radians)
    let step = (wrapped * 128).rounded(.toNearestOrEven)
    return (step == 0 ? (wrapped < 0 ? -1 : 1) : step) * (1.0 / 128)
  }
}
