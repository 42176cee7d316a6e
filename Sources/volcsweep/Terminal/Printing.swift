import Names
import StandardStreams

/// Prints to standard output, in place of Swift's own function of this name, which loses what cannot be written: here
/// the command's exit status reports it, see `Volcsweep`. What comes from files, workers and ledgers is among what is
/// printed, and nothing invisible in it reaches a terminal.
func print(_ items: Any..., separator: String = " ", terminator: String = "\n") {
  StandardOutput.write(VisibleText.paragraph(items.map { "\($0)" }.joined(separator: separator)) + terminator)
}
