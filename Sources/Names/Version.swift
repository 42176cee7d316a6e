/// The version of volcsweep, as its command line, its metrics and its results report it.
public enum Version {
  /// Major, minor and patch number, separated by dots.
  public static let text = "0.1.0"
}
