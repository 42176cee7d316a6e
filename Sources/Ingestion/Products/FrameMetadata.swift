import Foundation
import Tables

/// Attributes of a frame from LiCSAR's `metadata.txt`, with MintPy's names.
package enum FrameMetadata {
  /// Reads `key=value` lines: `heading`, `avg_incidence_angle` and `center_time`; other and unreadable lines
  /// are ignored. Empty if the file is missing.
  package static func attributes(contentsOf path: String) -> [String: String] {
    guard let data = FileManager.default.contents(atPath: path), data.count <= 1 << 20 else { return [:] }
    var attributes: [String: String] = [:]
    for line in String(decoding: data, as: UTF8.self).split(whereSeparator: \.isNewline) {
      let parts = line.split(separator: "=", maxSplits: 1).map(\.trimmingWhitespace)
      guard parts.count == 2 else { continue }
      switch parts[0] {
      case "heading": attributes["HEADING"] = degrees(parts[1])
      case "avg_incidence_angle": attributes["CENTER_INCIDENCE_ANGLE"] = degrees(parts[1])
      case "center_time": attributes["CENTER_LINE_UTC"] = secondsOfDay(parts[1])
      default: continue
      }
    }
    return attributes
  }

  /// The text, unchanged, if it is a decimal number of degrees.
  private static func degrees(_ text: String) -> String? {
    guard text.utf8.count <= 32, let number = Double(text), abs(number) <= 360 else { return nil }
    return text
  }

  /// Converts `0:26:14.88` to seconds since midnight, the unit of MintPy's `CENTER_LINE_UTC`.
  private static func secondsOfDay(_ time: String) -> String? {
    let parts = time.split(separator: ":").map { Double($0) }
    guard parts.count == 3, let hours = parts[0], let minutes = parts[1], let seconds = parts[2] else { return nil }
    let total = ((hours * 3600 + minutes * 60 + seconds) * 1000).rounded() / 1000
    // Allows a leap second.
    return (0...86_401).contains(total) ? String(total) : nil
  }
}
