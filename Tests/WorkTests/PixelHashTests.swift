import Foundation
import Interferometry
import Messaging
import RasterIO
import Testing

@testable import Work

/// A worker sends with each outcome the hash of the pixels that it came from.
@Suite(.serialized) struct PixelHashTests {
  @Test func everyOutcomeThatReadPixelsHasTheirHashAlsoARejection() throws {
    let bench = try WorkBench()
    let computer = try UnitComputer(bench.terms(), after: nil)
    let stack = try bench.makeStack("hashed", pairs: 3)
    func results() throws -> [Volcsweep_InterferogramResult] {
      computer.compute(try bench.assignment(stack, pairs: 0..<3), CurrentActivity(nil)) { false }.interferograms
    }
    let first = try results()
    let reader = try InterferogramStackReader(path: bench.archive.appending(path: stack).path)
    for (index, result) in first.enumerated() {
      let pixels = try reader.interferogram(at: index)
      let coherence = try #require(pixels.coherence)
      let hash = pixels.phase.withUnsafeBufferPointer { phase in
        coherence.withUnsafeBufferPointer { PixelHash.of(phase: phase, coherence: $0) }
      }
      #expect(result.pixelHash == hash)
    }
    #expect(Set(first.map(\.pixelHash)).count == 3)
    // A stack without data: rejected for its pixels, which have a hash all the same.
    let empty = StackHeader(
      volcano: Volcano(number: nil, name: "hashed", latitudeDegrees: 0, longitudeDegrees: 0),
      frame: "001A_00001_000000", grid: WorkBench.grid,
      geoTransform: GeoTransform(west: -0.12, north: 0.115, longitudeStep: 0.001, latitudeStep: -0.001))
    try FileManager.default.removeItem(at: bench.archive.appending(path: stack))
    let appender = try StackAppender(archive: bench.archive, header: empty)
    for index in 0..<3 {
      try [Float](repeating: .nan, count: WorkBench.grid.count).withUnsafeBufferPointer {
        try appender.append(try WorkBench.pair(index), perpendicularBaseline: 0, phase: $0, coherence: nil)
      }
    }
    try appender.publish()
    let rejected = try results()
    #expect(rejected.allSatisfy { !$0.rejection.isEmpty && $0.pixelHash.count == PixelHash.byteCount })
    #expect(Set(rejected.map(\.pixelHash)).count == 1)
  }
}
