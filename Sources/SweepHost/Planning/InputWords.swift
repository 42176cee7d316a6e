import Interferometry

extension InputChanges {
  /// Number of names per line.
  private static let namesShown = 20

  /// The changes as lines of text.
  public var lines: [String] {
    var lines = [
      Self.line(pixels, "pixels have changed; will be scored again"),
      Self.line(dropped, "now excluded by dropIfgram; removed from the plan"),
      Self.line(gone, "no longer in their stacks; removed from the plan"),
      Self.line(copies, "duplicates from copied stacks; removed from the plan"),
      Self.line(returned, "in their stacks again; will be scored again"),
      Self.line(retried, "quarantined, but their files have changed; will be tried again"),
    ].compactMap { $0 }
    if firstHashed > 0 {
      lines.append(
        "\(firstHashed) outcomes from an older volcsweep have no hash of their pixels: the hashes are computed now, "
          + "so earlier changes of the pixels cannot be detected")
    }
    if !missing.isEmpty {
      lines.append(
        "planned, but no longer in the archive: \(Self.some(missing)); their outcomes are kept")
    }
    return lines
  }

  private static func line(_ ids: [InterferogramID], _ words: String) -> String? {
    guard !ids.isEmpty else { return nil }
    return "input changed: \(ids.count) \(ids.count == 1 ? "interferogram" : "interferograms"), \(words): "
      + some(ids.map(\.description))
  }

  private static func some(_ names: [String]) -> String {
    let shown = names.prefix(namesShown).joined(separator: ", ")
    return names.count > namesShown ? "\(shown) and \(names.count - namesShown) more" : shown
  }
}
