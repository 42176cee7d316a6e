import Foundation

/// Values that scripts in the folder of the same name have computed in other ways.
enum Expected {
  static func read<Value: Decodable>(_ name: String) throws -> Value {
    let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Expected/\(name)")
    return try JSONDecoder().decode(Value.self, from: Data(contentsOf: file))
  }
}
