import Names
import Testing

/// What is suggested for names that are not known.
@Suite struct NearNamesTests {
  @Test(arguments: [
    ("candidate-treshold", ["candidate-threshold"]), ("unit_size", ["unit-size"]), ("achive", ["archive"]),
    ("work", ["workers", "worker-memory"]), ("colour", []), ("", []), ("x", []),
  ])
  func keysThatDifferInFewLettersAreMeant(name: String, meant: [String]) {
    let known = ["archive", "candidate-threshold", "unit-size", "workers", "worker-memory", "run", "run"]
    #expect(Set(NearNames.misspelt(name, among: known)) == Set(meant))
  }

  @Test func nothingIsSuggestedTwiceAndTheNearestComesFirst() {
    #expect(
      NearNames.misspelt("plan", among: ["plans", "plan2", "plan2", "plant"]) == ["plan2", "plans", "plant"])
    #expect(NearNames.question("stp", among: ["sweep", "keys", "step"]) == "; did you mean step?")
    #expect(NearNames.question("nothing", among: ["sweep"]) == "")
    #expect(NearNames.question(["a", "b"]) == "; did you mean a or b?")
  }
}
