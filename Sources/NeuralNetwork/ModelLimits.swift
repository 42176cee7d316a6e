/// Limits for every size in a model file, so that a damaged or malicious file causes an error and does not end
/// the process.
enum ModelLimits {
  static let fileBytes = 1 << 30
  static let nodes = 10_000
  static let initializers = 20_000
  static let safetensorsHeaderBytes = 1 << 24
  static let heads = 16
  static let attributesPerNode = 64
  static let namesPerNode = 1_024
  static let metadataEntries = 1_024
  static let textBytes = 1 << 20
  static let dimensions = 8
  static let tensorElements = 1 << 28
  /// Integer tensors only hold shapes.
  static let tensorIntegers = 1 << 20
  static let windowExtent = 1_024
  static let activationElements = 1 << 26
  static let arenaElements = 1 << 29
  static let inputSize = 4_096
  static let batchCapacity = 4_096

  /// The product of `factors`, or `nil` where it overflows, passes `limit` or has a negative factor.
  static func product(_ factors: [Int], limit: Int) -> Int? {
    var product = 1
    for factor in factors {
      let (next, overflow) = product.multipliedReportingOverflow(by: factor)
      guard factor >= 0, !overflow, next <= limit else { return nil }
      product = next
    }
    return product
  }
}
