import Foundation

/// Loss functions for training: losses of one pass's patches, with their gradients with respect to the heads'
/// outputs.
public enum Losses {
  /// Cross entropy of the classes, after a softmax (with one output after the logistic function).
  ///
  /// - Parameters:
  ///   - logits: Count × outputs.
  ///   - classes: The true class of each patch; with one output, 1 means the class whose probability it is.
  ///   - smoothing: Fraction of the target distributed evenly over all classes, 0 ..< 1.
  ///   - weight: Weight of each patch, such as one over the batch's size.
  ///   - gradient: Receives count × outputs numbers.
  /// - Returns: The weighted sum of the patches' losses.
  public static func crossEntropy(
    logits: UnsafeBufferPointer<Float>, classes: ArraySlice<Int>, smoothing: Double, weight: Double,
    gradient: UnsafeMutableBufferPointer<Float>
  ) -> Double {
    let outputs = logits.count / classes.count
    precondition(logits.count == outputs * classes.count && gradient.count == logits.count)
    var sum = 0.0
    for (patch, truth) in classes.enumerated() {
      let row = patch * outputs
      guard outputs > 1 else {
        let wanted = (truth == 1 ? 1 - smoothing : 0) + smoothing / 2
        let x = Double(logits[row])
        // log(1 + e^−|x|) + max(x, 0) − wanted · x
        sum += log1p(exp(-abs(x))) + max(x, 0) - wanted * x
        gradient[row] = Float((1 / (1 + exp(-x)) - wanted) * weight)
        continue
      }
      let largest = (0..<outputs).reduce(-Float.infinity) { max($0, logits[row + $1]) }
      var total = 0.0
      for output in 0..<outputs { total += exp(Double(logits[row + output] - largest)) }
      let logTotal = log(total) + Double(largest)
      for output in 0..<outputs {
        let wanted = (output == truth ? 1 - smoothing : 0) + smoothing / Double(outputs)
        let logFraction = Double(logits[row + output]) - logTotal
        sum -= wanted * logFraction
        gradient[row + output] = Float((exp(logFraction) - wanted) * weight)
      }
    }
    return sum * weight
  }

  /// The mean squared difference over the patches that have a target.
  ///
  /// - Parameters:
  ///   - outputs: Count × as many numbers as each of `wanted` has.
  ///   - wanted: The targets; `nil` for patches without one.
  ///   - weight: Weight of each patch.
  ///   - gradient: Receives as many numbers as there are outputs.
  /// - Returns: The weighted sum of the patches' losses.
  public static func squaredError(
    outputs: UnsafeBufferPointer<Float>, wanted: ArraySlice<[Float]?>, weight: Double,
    gradient: UnsafeMutableBufferPointer<Float>
  ) -> Double {
    let count = outputs.count / wanted.count
    var sum = 0.0
    for (patch, wanted) in wanted.enumerated() {
      for index in 0..<count {
        let element = patch * count + index
        let difference = wanted.map { Double(outputs[element]) - Double($0[index]) } ?? 0
        sum += difference * difference / Double(count)
        gradient[element] = Float(2 * difference / Double(count) * weight)
      }
    }
    return sum * weight
  }
}
