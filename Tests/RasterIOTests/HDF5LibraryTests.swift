import Foundation
import Synchronization
import Testing

@testable import RasterIO

/// A library whose build does not keep threads apart is used by one at a time.
@Suite struct HDF5LibraryTests {
  private final class Crowd: Sendable {
    let inside = Atomic(0)
    let most = Atomic(0)

    func visit() {
      let count = inside.add(1, ordering: .sequentiallyConsistent).newValue
      _ = most.max(count, ordering: .sequentiallyConsistent)
      usleep(200)
      inside.subtract(1, ordering: .sequentiallyConsistent)
    }
  }

  @Test(arguments: [true, false]) func onlyABuildThatIsNotThreadSafeIsUsedByOneThreadAtATime(isThreadSafe: Bool) {
    let crowd = Crowd()
    DispatchQueue.concurrentPerform(iterations: 4) { _ in
      for _ in 0..<100 {
        HDF5Library.exclusively(isThreadSafe: isThreadSafe) {
          // A failure asks for its reason in the same turn.
          HDF5Library.exclusively(isThreadSafe: isThreadSafe) { crowd.visit() }
        }
      }
    }
    let most = crowd.most.load(ordering: .sequentiallyConsistent)
    #expect(isThreadSafe ? most >= 1 : most == 1)
  }

  /// Every call of the library goes through the one place that knows.
  @Test func noCallOfTheLibraryGoesPastIt() throws {
    let folder = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../../Sources/RasterIO/HDF5").standardized
    for name in try FileManager.default.contentsOfDirectory(atPath: folder.path) where name.hasSuffix(".swift") {
      let lines = try String(contentsOf: folder.appending(path: name), encoding: .utf8)
        .split(separator: "\n", omittingEmptySubsequences: false)
      for (index, line) in lines.enumerated() where line.contains(/\bH5[A-Z][a-z_0-9]+\(/) {
        let before = lines[max(0, index - 3)...index].joined()
        let ways = ["exclusively", "check(", "make(", "make {", "set {", "H5is_library_threadsafe"]
        #expect(ways.contains { before.contains($0) }, "\(name):\(index + 1): \(line)")
      }
    }
  }
}
