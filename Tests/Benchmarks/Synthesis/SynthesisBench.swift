import Foundation
import Synthesis

/// Prints how many interferograms of 500 × 500 pixels one core makes in a second, without writing them: the plain
/// archive's, and those of every source with snow, faults and the multilook law. The volcanoes' ground is in it.
/// Seconds are those of the processor, so that what else the machine does counts little.
@main struct SynthesisBench {
  static func main() throws {
    let everything = Variety(
      sources: SourceFamily.allCases, transientFraction: 0.3, atmosphere: .exponential(lengthMetres: 5000),
      faultFraction: 0.2,
      hasSnow: true, looks: 20)
    for (name, variety) in [("plain", Variety.plain), ("everything", everything)] {
      let recipe = try ArchiveRecipe(
        volcanoes: 6, acquisitions: 12, deforming: 6, seed: 1, size: 500, variety: variety)
      var ground = 0.0
      var count = 0
      let start = processorSeconds
      for volcano in SyntheticVolcano.all(of: recipe) {
        let before = processorSeconds
        let scene = SyntheticScene(of: volcano)
        ground += processorSeconds - before
        scene.forEachInterferogram { _ in count += 1 }
      }
      let seconds = processorSeconds - start
      print(
        String(
          format: "%@: %d interferograms in %.2f s, %.1f a second; ground and source %.3f s a volcano", name, count,
          seconds, Double(count) / seconds, ground / 6))
    }
  }

  private static var processorSeconds: Double { Double(clock()) / Double(CLOCKS_PER_SEC) }
}
