import Foundation
import Interferometry
import Isolation
import RasterIO

/// Answers about pixels from the process that opens stacks.
enum PixelAnswers {
  /// Answers a question for one interferogram after the other, each as soon as it is read.
  ///
  /// - Throws: errors of `say`.
  static func give(_ question: PixelQuestion, _ say: (StackAnswer) throws -> Void) throws {
    PoisonFile.strike(at: question.path)
    let reader: InterferogramStackReader
    do {
      reader = try InterferogramStackReader(path: question.path)
    } catch {
      for _ in question.pairs { try say(.unreadable("\(error)")) }
      return
    }
    let indices = Dictionary(
      reader.pairs.enumerated().map { ($0.element.description, $0.offset) }, uniquingKeysWith: { first, _ in first }
    )
    let count = reader.header.grid.count
    let phase = UnsafeMutableBufferPointer<Float>.allocate(capacity: count)
    let coherence = UnsafeMutableBufferPointer<Float>.allocate(capacity: count)
    defer {
      phase.deallocate()
      coherence.deallocate()
    }
    for pair in question.pairs {
      guard let index = indices[pair] else {
        try say(.unreadable("\(question.path): has no pair \(pair)"))
        continue
      }
      do {
        try reader.readPhase(at: index, into: phase)
        if reader.hasCoherence { try reader.readCoherence(at: index, into: coherence) }
      } catch {
        try say(.unreadable("\(error)"))
        continue
      }
      try say(
        .pixels(
          PixelHash.of(
            phase: UnsafeBufferPointer(phase),
            coherence: reader.hasCoherence ? UnsafeBufferPointer(coherence) : nil)))
    }
  }
}
