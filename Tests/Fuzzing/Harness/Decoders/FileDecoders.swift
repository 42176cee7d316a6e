import CZlib
import Foundation
import Gzip
import Jobs
import Reduction

/// Decoders that take a file.
enum FileDecoders {
  private static let scoreLines = """
    sierra_negra_20180605_20180617.geo.diff_pha 0.9987
    erta_ale_20170101_20170113.geo.diff_pha 0.25\r
    erta_ale_20170101_20170113.geo.diff_pha 1e-3
    etna_20170101_20170125.geo.diff_pha 0

    """

  static func scores() throws -> FuzzedDecoder {
    let file = try InputFile()
    return FuzzedDecoder(
      name: "scores", corpus: [Array(scoreLines.utf8)],
      form: .bytes(words: TextDecoders.numbers + TextDecoders.marks + TextDecoders.dates + [".geo.diff_pha "])
    ) { bytes in
      let scores = try PublishedScores(path: try file.path(holding: bytes))
      for score in scores.scores {
        guard case .scored(let probability) = score.outcome else { throw BrokenPromise("not scored") }
        try TextDecoders.require((0...1).contains(probability), "a probability of \(probability)")
      }
      try TextDecoders.require(
        scores.rejectedLines.count <= PublishedScores.rejectedLimit, "too many rejected lines")
    }
  }

  static func gzip() throws -> FuzzedDecoder {
    let file = try InputFile()
    let limit = 1 << 22
    let plain = Array(scoreLines.utf8)
    let corpus = [
      plain, packed(plain), packed(plain) + packed(Array("second member".utf8)),
      packed([UInt8](repeating: 0, count: 1 << 23)),
      packed((0..<5000).map { UInt8(truncatingIfNeeded: $0 &* $0 >> 3) }),
    ]
    return FuzzedDecoder(name: "gzip", corpus: corpus, form: .bytes(words: ["\u{1F}\u{8B}"])) { bytes in
      var length = 0
      try GzipInput(path: try file.path(holding: bytes), limitBytes: limit).forEachPiece { length += $0.count }
      try TextDecoders.require(length <= limit, "\(length) bytes of at most \(limit)")
    }
  }

  static func job() throws -> FuzzedDecoder {
    let file = try InputFile()
    let bomb =
      "a0: &a0 [x,x,x,x]\n" + (1..<12).map { "a\($0): &a\($0) [*a\($0 - 1),*a\($0 - 1),*a\($0 - 1)]\n" }.joined()
    let corpus = [
      """
      archive: .
      run: runs/local
      model: default
      profile: jgr2018
      volcanoes: [sierra_negra, "Erta Ale"]
      frames: []
      workers: auto
      unit-size: 16
      gate:
        blur-sigma: 1.5
        low-threshold: 10
      scheduling:
        heartbeat-seconds: 1
        silence-seconds: 30
      """, bomb + "archive: .\n", bomb + "? *a11\n: x\n? *a10\n: y\n", "archive: &x .\nrun: *x\n<<: {a: b}\n",
    ]
    return FuzzedDecoder(
      name: "job", corpus: corpus.map { Array($0.utf8) },
      form: .bytes(
        words: TextDecoders.numbers + [
          "[", "{", "- ", "? ", ": ", "&a ", "*a", "<<: ", "!!binary ", "!!float ", "|\n", ">\n", "---\n", "...\n",
          "  ", "\t", "~", "null", "%YAML 9.9\n", "'", "\"", "\\x", "\\U0010FFFF", "gate:\n  ", "scheduling: {",
          "}",
        ])
    ) { bytes in
      let job = try Job(contentsOf: URL(fileURLWithPath: try file.path(holding: bytes)))
      try TextDecoders.require((1...1000).contains(job.unitSize), "units of \(job.unitSize)")
      try TextDecoders.require((1...512).contains(job.batchSize), "batches of \(job.batchSize)")
      try TextDecoders.require((0...1).contains(job.candidateThreshold), "a threshold of \(job.candidateThreshold)")
    }
  }

  /// Gzip without compression or with zlib's, made at run time so that no binary file is kept.
  static func packed(_ bytes: [UInt8]) -> [UInt8] {
    var stream = z_stream()
    // 15 bits of window, and 16 for a gzip header.
    guard
      deflateInit2_(
        &stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
        == Z_OK
    else { return [] }
    defer { deflateEnd(&stream) }
    var input = bytes
    var output = [UInt8](repeating: 0, count: bytes.count + 1024)
    return input.withUnsafeMutableBufferPointer { source in
      output.withUnsafeMutableBufferPointer { target in
        stream.next_in = source.baseAddress
        stream.avail_in = uInt(source.count)
        stream.next_out = target.baseAddress
        stream.avail_out = uInt(target.count)
        _ = deflate(&stream, Z_FINISH)
        return Array(target[..<(target.count - Int(stream.avail_out))])
      }
    }
  }
}
