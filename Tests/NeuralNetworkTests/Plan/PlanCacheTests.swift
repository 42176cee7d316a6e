import Foundation
import Testing

@testable import NeuralNetwork

/// A tried plan is kept, and nothing but a sound one for the same thing is taken from the cache.
@Suite struct PlanCacheTests {
  private let folder = FileManager.default.temporaryDirectory.appending(path: "plans-\(UUID().uuidString)/deep")

  private func cached(capacity: Int = 4, model hash: String = "abc") throws -> Plan {
    try Plan.cached(
      for: ModelFile(bytes: PlanTests.network()), modelSHA256: hash, batchCapacity: capacity, in: folder)
  }

  private func files() throws -> [URL] {
    try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
  }

  @Test func planIsMadeOnceForEachModelAndCapacity() throws {
    defer { try? FileManager.default.removeItem(at: folder.deletingLastPathComponent()) }
    let plan = try cached()
    let file = try #require(try files().first)
    let written = try Data(contentsOf: file)
    // Any plan for the model is as good as a measured one: mark this by one that no trial is likely to find.
    let marked = plan.with(["a": .columns, "b": .columns, "c": .columns, "d": .columns])
    let text = try #require(String(data: written, encoding: .utf8))
    let replaced = try Self.replace(text, plan: marked)
    try Data(replaced.utf8).write(to: file)
    #expect(try cached() == marked)
    #expect(try cached(capacity: 5).batchCapacity == 5)
    _ = try cached(model: "def")
    #expect(try files().count == 3)
  }

  @Test func damagedAndForeignFilesAreMadeAnew() throws {
    defer { try? FileManager.default.removeItem(at: folder.deletingLastPathComponent()) }
    let plan = try cached()
    let file = try #require(try files().first)
    let sound = try #require(String(data: Data(contentsOf: file), encoding: .utf8))
    let foreign = Plan(
      batchCapacity: 4, chunk: plan.chunk, machine: "another", kernels: plan.kernels)
    let damaged = [
      "", "{", String(sound.dropLast(20)), sound.replacingOccurrences(of: "\"chunk\" : 4", with: "\"chunk\" : 3"),
      try Self.replace(sound, plan: foreign),
      try Self.replace(sound, plan: plan.with(["b": .winograd(tile: 9)])),
      try Self.replace(sound, plan: plan.with(["b": .bfloat16])),
    ]
    for text in damaged {
      #expect(text != sound)
      try Data(text.utf8).write(to: file)
      let made = try cached()
      #expect(made.machine == Plan.thisMachine)
      #expect(made.chunk == plan.chunk)
      #expect(try String(contentsOf: file, encoding: .utf8) != text, "it is written anew")
      #expect(try cached() == made)
    }
  }

  @Test func withoutAPlaceToWriteThePlanIsOnlyMade() throws {
    let model = try ModelFile(bytes: PlanTests.network())
    let nowhere = URL(filePath: "/proc/volcsweep/plans")
    #expect(try Plan.cached(for: model, modelSHA256: "abc", batchCapacity: 4, in: nowhere).batchCapacity == 4)
    #expect(try Plan.cached(for: model, modelSHA256: "abc", batchCapacity: 4, in: nil).batchCapacity == 4)
  }

  @Test func placeIsTheUsersCache() {
    #expect(Plan.cacheFolder(environment: ["XDG_CACHE_HOME": "/c", "HOME": "/h"])?.path == "/c/volcsweep/plans")
    #expect(
      Plan.cacheFolder(environment: ["XDG_CACHE_HOME": "c", "HOME": "/h"])?.path == "/h/.cache/volcsweep/plans")
    #expect(Plan.cacheFolder(environment: [:]) == nil)
  }

  private static func replace(_ text: String, plan: Plan) throws -> String {
    var object = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    object["plan"] = try JSONSerialization.jsonObject(with: JSONEncoder().encode(plan))
    object["hash"] = plan.hash
    return String(decoding: try JSONSerialization.data(withJSONObject: object), as: UTF8.self)
  }
}
