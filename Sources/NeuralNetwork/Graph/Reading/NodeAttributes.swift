/// A node's attributes, removed one by one by the code that interprets them; a remaining attribute would have
/// been ignored.
struct NodeAttributes {
  private let node: ONNXNode
  private var left: [String: ONNXAttribute.Value] = [:]

  init(_ node: ONNXNode) throws {
    self.node = node
    for attribute in node.attributes {
      guard left.updateValue(attribute.value, forKey: attribute.name) == nil else {
        throw refuse(attribute.name, "it is given twice")
      }
    }
  }

  mutating func integer(_ name: String, default fallback: Int) throws -> Int {
    switch left.removeValue(forKey: name) {
    case nil: return fallback
    case .integer(let value): return value
    default: throw refuse(name, "it is not an integer")
    }
  }

  mutating func float(_ name: String, default fallback: Float) throws -> Float {
    switch left.removeValue(forKey: name) {
    case nil: return fallback
    case .float(let value) where value.isFinite: return value
    default: throw refuse(name, "it is not a finite number")
    }
  }

  mutating func text(_ name: String, default fallback: String) throws -> String {
    switch left.removeValue(forKey: name) {
    case nil: return fallback
    case .text(let value): return value
    default: throw refuse(name, "it is not a text")
    }
  }

  mutating func tensor(_ name: String) throws -> ONNXTensor? {
    switch left.removeValue(forKey: name) {
    case nil: return nil
    case .tensor(let value): return value
    default: throw refuse(name, "it is not a tensor")
    }
  }

  /// Exactly `count` integers, all within `range`; `nil` if the attribute is absent.
  mutating func integers(_ name: String, count: Int, in range: ClosedRange<Int>) throws -> [Int]? {
    switch left.removeValue(forKey: name) {
    case nil: return nil
    case .integers(let values):
      guard values.count == count, values.allSatisfy(range.contains) else {
        throw refuse(name, "\(values.prefix(16)) is not \(count) integers within \(range)")
      }
      return values
    default: throw refuse(name, "it is not a list of integers")
    }
  }

  /// Up to ``WholeNumbers/limit`` integers of any size; `nil` if the attribute is absent.
  mutating func list(_ name: String) throws -> [Int]? {
    switch left.removeValue(forKey: name) {
    case nil: return nil
    case .integers(let values) where values.count <= WholeNumbers.limit: return values
    default: throw refuse(name, "it is not a short list of integers")
    }
  }

  func holds(_ name: String) -> Bool { left[name] != nil }

  /// Removes an attribute that has no effect here, whatever its value.
  mutating func ignore(_ name: String) { left[name] = nil }

  /// Call after the last attribute was taken.
  func finish() throws {
    if let name = left.keys.min() { throw refuse(name, "it is not supported") }
  }

  func refuse(_ name: String, _ reason: String) -> ModelError.Problem {
    .unsupported(node: node.label, operation: node.operation, attribute: name, reason: reason)
  }
}
