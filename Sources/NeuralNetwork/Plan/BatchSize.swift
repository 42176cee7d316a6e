/// How many patches a sweep's network is given at once.
public enum BatchSize {
  /// Accepted batch sizes, patches.
  public static let range = 1...512
  /// What counts where nobody says otherwise.
  public static let standard = 128
}
