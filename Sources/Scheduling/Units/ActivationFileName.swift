/// The names of the files with stored activations, one for each lease: `<epoch>-<unit>-<attempt>.activations`.
public enum ActivationFileName {
  private static let suffix = ".activations"

  /// The name of a lease's file, inside its stack's folder.
  public static func of(epoch: some BinaryInteger, unit: some BinaryInteger, attempt: some BinaryInteger) -> String
  {
    "\(epoch)-\(unit)-\(attempt)\(suffix)"
  }

  /// Whether a file's name is one that ``of(epoch:unit:attempt:)`` gives.
  public static func isOne(_ name: some StringProtocol) -> Bool {
    guard name.hasSuffix(suffix) else { return false }
    let numbers = name.dropLast(suffix.count).split(separator: "-", omittingEmptySubsequences: false)
      .map { UInt64($0) }
    guard numbers.count == 3, let epoch = numbers[0], let unit = numbers[1], let attempt = numbers[2] else {
      return false
    }
    // The same numbers could be spelled otherwise, with a sign or zeros in front.
    return of(epoch: epoch, unit: unit, attempt: attempt) == name
  }
}
