import FileReasons

extension DefaultStringInterpolation {
  /// Interpolates errors into messages; those of Foundation and the operating system are worded by
  /// ``SystemReason``, in every command.
  mutating func appendInterpolation(_ error: any Error) { appendLiteral(SystemReason.text(error)) }
}
