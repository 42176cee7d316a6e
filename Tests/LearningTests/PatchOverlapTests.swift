import Foundation
import NetworkTraining
import NeuralNetwork
import Synthesis
import Testing

@testable import Learning

/// What a model has learnt from is known again, however it is packed.
@Suite struct PatchOverlapTests {
  private func patches(
    _ numbers: Range<Int>, side: Int = 160, place: String = "Sierra Negra"
  ) throws -> LabelledPatches {
    var gray: [UInt8] = []
    for number in numbers {
      for pixel in 0..<(side * side) {
        let slope: Int = pixel * 31 + pixel / side * 17
        let value: Int = slope * (number + 3) + number
        gray.append(UInt8(truncatingIfNeeded: value))
      }
    }
    return try LabelledPatches(
      side: side, gray: gray, deforms: numbers.map { $0 % 2 == 0 }, places: numbers.map { _ in place },
      origins: numbers.map { _ in "cerro_azul_106A_09048_000909_20200101_20200113" })
  }

  private func overlap(_ record: LearntPatches?, _ patches: LabelledPatches) -> PatchOverlap {
    var overlap = PatchOverlap()
    overlap.add(patches, chosen: Array(0..<patches.count), record: record)
    return overlap
  }

  @Test func aPatchIsKnownInAnotherOrderSizeAndFile() throws {
    let all = try patches(0..<10)
    let record = LearntPatches(all, learnt: [0, 1, 2, 3], validated: [4])
    for set in [all, all.subset([9, 3, 4, 0, 1, 2, 5, 6, 7, 8]), all.central(side: 159), all.central(side: 140)] {
      let found = overlap(record, set)
      #expect(found.learnt == 4 && found.validated == 1 && found.samePlace == 5, "\(found)")
    }
    try withFolder { folder in
      let file = folder.appending(path: "set.h5").path
      try PatchSetFile.write(all.subset([7, 2]), to: file)
      #expect(overlap(record, try PatchSetFile.read(file)).learnt == 1)
    }
    #expect(all.contentHash == all.subset(Array((0..<10).reversed())).contentHash)
    #expect(all.contentHash != all.subset(Array(0..<9)).contentHash)
  }

  @Test func placesAreComparedWherePatchesDiffer() throws {
    let record = LearntPatches(try patches(0..<4, place: "sierra_negra"), learnt: [0, 1, 2, 3], validated: [])
    let there = overlap(record, try patches(20..<23, place: "Sierra-Negra"))
    #expect(there.learnt == 0 && there.samePlace == 3)
    #expect(there.words(model: "m").contains("other patches of the place where 3 of these patches lie"))
    let elsewhere = try LabelledPatches(
      side: 160, gray: patches(30..<31).gray, deforms: [true], places: ["Krafla"])
    #expect(
      overlap(record, elsewhere).words(model: "m")
        == "m was trained on none of these 1 patches, and on none of their places.")
    let blank = try LabelledPatches(
      side: 160, gray: [UInt8](repeating: 128, count: 2 * 160 * 160), deforms: [false, false], places: ["a", "b"])
    #expect(
      overlap(LearntPatches(blank, learnt: [0], validated: []), blank.subset([1])).learnt == 0,
      "blanks tell nothing")
  }

  @Test func aModelKeepsWhatItLearntFrom() throws {
    let all = try patches(0..<6)
    var record = LearntPatches(all, learnt: [0, 1], validated: [2])
    var description = ModelDescription(name: "m", version: "1", trainingData: "six patches")
    description.entries = record.entries
    let model = try NewNetwork.sweep.model(description, random: RandomStream(seed: 1, path: 1))
    #expect(try LearntPatches(model) == record)
    #expect(model.metadata.remarks["patches"] == nil, "no list among the remarks")
    record.formUnion(LearntPatches(unknown: "the model that it started from does not say"))
    description.entries = record.entries
    let further = try NewNetwork.sweep.model(description, random: RandomStream(seed: 1, path: 1))
    let words = overlap(try LearntPatches(further), all).words(model: "m")
    #expect(
      words.contains("at least 2 of these 6 patches (33 %)") && words.contains("The rest is unknown"), "\(words)")
    description.entries = [:]
    let silent = try NewNetwork.sweep.model(description, random: RandomStream(seed: 1, path: 1))
    let none = try LearntPatches(silent)
    #expect(none == nil && overlap(none, all).words(model: "m").contains("it is unknown whether"))
    description.entries = ["patches": "1/1 ****"]
    let damaged = try NewNetwork.sweep.model(description, random: RandomStream(seed: 1, path: 1))
    #expect(throws: DataSetError.self) { try LearntPatches(damaged) }
  }

  @Test(arguments: ["0", "3", "2199023255552", "18446744073709551615"])
  func aPartThatNoModelKeepsIsADamagedEntry(divisor: String) throws {
    let model = try model(of: patches(0..<4), keepingOneOf: divisor)
    #expect(throws: DataSetError.self) { try LearntPatches(model) }
  }

  @Test func whatIsRecognisedStandsForNoMorePatchesThanThereAre() throws {
    let all = try patches(0..<4)
    let record = try #require(try LearntPatches(model(of: all, keepingOneOf: "1099511627776")))
    let found = overlap(record, all)
    #expect(found.learnt == 4 && found.validated == 4 && found.samePlace == 0 && found.isEstimate, "\(found)")
    #expect(found.words(model: "m").contains("about 4 of these 4 patches (100 %)"))
  }

  /// A model that learnt from the first two of the patches, was measured on the others and says that it keeps the hash of
  /// one patch of so many.
  private func model(of patches: LabelledPatches, keepingOneOf divisor: String) throws -> ModelFile {
    var description = ModelDescription(name: "m", version: "1", trainingData: "four patches")
    description.entries = LearntPatches(patches, learnt: [0, 1], validated: [2, 3]).entries.mapValues {
      $0.replacing("1/1 ", with: "1/\(divisor) ")
    }
    return try NewNetwork.sweep.model(description, random: RandomStream(seed: 1, path: 1))
  }

  /// It was chosen with a look at them, and learnt from none.
  @Test func theShippedModelSaysThatItWasMeasuredOnTheLabelledPatches() throws {
    guard let file = RealData.path("patches/licsar-patches.h5") else { return }
    let shipped = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../../Sources/volcsweep/DefaultModel/default-model.onnx").standardized
    let patches = try PatchSetFile.read(file)
    let found = overlap(try LearntPatches(ModelFile(contentsOf: shipped)), patches)
    #expect(found.unknown == nil && found.learnt == 0, "\(found)")
    #expect(found.validated >= patches.count - 20, "\(found.validated) of \(patches.count)")
  }
}
