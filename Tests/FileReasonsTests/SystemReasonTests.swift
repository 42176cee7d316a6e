import Foundation
import Testing

import FileReasons

@Suite struct SystemReasonTests {
  private func caught(_ body: () throws -> Void) throws -> any Error {
    do { try body() } catch { return error }
    throw POSIXError(.EINVAL)
  }

  @Test func foundationsErrorsNameTheFileTheReasonAndTheRemedy() throws {
    let missing = try caught { _ = try Data(contentsOf: URL(filePath: "/nowhere/at/all.json")) }
    #expect(SystemReason.text(missing) == "/nowhere/at/all.json: no such file or folder; check the path")
    let under = try caught { try Data().write(to: URL(filePath: "/dev/null/below"), options: .atomic) }
    #expect(SystemReason.text(under).contains("expected a folder"), "\(SystemReason.text(under))")
    let listed = try caught { _ = try FileManager.default.contentsOfDirectory(atPath: "/nowhere") }
    #expect(SystemReason.text(listed).hasPrefix("/nowhere: no such file or folder"), "\(SystemReason.text(listed))")
    let made = try caught {
      try FileManager.default.createDirectory(atPath: "/proc/none", withIntermediateDirectories: true)
    }
    for error in [missing, under, listed, made] {
      let text = SystemReason.text(error)
      #expect(!text.contains("could not be completed") && !text.contains("couldn’t") && !text.contains("Domain="))
    }
    #expect(SystemReason.reason(missing) == "no such file or folder; check the path")
  }

  @Test func aFullDiskIsCalledSo() {
    let full = CocoaError(.fileWriteOutOfSpace, userInfo: [NSFilePathErrorKey: "a.csv"])
    #expect(SystemReason.text(full) == "a.csv: the disk is full; free some space and run the same command again")
    #expect(SystemReason.text(POSIXError(.ENOSPC)).hasPrefix("the disk is full"))
  }

  @Test func documentsNameTheField() throws {
    struct One: Decodable { let size: Int }
    let wrong = try caught { _ = try JSONDecoder().decode([One].self, from: Data("[{\"size\": \"a\"}]".utf8)) }
    #expect(SystemReason.text(wrong) == "[0].size is not of the type Int", "\(SystemReason.text(wrong))")
    let none = try caught { _ = try JSONDecoder().decode(One.self, from: Data("{}".utf8)) }
    #expect(SystemReason.text(none) == "size is missing")
    let no = try caught { _ = try JSONDecoder().decode(One.self, from: Data("<html>".utf8)) }
    #expect(SystemReason.text(no) == "the file is not valid JSON")
  }

  @Test func errorsOfThisProgramKeepTheirWords() {
    struct Own: Error, CustomStringConvertible { let description = "a.h5: is no stack" }
    #expect(SystemReason.text(Own()) == "a.h5: is no stack" && SystemReason.reason(Own()) == "a.h5: is no stack")
  }

  @Test func whatIsNoDataFileIsRecognised() {
    func kind(_ text: String) -> ForeignContent? { ForeignContent(start: Array(text.utf8)) }
    #expect(kind("version https://git-lfs.github.com/spec/v1\noid sha256:aa\nsize 12\n") == .gitLFSPointer)
    #expect(kind("\n <!DOCTYPE html><html>") == .html && kind("<HTML>") == .html)
    #expect(kind("\u{FEFF}<!-- saved --><html lang=\"en\">") == .html)
    #expect(kind("<?xml version=\"1.0\"?><Error>") == .xml && kind("{\"message\": \"Not Found\"}") == .json)
    #expect(kind("") == .empty && ForeignContent(start: [0x1F, 0x8B, 8]) == .gzip)
    #expect(ForeignContent(start: [0x08, 0x08, 0x12, 0x07]) == nil, "an ONNX file")
    #expect(ForeignContent(start: [0x49, 0x49, 0x2A, 0]) == nil, "a TIFF file")
  }
}
