import Names

/// Prints to standard output, in place of Swift's own function of this name: what comes from files, workers and ledgers is
/// among what is printed, and nothing invisible in it reaches a terminal.
func print(_ items: Any..., separator: String = " ", terminator: String = "\n") {
  let text = items.map { "\($0)" }.joined(separator: separator)
  Swift.print(VisibleText.paragraph(text), terminator: terminator)
}
