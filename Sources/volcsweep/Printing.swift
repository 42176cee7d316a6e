import StandardStreams

/// Prints to standard output, in place of Swift's own function of this name, which loses what cannot be written: here
/// the command's exit status reports it, see `Volcsweep`.
func print(_ items: Any..., separator: String = " ", terminator: String = "\n") {
  StandardOutput.write(items.map { "\($0)" }.joined(separator: separator) + terminator)
}
