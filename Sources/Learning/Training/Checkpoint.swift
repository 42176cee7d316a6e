import Files
import Foundation
import NeuralNetwork

/// State of a training between two steps: a safetensors file (huggingface.co/docs/safetensors) of float32
/// tensors, with the remaining state as JSON in `__metadata__` under `volcsweep.checkpoint`.
enum Checkpoint {
  private struct State: Codable {
    var form = 1
    let fingerprint: String
    let settings: TrainingSettings
    let stepsDone: Int
    let epochLoss: Double
    let history: TrainingHistory
  }

  private struct Entry: Codable {
    let dtype: String
    let shape: [Int]
    let data_offsets: [Int]
  }

  private static let key = "volcsweep.checkpoint"
  private static let headerLimit = 1 << 26

  /// Writes the file atomically.
  static func write(_ trainer: Trainer, to path: String) throws {
    let state = State(
      fingerprint: trainer.fingerprint, settings: trainer.task.settings,
      stepsDone: trainer.stepsDone, epochLoss: trainer.epochLoss, history: trainer.history)
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    var header: [String: any Encodable] = [:]
    header["__metadata__"] = [key: String(decoding: try encoder.encode(state), as: UTF8.self)]
    var end = 0
    for (name, values) in trainer.tensors {
      header[name] = Entry(dtype: "F32", shape: [values.count], data_offsets: [end, end + 4 * values.count])
      end += 4 * values.count
    }
    var text = try encoder.encode(header.mapValues(Anything.init))
    while text.count % 8 != 0 { text.append(UInt8(ascii: " ")) }
    try AtomicFile.replace(path) { temporary in
      guard FileManager.default.createFile(atPath: temporary, contents: nil),
        let file = FileHandle(forWritingAtPath: temporary)
      else { throw CocoaError(.fileWriteUnknown, userInfo: [NSFilePathErrorKey: path]) }
      defer { try? file.close() }
      try file.write(contentsOf: (0..<8).map { UInt8(truncatingIfNeeded: text.count >> (8 * $0)) })
      try file.write(contentsOf: text)
      for (_, values) in trainer.tensors {
        guard let base = values.baseAddress else { continue }
        try file.write(contentsOf: Data(bytesNoCopy: base, count: 4 * values.count, deallocator: .none))
      }
    }
  }

  /// Restores a trainer's state.
  ///
  /// - Throws: ``TrainingError/unusableCheckpoint(file:reason:)``.
  static func read(_ path: String, into trainer: Trainer) throws {
    func unusable(_ reason: String) -> TrainingError { .unusableCheckpoint(file: path, reason: reason) }
    guard let file = FileHandle(forReadingAtPath: path) else { throw unusable("cannot be opened") }
    defer { try? file.close() }
    let prefix = try file.read(upToCount: 8) ?? Data()
    let length = prefix.reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    guard prefix.count == 8, length <= headerLimit, let text = try file.read(upToCount: Int(length)),
      text.count == Int(length)
    else { throw unusable("is not a checkpoint, or is truncated") }
    struct Header: Decodable {
      let metadata: [String: String]
      let entries: [String: Entry]

      init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: AnyKey.self)
        var entries: [String: Entry] = [:]
        for name in container.allKeys where name.stringValue != "__metadata__" {
          entries[name.stringValue] = try container.decode(Entry.self, forKey: name)
        }
        metadata = try container.decode([String: String].self, forKey: AnyKey(stringValue: "__metadata__"))
        self.entries = entries
      }
    }
    guard let header = try? JSONDecoder().decode(Header.self, from: text),
      let state = try? JSONDecoder().decode(State.self, from: Data((header.metadata[key] ?? "").utf8)),
      state.form == 1
    else { throw unusable("its header is not a checkpoint's") }
    guard state.settings == trainer.task.settings else {
      throw unusable("it was written with other settings")
    }
    guard state.fingerprint == trainer.fingerprint else {
      throw unusable("it was written for other patches, another split or another starting point")
    }
    guard (0...trainer.steps).contains(state.stepsDone),
      state.history.isPossible(epochs: state.stepsDone / trainer.stepsPerEpoch)
    else { throw unusable("its number of steps or epochs is invalid") }
    var start = 0
    for (name, values) in trainer.tensors {
      let end = start + 4 * values.count
      guard let entry = header.entries[name], entry.dtype == "F32", entry.data_offsets == [start, end] else {
        throw unusable("tensor \(name) is at the wrong position")
      }
      guard let data = try file.read(upToCount: end - start), data.count == end - start else {
        throw unusable("it is truncated")
      }
      data.withUnsafeBytes { UnsafeMutableRawBufferPointer(values).copyMemory(from: $0) }
      start = end
    }
    trainer.stepsDone = state.stepsDone
    trainer.epochLoss = state.epochLoss
    trainer.history = state.history
    if state.stepsDone > 0 { trainer.network.resume() }
  }

  private struct AnyKey: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  private struct Anything: Encodable {
    let value: any Encodable
    init(_ value: any Encodable) { self.value = value }
    func encode(to encoder: any Encoder) throws { try value.encode(to: encoder) }
  }
}

extension Trainer {
  /// All arrays that later steps depend on, in a fixed order.
  fileprivate var tensors: [(name: String, values: UnsafeMutableBufferPointer<Float>)] {
    network.parameters.map { ("value/\($0.name)", $0.values) } + optimizer.state + (mean?.state ?? []) + kept.state
  }

  /// Writes a checkpoint from which the training can continue.
  ///
  /// - Throws: errors of the file system.
  public func save(to path: String) throws { try Checkpoint.write(self, to: path) }

  /// Continues from a checkpoint of the same task.
  ///
  /// - Throws: ``TrainingError/unusableCheckpoint(file:reason:)``.
  public func restore(from path: String) throws { try Checkpoint.read(path, into: self) }
}
