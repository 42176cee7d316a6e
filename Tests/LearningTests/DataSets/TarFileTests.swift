import Foundation
import Testing

@testable import Learning

/// Archives with names that do not fit into a header, as Python's tarfile and GNU tar write them.
@Suite final class TarFileTests {
  private let path = NSTemporaryDirectory() + "tar-\(UUID().uuidString).tar"

  deinit { try? FileManager.default.removeItem(atPath: path) }

  private func header(
    _ name: String, _ type: Character, size: Int, magic: String = "ustar\0" + "00", prefix: String = ""
  ) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: 512)
    func put(_ text: String, _ place: Int) {
      bytes.replaceSubrange(place..<(place + text.utf8.count), with: text.utf8)
    }
    put(name, 0)
    put(String(format: "%011o", size), 124)
    put(String(type), 156)
    put(magic, 257)
    put(prefix, 345)
    return bytes
  }

  private func padded(_ text: String) -> [UInt8] {
    let bytes = Array(text.utf8)
    return bytes + [UInt8](repeating: 0, count: (512 - bytes.count % 512) % 512)
  }

  private func names(_ blocks: [UInt8]...) throws -> [String] {
    try Data(blocks.flatMap(\.self) + [UInt8](repeating: 0, count: 1024)).write(to: URL(fileURLWithPath: path))
    var names: [String] = []
    try TarFile(path: path).forEachFile { name, content in names.append("\(name) \(content.count)") }
    return names
  }

  private let long = "annotations/" + String(repeating: "a", count: 300) + ".json"

  @Test func aPaxHeaderNamesTheNextFileAlone() throws {
    let body = " path=\(long)\n"
    let record = "\(body.utf8.count + 3)\(body)"
    let other = "30 mtime=1767323047.123456789\n"
    #expect(
      try names(
        header("x", "x", size: (other + record).utf8.count), padded(other + record), header("cut", "0", size: 3),
        padded("{ }"), header("b.json", "0", size: 0)) == ["\(long) 3", "b.json 0"])
  }

  @Test func aLongNameOfGNUTarNamesTheNextFileAlone() throws {
    let gnu = "ustar  \0"
    #expect(
      try names(
        header("././@LongLink", "L", size: long.utf8.count + 1, magic: gnu), padded(long + "\0"),
        header("cut", "0", size: 3, magic: gnu), padded("{ }"),
        header("b.json", "0", size: 0, magic: gnu, prefix: "14716571652")) == ["\(long) 3", "b.json 0"])
  }

  @Test func aPrefixIsPartOfTheName() throws {
    #expect(try names(header("b.json", "0", size: 0, prefix: "folder")) == ["folder/b.json 0"])
  }

  @Test func aDamagedPaxHeaderIsRefused() throws {
    for text in ["999 path=a\n", "path=a\n", "3 path=a\n", "9 path=ab"] {
      #expect(throws: DataSetError.self, "\(text)") {
        try names(header("x", "x", size: text.utf8.count), padded(text), header("cut", "0", size: 0))
      }
    }
  }
}
