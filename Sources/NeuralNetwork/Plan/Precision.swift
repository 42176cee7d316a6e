/// How precisely a network's products are computed.
public enum Precision: String, Codable, CaseIterable, Sendable {
  /// As floats throughout.
  case float32
  /// A layer's numbers may be rounded to bfloat16 (8 bits of precision) before they are multiplied, and are then summed
  /// as floats. Needs oneDNN and a processor with AVX512_BF16 or AMX. The first convolution stays as it is.
  case bfloat16

  /// Why this process cannot compute so; `nil` where it can.
  public var obstacle: String? {
    guard self == .bfloat16 else { return nil }
    guard let library = OneDNN.installed else {
      return "oneDNN is not installed (libdnnl.so.2, in Debian the package libdnnl2)"
    }
    return library.hasBFloat16 ? nil : "this processor has neither AVX512_BF16 nor AMX"
  }
}
