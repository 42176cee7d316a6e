import Names

/// Names of volcanoes and frames that somebody may have meant by one that is not known, in any spelling.
public enum NameSuggestions {
  /// See `NearNames.near`.
  ///
  /// - Parameters:
  ///   - name: in any spelling.
  ///   - known: the names there are, with each what is shown for it.
  /// - Returns: at most `NearNames.limit` of what is shown.
  public static func near(_ name: String, among known: [(name: String, shown: String)]) -> [String] {
    NearNames.near(name, among: known, key: VolcanoName.key)
  }

  /// `; did you mean A or B?`, or nothing.
  public static func question(_ name: String, among known: [(name: String, shown: String)]) -> String {
    NearNames.question(near(name, among: known))
  }
}
