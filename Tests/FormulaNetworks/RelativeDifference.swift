/// The largest difference as a share of the largest wanted number.
package func relativeDifference(_ found: [Float], _ wanted: [Float]) -> Float {
  guard found.count == wanted.count else { return .infinity }
  let largest = wanted.map(abs).max() ?? 0
  return (zip(found, wanted).map { abs($0 - $1) }.max() ?? .infinity) / largest
}
