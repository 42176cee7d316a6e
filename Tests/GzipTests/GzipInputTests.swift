import Foundation
import Testing

import Gzip

@Suite struct GzipInputTests {
  /// What `gzip -n` makes of the lines `sierra_negra 0.5` and `fernandina 0.25`.
  let firstMember: [UInt8]
  let secondMember: [UInt8]

  init() throws {
    firstMember = try Array(#require(Data(base64Encoded: "H4sIAAAAAAAAAyvOTC0qSozPS00vSlQw0DPlAgBJeCwYEQAAAA==")))
    secondMember = try Array(#require(Data(base64Encoded: "H4sIAAAAAAAAA0tLLcpLzEvJzEtUMNAzMuUCAMdxlPoQAAAA")))
  }

  func content(_ bytes: [UInt8], limit: Int = 1 << 20) throws -> [UInt8] {
    let file = FileManager.default.temporaryDirectory.appending(path: "gzip-\(UUID().uuidString)")
    try Data(bytes).write(to: file)
    defer { try? FileManager.default.removeItem(at: file) }
    var all: [UInt8] = []
    try GzipInput(path: file.path, limitBytes: limit).forEachPiece { all += $0 }
    return all
  }

  func problem(_ bytes: [UInt8], limit: Int = 1 << 20) throws -> GzipError.Problem? {
    do {
      _ = try content(bytes, limit: limit)
      return nil
    } catch let error as GzipError {
      return error.problem
    }
  }

  @Test func plainFilesComeAsTheyAre() throws {
    for length in [0, 1, 2, 1000, 1 << 18, (1 << 18) + 1, 700_000] {
      let bytes = (0..<length).map { UInt8(truncatingIfNeeded: $0 &* 31) }
      #expect(try content(bytes) == bytes)
    }
  }

  @Test func gzipIsUnpackedAndItsMembersJoined() throws {
    #expect(try content(firstMember) == Array("sierra_negra 0.5\n".utf8))
    #expect(try content(firstMember + secondMember) == Array("sierra_negra 0.5\nfernandina 0.25\n".utf8))
  }

  @Test func contentLongerThanAPieceIsWhole() throws {
    let members = Array(repeating: firstMember, count: 40_000).joined()
    let all = try content(Array(members))
    #expect(all.count == 40_000 * 17)
    #expect(all.suffix(17) == Array("sierra_negra 0.5\n".utf8)[...])
  }

  @Test func aSmallFileMayUnpackToManyPieces() throws {
    let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Expected/repeated.gz")
    let packed = try Array(Data(contentsOf: file))
    let all = try content(packed)
    let line = Array("0123456789abcde\n".utf8)
    #expect(all.count == 786_432)
    #expect(stride(from: 0, to: all.count, by: 16).allSatisfy { all[$0..<$0 + 16].elementsEqual(line) })
    #expect(try problem(Array(packed.dropLast(9))) == .truncated)
    #expect(try problem(packed, limit: 786_431) == .tooLong(limitBytes: 786_431))
  }

  @Test func everyTruncationIsNamedAsOne() throws {
    for length in 2..<firstMember.count {
      #expect(try problem(Array(firstMember.prefix(length))) == .truncated, "\(length) bytes")
    }
    let inSecond = firstMember + secondMember.dropLast(3)
    #expect(try problem(inSecond) == .truncated)
  }

  @Test func damageIsNeverReadAsContentWithoutAnError() throws {
    for index in 10..<firstMember.count {
      var damaged = firstMember
      damaged[index] ^= 0x5A
      #expect(try problem(damaged) != nil, "byte \(index)")
    }
    #expect(try problem(firstMember + [1, 2, 3]) != nil)
  }

  @Test func contentBeyondTheLimitIsRefused() throws {
    #expect(try problem(firstMember, limit: 17) == nil)
    #expect(try problem(firstMember, limit: 16) == .tooLong(limitBytes: 16))
    #expect(try problem(Array("plain text".utf8), limit: 9) == .tooLong(limitBytes: 9))
  }

  @Test func aMissingFileAndAFolderAreNamed() {
    for path in ["/nowhere/scores.gz", FileManager.default.temporaryDirectory.path] {
      do throws(GzipError) {
        try GzipInput(path: path).forEachPiece { _ in }
        Issue.record("read \(path)")
      } catch {
        #expect(error.description.hasPrefix("\(path): cannot be read: "))
      }
    }
  }
}
