/// What a network computes in.
public enum Precision: String, Codable, CaseIterable, Hashable, Sendable {
  case float32
  case bfloat16
}
