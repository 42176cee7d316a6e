import Foundation
import GRDB
import Interferometry
import RasterIO
import Testing

/// What happens to an archive behind a sweep's back is seen by the next start of it.
@Suite(.serialized) struct ChangedInputTests {
  private func name(_ bench: SweepBench, _ stack: Int, _ index: Int) throws -> String {
    let header = bench.header(stack)
    return try "\(header.volcanoKey)_\(header.frame)_\(SweepBench.pair(index))"
  }

  private func sweep(_ bench: SweepBench, _ job: URL) throws -> (status: Int32, output: String, errors: String) {
    try bench.run(["sweep", job.path, "--workers", "1"])
  }

  private func rows(_ bench: SweepBench, _ run: String) throws -> [String] {
    let table = String(decoding: try #require(try bench.results(run)["interferograms.csv"]), as: UTF8.self)
    return table.split(separator: "\n").dropFirst().map(String.init)
  }

  @Test func pixelsReplacedInPlaceAreNamedAndScoredAgain() throws {
    let bench = try SweepBench(stacks: 2, pairs: 3)
    let job = try bench.job("run")
    #expect(try sweep(bench, job).status == 0)
    let before = try bench.results("run")
    try bench.replacePixels(of: 1, pairs: 3, at: [1])
    let again = try sweep(bench, job)
    #expect(again.status == 0, "\(again.errors)")
    let changed = try name(bench, 1, 1)
    #expect(
      again.errors.contains(
        "input changed: 1 interferogram, pixels have changed; will be scored again: \(changed)"),
      "\(again.errors)")
    #expect(again.errors.contains(" 1 to do"), "\(again.errors)")
    #expect(try bench.results("run") != before)
    #expect(try sweep(bench, bench.job("fresh")).status == 0)
    #expect(try bench.results("run") == bench.results("fresh"))
    let why = try bench.run(["why", bench.folder.appending(path: "run").path, changed])
    #expect(why.output.contains("input changed: its pixels have changed"), "\(why.output)")
    #expect(why.output.contains("(before: scored "), "\(why.output)")
    // In the order in which it happened.
    let times = why.output.split(separator: "\n").filter { $0.hasPrefix("20") }.map { $0.prefix(23) }
    #expect(times.count > 3 && times == times.sorted(), "\(why.output)")
    let third = try sweep(bench, job)
    #expect(!third.errors.contains("input changed"), "\(third.errors)")
    #expect(third.errors.contains(" 0 to do"), "\(third.errors)")
  }

  @Test func whatDropIfgramExcludesLeavesThePlanAndComesBack() throws {
    let bench = try SweepBench(stacks: 1, pairs: 3)
    let job = try bench.job("run")
    #expect(try sweep(bench, job).status == 0)
    let before = try bench.results("run")
    try bench.setKept(false, of: 0, at: 1)
    let without = try sweep(bench, job)
    #expect(without.status == 0, "\(without.errors)")
    let dropped = try name(bench, 0, 1)
    #expect(
      without.errors.contains("now excluded by dropIfgram; removed from the plan: \(dropped)"),
      "\(without.errors)")
    #expect(without.output.contains("2 interferograms: 2 scored"), "\(without.output)")
    #expect(try rows(bench, "run").count == 2)
    #expect(try sweep(bench, bench.job("fresh")).status == 0)
    #expect(try bench.results("run") == bench.results("fresh"))
    let why = try bench.run(["why", bench.folder.appending(path: "run").path, dropped])
    #expect(why.output.contains("its stack's dropIfgram excludes it; removed from the plan"), "\(why.output)")
    #expect(why.output.contains("it is no longer in the plan"), "\(why.output)")
    try bench.setKept(true, of: 0, at: 1)
    let back = try sweep(bench, job)
    #expect(back.errors.contains("in their stacks again; will be scored again: \(dropped)"), "\(back.errors)")
    #expect(try bench.results("run") == before)
  }

  @Test func anotherArchiveWithTheSameNamesIsNoticed() throws {
    let bench = try SweepBench(stacks: 1, pairs: 2)
    let job = try bench.job("run")
    #expect(try sweep(bench, job).status == 0)
    // Another place, other pixels, and one interferogram more, under the name of the stack.
    var header = bench.header(0)
    header.geoTransform = GeoTransform(west: 10, north: 5, longitudeStep: 0.001, latitudeStep: -0.001)
    try FileManager.default.removeItem(atPath: bench.path(0))
    let appender = try StackAppender(archive: bench.archive, header: header)
    for index in 0..<3 {
      try SweepBench.phase(seed: 400 + index).withUnsafeBufferPointer {
        try appender.append(try SweepBench.pair(index), perpendicularBaseline: 10, phase: $0, coherence: nil)
      }
    }
    try appender.publish()
    let again = try sweep(bench, job)
    #expect(again.status == 0, "\(again.errors)")
    #expect(again.errors.contains("input changed: 2 interferograms, pixels have changed"), "\(again.errors)")
    #expect(again.errors.contains(" 3 to do"), "\(again.errors)")
    #expect(try sweep(bench, bench.job("fresh")).status == 0)
    #expect(try bench.results("run") == bench.results("fresh"))
  }

  @Test func aCopyInTheArchiveIsRefusedByNameAndCountedOnce() throws {
    let bench = try SweepBench(stacks: 1, pairs: 2)
    let job = try bench.job("run")
    #expect(try sweep(bench, job).status == 0)
    let before = try bench.results("run")
    for name in ["a_backup.h5", "zz.h5"] {
      try FileManager.default.copyItem(atPath: bench.path(0), toPath: bench.archive.appending(path: name).path)
    }
    for run in [job, try bench.job("fresh")] {
      let again = try sweep(bench, run)
      #expect(again.status == 3, "\(again.errors)")
      for name in ["a_backup.h5", "zz.h5"] {
        #expect(again.errors.contains("\(name): is a copy of \(bench.header(0).fileName)"), "\(again.errors)")
      }
    }
    #expect(try bench.results("run") == before)
    #expect(try bench.results("fresh") == before)
  }

  /// Stacks of other programs do not say of which volcano and frame they are.
  @Test func foreignStacksWithOneHeaderAreTwoUnlessTheirBytesAreTheSame() throws {
    let bench = try SweepBench(stacks: 1, pairs: 2)
    let made = try bench.shell(
      """
      "${VOLCSWEEP_PYTHON:-python3}" - '\(bench.path(0))' <<'END'
      import h5py, os, shutil, sys
      first = sys.argv[1]
      def path(number): return os.path.join(os.path.dirname(first), f"berta_106A_0000{number}_00000{number}.h5")
      for number in (1, 2):
          shutil.copy(first, path(number))
          with h5py.File(path(number), "a") as file:
              for name in ("VOLCANO", "VOLCANO_KEY", "VOLCANO_NUMBER", "FRAME"):
                  if name in file.attrs: del file.attrs[name]
              if number == 2: file["wrapPhase"][0] = -file["wrapPhase"][0]
      shutil.copy(path(1), path(3))
      os.remove(first)
      END
      """)
    try #require(made.status == 0, "\(made.output)")
    let swept = try sweep(bench, bench.job("run"))
    #expect(swept.status == 3, "\(swept.errors)")
    #expect(swept.errors.contains("berta_106A_00003_000003.h5: is a copy of berta_106A_00001_000001.h5"))
    #expect(swept.errors.contains("4 interferograms added to the plan"), "\(swept.errors)")
  }

  @Test func aRenamedStackKeepsItsScores() throws {
    let bench = try SweepBench(stacks: 2, pairs: 2)
    let job = try bench.job("run")
    #expect(try sweep(bench, job).status == 0)
    let before = try bench.results("run")
    let aside = bench.archive.appending(path: "aside.h5").path
    try FileManager.default.moveItem(atPath: bench.path(0), toPath: aside)
    try FileManager.default.moveItem(atPath: bench.path(1), toPath: bench.path(0))
    try FileManager.default.moveItem(atPath: aside, toPath: bench.path(1))
    let again = try sweep(bench, job)
    #expect(again.status == 0, "\(again.errors)")
    #expect(again.errors.contains(" 0 to do"), "\(again.errors)")
    #expect(!again.errors.contains("input changed"), "\(again.errors)")
    #expect(try bench.results("run") == before)
  }

  @Test func anOlderLedgerIsHashedAtItsFirstStartAndSaysSo() throws {
    let bench = try SweepBench(stacks: 1, pairs: 2)
    let job = try bench.job("run")
    #expect(try sweep(bench, job).status == 0)
    do {
      let ledger = try DatabaseQueue(path: bench.folder.appending(path: "run/ledger.sqlite").path)
      try ledger.write { try $0.execute(sql: "DELETE FROM pixel_hash; DELETE FROM stack_state") }
    }
    let first = try sweep(bench, job)
    #expect(
      first.status == 0 && first.errors.contains("2 outcomes from an older volcsweep have no hash of their pixels"),
      "\(first.errors)")
    #expect(first.errors.contains(" 0 to do"), "\(first.errors)")
    try bench.replacePixels(of: 0, pairs: 2, at: [0])
    let second = try sweep(bench, job)
    #expect(second.errors.contains("input changed: 1 interferogram, pixels have changed"), "\(second.errors)")
  }
}
