import Interferometry

extension InputChanges {
  /// Number of names per line.
  private static let namesShown = 20

  /// The changes as lines of text.
  public var lines: [String] {
    var lines = [
      Self.line(pixels, "pixels changed since they were read, scored again"),
      Self.line(dropped, "dropIfgram excludes them now, taken out of the plan"),
      Self.line(gone, "not in their stacks any more, taken out of the plan"),
      Self.line(copies, "of copies of stacks that were counted twice, taken out of the plan"),
      Self.line(returned, "in their stacks again, scored again"),
      Self.line(retried, "quarantined, but their files changed, tried again"),
    ].compactMap { $0 }
    if firstHashed > 0 {
      lines.append(
        "\(firstHashed) outcomes came without a hash of their pixels, as from an older volcsweep: the hashes are taken now, "
          + "and changes of the pixels before this cannot be seen")
    }
    if !missing.isEmpty {
      lines.append(
        "planned, but not in the archive any more: \(Self.some(missing)); their outcomes stay as they are")
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
