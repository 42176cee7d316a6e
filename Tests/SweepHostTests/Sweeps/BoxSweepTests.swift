import Foundation
import Interferometry
import Ledger
import Testing

/// From a network with two heads through real processes to the lists.
@Suite(.serialized) struct BoxSweepTests {
  private static let lists = ["box_row", "box_column", "box_half_height", "box_half_width"]
  private static let edges = ["box_west", "box_south", "box_east", "box_north"]

  /// The box that the lists must have: centre row and column, half-height and half-width, then the edges in degrees.
  /// `starts` are the first rows and columns of what the network sees, and `kept` tells whether it was asked.
  private func expected(
    phase: [Float], grid: Grid, at transform: GeoTransform, starts: (rows: [Int], columns: [Int]), kept: [Bool]
  ) throws -> [Double] {
    let side = TwoHeadedModel.side
    var best: (probability: Double, box: [Double])?
    for (row, first) in starts.rows.enumerated() {
      for (column, left) in starts.columns.enumerated() where kept[row * starts.columns.count + column] {
        var sum = 0.0
        for pixel in 0..<(side * side) {
          let value = phase[(first + pixel / side) * grid.width + left + pixel % side]
          sum += value.isNaN ? 0.5 : (Double(value) + .pi) / (2 * .pi)
        }
        let (probability, location) = TwoHeadedModel.answer(toMean: sum / Double(side * side))
        guard probability > best?.probability ?? 0 else { continue }
        best = (
          probability,
          [Double(first) + location[0] * 32, Double(left) + location[1] * 32, location[2] * 32, location[3] * 32]
        )
      }
    }
    var box = try #require(best?.box)
    // What reaches over the interferogram's edge is cut off.
    for (side, length) in [(0, grid.height), (1, grid.width)] {
      let (low, high) = (
        max(-0.5, box[side] - box[side + 2]), min(Double(length) - 0.5, box[side] + box[side + 2])
      )
      (box[side], box[side + 2]) = ((low + high) / 2, (high - low) / 2)
    }
    let (rows, columns) = (box[0] + 0.5, box[1] + 0.5)
    return box + [
      transform.west + (columns - box[3]) * 0.001, transform.north - (rows + box[2]) * 0.001,
      transform.west + (columns + box[3]) * 0.001, transform.north - (rows - box[2]) * 0.001,
    ]
  }

  private func table(_ text: String) -> [[String: String]] {
    let lines = text.split(separator: "\n").map { $0.split(separator: ",", omittingEmptySubsequences: false) }
    return lines.dropFirst().map { line in
      Dictionary(zip(lines[0], line).map { (String($0), String($1)) }, uniquingKeysWith: { first, _ in first })
    }
  }

  @Test(arguments: ["jgr2018", "biggs2022"])
  func listsTellTheBoxOfThePatchWithTheHighestProbability(profile: String) throws {
    let bench = try SweepBench(stacks: 1, pairs: 4)
    try TwoHeadedModel.write(to: bench.folder.appending(path: "two-heads.onnx"))
    let job = try bench.job("run", "model: two-heads.onnx\nprofile: \(profile)\ncandidate-threshold: 0.001\n")
    let swept = try bench.run(["sweep", job.path, "--workers", "2"])
    #expect(swept.status == 0, "\(swept.errors)")
    // Patches of the network's own size each 112 pixels; of 227 pixels each 56, of which it sees the middle.
    let starts =
      profile == "jgr2018"
      ? (rows: [0, 112, 198], columns: [0, 112, 208]) : (rows: [97, 100], columns: [97, 110])
    let header = bench.header(0)
    let ledger = try Ledger(reading: bench.folder.appending(path: "run/ledger.sqlite").path)
    let all = table(try bench.text("run/results/interferograms.csv"))
    #expect(all.count == 4)
    var boxes: [String: [Double]] = [:]
    for index in 0..<4 {
      guard case .scored(let result) = try ledger.outcome(ofInterferogram: index + 1)?.outcome else {
        Issue.record("interferogram \(index) is not scored")
        continue
      }
      #expect(result.patchRows == starts.rows.count && result.patchColumns == starts.columns.count)
      #expect(result.keptPatches > 1)
      let wanted = try expected(
        phase: SweepBench.phase(seed: index), grid: header.grid, at: header.geoTransform, starts: starts,
        kept: result.patchProbabilities.map { !$0.isNaN })
      let name = "\(header.volcanoKey)_\(header.frame)_\(try SweepBench.pair(index))"
      let line = try #require(all.first { $0["interferogram"] == name })
      let found = (Self.lists + Self.edges).compactMap { line[$0].flatMap(Double.init) }
      #expect(found.count == 8, "\(line)")
      for (place, (one, other)) in zip(found, wanted).enumerated() {
        #expect(abs(one - other) < (place < 4 ? 0.02 : 2e-5), "\(name) \(found), expected \(wanted)")
      }
      boxes[name] = found
    }
    #expect(Set(boxes.values.map { $0[0] }).count == 4, "the boxes differ")
    // The candidates say the same, as lines and as features.
    let candidates = table(try bench.text("run/results/candidates.csv"))
    #expect(!candidates.isEmpty)
    for line in candidates {
      let found = (Self.lists + Self.edges).compactMap { line[$0].flatMap(Double.init) }
      #expect(found == boxes[line["interferogram"] ?? ""])
    }
    let text = try bench.text("run/results/candidates.geojson")
    let json = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
    let features = try #require(json?["features"] as? [[String: Any]])
    #expect(features.count == candidates.count)
    for feature in features {
      let properties = try #require(feature["properties"] as? [String: Any])
      let found = (Self.lists + Self.edges).compactMap { properties[$0] as? Double }
      #expect(found == boxes[feature["id"] as? String ?? ""])
    }
  }

  @Test func ofANetworkThatTellsNoLocationTheListsHaveNoBox() throws {
    let bench = try SweepBench(stacks: 1, pairs: 2)
    let swept = try bench.run(["sweep", bench.job("run", "candidate-threshold: 0\n").path])
    #expect(swept.status == 0, "\(swept.errors)")
    for line in table(try bench.text("run/results/interferograms.csv")) {
      #expect((Self.lists + Self.edges).allSatisfy { line[$0] == "" })
    }
    let features = try bench.text("run/results/candidates.geojson")
    for name in Self.lists + Self.edges { #expect(features.contains("\"\(name)\":null"), "\(name)") }
  }
}
