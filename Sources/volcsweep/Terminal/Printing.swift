import Names
import StandardStreams

/// Prints to standard output, in place of Swift's function of this name, which ignores write errors: here they
/// determine the exit status, see `Volcsweep`. Output may contain text from files, workers and ledgers, so
/// invisible characters are made harmless.
func print(_ items: Any..., separator: String = " ", terminator: String = "\n") {
  StandardOutput.write(VisibleText.paragraph(items.map { "\($0)" }.joined(separator: separator)) + terminator)
}
