import Foundation
import Interferometry
import Testing

@testable import RasterIO

/// Changes that happen to stacks of an archive behind a sweep's back.
extension SweepBench {
  func path(_ stack: Int) -> String { archive.appending(path: header(stack).fileName).path }

  /// Writes the stack anew into the same file, with the pixels of some of its interferograms from another seed, and gives
  /// it the times it had.
  func replacePixels(of stack: Int, pairs: Int, at changed: Set<Int>) throws {
    let other = folder.appending(path: "other-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: other, withIntermediateDirectories: true)
    let appender = try StackAppender(archive: other, header: header(stack))
    for index in 0..<pairs {
      let seed = stack * 1000 + index + (changed.contains(index) ? 500 : 0)
      try Self.phase(seed: seed).withUnsafeBufferPointer {
        try appender.append(try Self.pair(index), perpendicularBaseline: 10, phase: $0, coherence: nil)
      }
    }
    try appender.publish()
    var before = stat()
    try #require(stat(path(stack), &before) == 0)
    try Data(contentsOf: URL(filePath: appender.path)).write(to: URL(filePath: path(stack)))
    var after = stat()
    try #require(stat(path(stack), &after) == 0)
    #expect(after.st_size == before.st_size && after.st_ino == before.st_ino)
    var times = [before.st_atim, before.st_mtim]
    try #require(utimensat(AT_FDCWD, path(stack), &times, 0) == 0)
  }

  /// Sets `dropIfgram` of an interferogram in place: true means keep.
  func setKept(_ isKept: Bool, of stack: Int, at index: Int) throws {
    let file = try HDF5File.open(writingTo: path(stack))
    let dataset = try HDF5Dataset(file: file, name: "dropIfgram")
    let type = try file.makeType(.boolean, part: dataset.part)
    try withUnsafePointer(to: Int8(isKept ? 1 : 0)) {
      try dataset.write(raw: $0, type: type.id, start: [index], count: [1])
    }
    try file.flush()
  }

  /// Writes a stack with a text in its header that the program itself would not write.
  ///
  /// - Parameters:
  ///   - header: the header with the mark.
  ///   - mark: what stands in its place in a header that is written first, of the same length.
  ///   - text: what the file is to hold.
  ///   - file: its file name in the archive.
  /// - Throws: what the file system says.
  func makeStack(_ header: StackHeader, replacing mark: String, with text: String, file: String) throws {
    let other = folder.appending(path: "other-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: other, withIntermediateDirectories: true)
    let appender = try StackAppender(archive: other, header: header)
    try Self.phase(seed: 77).withUnsafeBufferPointer {
      try appender.append(try Self.pair(0), perpendicularBaseline: 10, phase: $0, coherence: nil)
    }
    try appender.publish()
    var bytes = try Data(contentsOf: URL(filePath: appender.path))
    try #require(mark.utf8.count == text.utf8.count)
    var replaced = 0
    while let range = bytes.range(of: Data(mark.utf8)) {
      bytes.replaceSubrange(range, with: Data(text.utf8))
      replaced += 1
    }
    try #require(replaced == 1)
    try bytes.write(to: archive.appending(path: file))
  }
}
