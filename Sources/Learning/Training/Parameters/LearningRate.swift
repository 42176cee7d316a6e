import Foundation

/// Learning rate of transferred layers at each step.
struct LearningRate {
  let settings: TrainingSettings
  let stepsPerEpoch: Int

  /// The rate at a step, counted from 0 over all epochs.
  func rate(step: Int) -> Double {
    let warm = settings.warmUpSteps > 0 ? min(1, Double(step + 1) / Double(settings.warmUpSteps)) : 1
    switch settings.schedule {
    case .constant: return settings.learningRate * warm
    case .cosine:
      let progress = Double(step) / Double(settings.epochs * stepsPerEpoch)
      return settings.learningRate * warm * (0.5 * (1 + cos(.pi * min(1, progress))) + 0.005)
    }
  }
}
