import Interferometry
import Testing

@Suite struct ReasonTests {
  private static let reasons: [RejectionReason] = [
    .empty, .noAnswer, .noProbability, .constant(phase: 1.5), .constant(phase: -0.0), .constant(phase: -3.1415925),
    .notWrapped(low: -9.5, high: 3), .notWrapped(low: -.infinity, high: .infinity),
    .notWrapped(low: -3.0e-7, high: 1.0e+20), .notCoherence(low: -32_768, high: 0.5),
    .notCoherence(low: -.greatestFiniteMagnitude, high: .infinity),
    .tooSmall(grid: Grid(height: 100, width: 300), patchSize: 224),
  ]

  @Test func everyRejectionIsReadFromItsOwnText() {
    for reason in Self.reasons { #expect(RejectionReason(reason.description) == reason, "\(reason)") }
  }

  @Test func otherWordsAreNoRejection() {
    let texts = [
      "", "unreadable: /archive/a.h5: cannot be read (HDF5: file read failed: time = Mon, buf = 0x7f)", "empty",
      "empty: no pixel has data ", "empty: no pixel has data\n", "Empty: no pixel has data",
      "the network's answer to a patch is not a probability", "constant: every pixel with data has phase 1.50",
      "constant: every pixel with data has phase 9",
      "constant: every pixel with data has phase nan", "constant: every pixel with data has phase 0x1p0",
      "not wrapped phase: values from 1.0 to 2.0 radians, expected −π to π",
      "not wrapped phase: values from 9.0 to 2.0 radians, expected −π to π",
      "not wrapped phase: values from nan to nan radians, expected −π to π",
      "not wrapped phase: values from -9.5 to 3.0 radians, expected −π to π on node7",
      "not coherence: values from 0.0 to 1.0, expected 0 to 1; correct the scale or the no-data value of the stack's "
        + "coherence, or remove it",
      "too small: 0 × 300 pixels, a patch has 224 × 224", "too small: 300 × 300 pixels, a patch has 224 × 224",
      "too small: 100 × 300 pixels, a patch has 224 × 225", "too small: ", String(repeating: "9", count: 1 << 20),
      "\u{1B}[2Jempty: no pixel has data",
    ]
    for text in texts { #expect(RejectionReason(text) == nil, "\(text.prefix(100))") }
    for trouble in ReadingTrouble.allCases { #expect(RejectionReason(trouble.description) == nil) }
  }

  @Test func theTroubleThatIsKeptDoesNotDependOnTheOrder() {
    let troubles: [ReadingTrouble] = [.pixels, .archive, .stackMissing]
    #expect(troubles.max() == .pixels && Array(troubles.reversed()).max() == .pixels)
    #expect(ReadingTrouble.allCases == ReadingTrouble.allCases.sorted())
  }

  @Test func whatAQuarantineIsListedForNamesNoHostNoNumberAndNoTime() {
    let causes = [
      "signal 11 (SIGSEGV) while reading interferogram 7, 143 MB; its log (logs/worker-1.log) ends: memory limit of x":
        QuarantineCause.segmentation,
      "memory limit of 4096 MB reached, signal 5 (SIGTRAP)": .memory,
      "no progress for 300 s (node7:4711, 45 MB)": .stalled,
      "silent for 30 s (node7:4711, in the network, 45 MB)": .silent, "has had unit 7 for 14400 s": .overdue,
      "exit status 3": .died, "": .died, "signal 9 (SIGKILL)": .killed,
    ]
    for (words, cause) in causes { #expect(QuarantineCause(cause: words) == cause, "\(words)") }
    for cause in QuarantineCause.allCases {
      #expect(!cause.description.contains { $0.isNumber || $0 == ":" || $0.isNewline })
    }
  }
}
