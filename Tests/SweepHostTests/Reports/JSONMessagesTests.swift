import Foundation
import Testing

/// With `--log-format json` a program reads standard error, whatever happens.
@Suite(.serialized) struct JSONMessagesTests {
  private func objects(_ text: String) throws -> [[String: Any]] {
    try text.split(separator: "\n").map { line in
      let object = try? JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
      return try #require(object, "not an object: \(line)")
    }
  }

  @Test func everyLineOfAMistakeIsAnObject() throws {
    let bench = try SweepBench(stacks: 1, pairs: 1)
    let typo = bench.folder.appending(path: "typo.yaml")
    try Data("archive: archive\nrun: run\nworkrs: 1\nbatch-size: many\n".utf8).write(to: typo)
    let json = ["--log-format", "json"]
    let cases: [([String], Int32)] = [
      (["sweep", typo.path] + json, 78), (["sweep", typo.path, "--wrokers", "2", "--log-format=json"], 64),
      (["sweep"] + json, 64), (["rescore", bench.folder.path] + json, 1), (["rescore", typo.path] + json, 78),
      (["worker", "tcp://localhost:1", "--keys", "none"] + json, 78), (["worker"] + json, 64),
      (["worker", "--run", bench.folder.path] + json, 1),
    ]
    for (arguments, status) in cases {
      let said = try bench.run(arguments)
      #expect(said.status == status, "\(arguments): \(said)")
      let messages = try objects(said.errors)
      #expect(!messages.isEmpty && messages.allSatisfy { $0["level"] as? String == "error" }, "\(arguments)")
      #expect(messages.allSatisfy { $0["command"] as? String == arguments[0] }, "\(said.errors)")
    }
  }

  @Test func everyLineOfASweepIsAnObjectAlsoWhenInputIsRejected() throws {
    let bench = try SweepBench(stacks: 3, pairs: 4)
    let job = try bench.job("run").path
    #expect(try bench.run(["sweep", job, "--plan-only", "--log-format", "json"]).status == 0)
    _ = try objects(try bench.text("err"))
    try Data("gone".utf8).write(to: bench.archive.appending(path: bench.header(1).fileName))
    let said = try bench.run([
      "sweep", job, "--workers", "1", "--metrics", "0", "--verbose", "--log-format", "json",
    ])
    #expect(said.status == 3)
    let messages = try objects(said.errors).compactMap { $0["message"] as? String }
    #expect(messages.contains { $0.hasPrefix("metrics at http://127.0.0.1:") })
    #expect(messages.contains { $0.contains("interferograms, 100 %") })
  }

  /// What a library or the runtime prints is passed on as an object, also right before the process ends.
  @Test func aLineThatSomebodyElseWroteIsAnObject() throws {
    let bench = try SweepBench(stacks: 1, pairs: 1)
    bench.furtherEnvironment["VOLCSWEEP_FAIL_POINT"] = "nowhere"
    let said = try bench.run(["sweep", bench.job("run").path, "--workers", "1", "--log-format", "json"])
    #expect(said.status == 70)
    #expect(try objects(said.errors).contains { ($0["message"] as? String)?.contains("names no place") == true })
  }
}
