/// The highest probability above which an interferogram is a candidate.
public enum CandidateThreshold {
  /// Valid thresholds, as probabilities.
  public static let range = 0.0...1.0
  /// What counts where nobody says otherwise.
  public static let standard = 0.5
}
