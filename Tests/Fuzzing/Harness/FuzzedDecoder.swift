import Foundation

/// A decoder under fuzzing: sound inputs to start from, how they are damaged, and what must hold of the damaged ones.
public struct FuzzedDecoder: Sendable {
  /// How sound inputs are damaged.
  enum Form: Sendable {
    /// Byte by byte, with words that mean something to the decoder.
    case bytes(words: [String] = [])
    /// Field by field in the protobuf wire format, or byte by byte.
    case protobuf
    /// Byte by byte without a change of length, inside these byte ranges only.
    case ranges([Range<Int>], words: [String])
  }

  /// The name on the command line.
  public let name: String
  let corpus: [[UInt8]]
  let form: Form
  /// Decodes an input. Refusing it (any error but ``BrokenPromise``) is as good as reading it.
  let decode: @Sendable ([UInt8]) throws -> Void

  /// The input that a seed stands for.
  public func input(seed: UInt64) -> [UInt8] {
    var random = SeededRandom(seed: seed, of: name)
    var bytes = random.pick(corpus) ?? []
    let other = random.pick(corpus) ?? []
    for _ in 0..<(1 + random.below(random.chance(1, in: 3) ? 12 : 3)) {
      switch form {
      case .bytes(let words):
        ByteMutator(words: words.map { Array($0.utf8) }).mutate(&bytes, with: other, &random)
      case .protobuf:
        let plain = ByteMutator()
        if random.chance(3, in: 4), WireMutator(bytes: plain).mutate(&bytes, with: other, &random) { continue }
        plain.mutate(&bytes, with: other, &random)
      case .ranges(let ranges, let words): mutate(&bytes, in: ranges, words, &random)
      }
    }
    return bytes
  }

  /// Why the first of the sound inputs is refused; `nil` if it is read, as it must be.
  public func refusalOfTheSoundInput() -> String? {
    do {
      try decode(corpus.first ?? [])
      return nil
    } catch {
      return "\(error)"
    }
  }

  /// The sound inputs.
  public var soundInputs: [[UInt8]] { corpus }

  /// Whether it may be given any bytes; otherwise only some byte ranges of the valid inputs may be damaged, because
  /// a library in front of it does not withstand everything.
  public var takesAnyBytes: Bool { if case .ranges = form { false } else { true } }

  /// What the decoder makes of an input.
  ///
  /// - Returns: whether the input was read; false if it was refused.
  /// - Throws: ``BrokenPromise``.
  public func accepts(_ input: [UInt8]) throws -> Bool {
    do {
      try decode(input)
      return true
    } catch let broken as BrokenPromise {
      throw broken
    } catch {
      // Saying what is wrong is part of refusing.
      guard !"\(error)".isEmpty else { throw BrokenPromise("an error without words") }
      return false
    }
  }

  private func mutate(
    _ bytes: inout [UInt8], in ranges: [Range<Int>], _ words: [String], _ random: inout SeededRandom
  ) {
    guard let range = random.pick(ranges) else { return }
    if random.chance(1, in: 2), let word = random.pick(words) {
      let padded = Array(word.utf8) + [UInt8](repeating: 0, count: max(0, range.count - word.utf8.count))
      bytes.replaceSubrange(range, with: padded.prefix(range.count))
    } else {
      bytes[range.lowerBound + random.below(range.count)] = UInt8(truncatingIfNeeded: random.next())
    }
  }
}

/// Something that must hold of what a decoder read, and does not.
struct BrokenPromise: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }
}
