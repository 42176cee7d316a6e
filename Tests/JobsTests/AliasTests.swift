import Foundation
import Testing

@testable import Jobs

@Suite struct AliasTests {
  private func refusal(of text: String) throws -> String? {
    let file = FileManager.default.temporaryDirectory.appendingPathComponent("job-\(UUID().uuidString).yaml")
    defer { try? FileManager.default.removeItem(at: file) }
    try Data(text.utf8).write(to: file)
    do {
      _ = try Job(contentsOf: file)
      return nil
    } catch {
      return "\(error)"
    }
  }

  /// Found by fuzzing: as a key, a list of lists of … is looked at in full, 2⁴⁰ values of it.
  @Test func aliasesOfAliasesAsAKeyAreRefusedAtOnce() throws {
    let levels = (1...40).map { "a\($0): &a\($0) [*a\($0 - 1), *a\($0 - 1)]\n" }.joined()
    let words = try #require(try refusal(of: "a0: &a0 [x]\n\(levels)? *a40\n: x\n"))
    #expect(words.contains("more than 16 YAML aliases"))
  }

  @Test func aFewAliasesAndStarsInTextsAreNoMatter() throws {
    let words = try #require(try refusal(of: "archive: &here /nowhere\nrun: *here\n# * a * b * c*d 2*3\n"))
    #expect(!words.contains("aliases"))
    #expect(words.contains("the folder /nowhere does not exist"))
  }
}
