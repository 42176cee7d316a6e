/// Precision of a network's matrix products.
public enum Precision: String, Codable, CaseIterable, Sendable {
  /// Single precision throughout.
  case float32
  /// A layer's operands may be rounded to bfloat16 (8 bits of precision) before multiplication; sums are
  /// float32. Needs oneDNN and a processor with AVX512_BF16 or AMX. The first convolution stays in float32.
  case bfloat16

  /// Why this process cannot use it; `nil` if it can.
  public var obstacle: String? {
    guard self == .bfloat16 else { return nil }
    guard let library = OneDNN.installed else {
      return "oneDNN is not installed (libdnnl.so.2, in Debian the package libdnnl2)"
    }
    return library.hasBFloat16 ? nil : "this processor has neither AVX512_BF16 nor AMX"
  }
}
