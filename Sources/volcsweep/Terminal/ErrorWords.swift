import FileReasons

extension DefaultStringInterpolation {
  /// An error in a message: those of Foundation and of the operating system in the words of ``SystemReason``, in every
  /// command.
  mutating func appendInterpolation(_ error: any Error) { appendLiteral(SystemReason.text(error)) }
}
