/// The version of volcsweep, as its command line, its metrics and its results report it.
public enum Version {
  public static let text = "0.1.0"
}
