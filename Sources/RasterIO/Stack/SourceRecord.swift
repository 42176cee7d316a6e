import Crypto
import Foundation
import Hashing

/// Size and modification time of a file. If both are unchanged, the file counts as unchanged.
public struct SourceStamp: Hashable, Sendable {
  /// Size, bytes.
  public let bytes: Int64
  /// Time of the last modification, nanoseconds since 1970.
  public let modifiedNanoseconds: Int64

  public init(bytes: Int64, modifiedNanoseconds: Int64) {
    self.bytes = bytes
    self.modifiedNanoseconds = modifiedNanoseconds
  }

  /// The stamp of a file; links are followed. `nil` if there is no file.
  public init?(path: String) {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    bytes = Int64(status.st_size)
    modifiedNanoseconds = Int64(status.st_mtim.tv_sec) * 1_000_000_000 + Int64(status.st_mtim.tv_nsec)
  }

  init?(text: String) {
    let parts = text.split(separator: " ")
    guard parts.count == 2, let bytes = Int64(parts[0]), let modified = Int64(parts[1]) else { return nil }
    self.init(bytes: bytes, modifiedNanoseconds: modified)
  }

  var text: String { "\(bytes) \(modifiedNanoseconds)" }
}

/// The files from which an interferogram of a stack was cut, and a hash of the pixels.
public struct SourceRecord: Hashable, Sendable {
  /// Known state of a file.
  public enum File: Hashable, Sendable {
    /// Unknown: the stack was written before sources were recorded, or by another program.
    case unknown
    /// There was no file.
    case none
    /// Size and time of the file when it was read.
    case stamp(SourceStamp)
  }

  /// The phase file.
  public var phase: File
  /// The coherence file.
  public var coherence: File
  /// SHA-256, hexadecimal, of the stored float32 pixels; `nil` if unknown. See ``hash(phase:coherence:)``.
  public var pixelHash: String?

  /// A record without any information.
  public static let unknown = SourceRecord(phase: .unknown, coherence: .unknown)

  public init(phase: File, coherence: File, pixelHash: String? = nil) {
    self.phase = phase
    self.coherence = coherence
    self.pixelHash = pixelHash
  }

  /// The record of files in their current state.
  ///
  /// - Parameters:
  ///   - phase: Path of the phase.
  ///   - coherence: Path of the coherence; `nil` if there is none.
  public init(phase: String, coherence: String?) {
    func file(_ path: String) -> File { SourceStamp(path: path).map(File.stamp) ?? .unknown }
    self.init(phase: file(phase), coherence: coherence.map(file) ?? .none)
  }

  /// ``PixelHash`` in hexadecimal, with NaN normalised: of the phase, and of the coherence if there was a
  /// file.
  public static func hash(phase: UnsafeBufferPointer<Float>, coherence: UnsafeBufferPointer<Float>?) -> String {
    var hash = SHA256()
    for pixels in [phase, coherence].compactMap({ $0 }) {
      var start = 0
      while start < pixels.count {
        let end = min(start + 1 << 14, pixels.count)
        let block = pixels[start..<end].map { value in
          (value == value ? value : .nan).bitPattern.littleEndian
        }
        block.withUnsafeBytes { hash.update(bufferPointer: $0) }
        start = end
      }
    }
    return hash.finalize().hexadecimal
  }
}

extension SourceRecord {
  /// Bytes of each of a record's three texts in a stack.
  static let textBytes = 64
  private static let noFile = "none"

  /// Texts of dataset `source`: phase, coherence, pixels.
  var texts: [String] {
    func text(_ file: File) -> String {
      switch file {
      case .unknown: ""
      case .none: Self.noFile
      case .stamp(let stamp): stamp.text
      }
    }
    return [text(phase), text(coherence), pixelHash ?? ""]
  }

  init(texts: some Collection<String>) {
    func file(_ text: String) -> File {
      text == Self.noFile ? .none : SourceStamp(text: text).map(File.stamp) ?? .unknown
    }
    let texts = Array(texts)
    guard texts.count == 3 else {
      self = .unknown
      return
    }
    self.init(phase: file(texts[0]), coherence: file(texts[1]), pixelHash: texts[2].count == 64 ? texts[2] : nil)
  }
}
