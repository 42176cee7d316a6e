import Crypto
import Foundation
import Interferometry
import Testing

@testable import RasterIO

@Suite struct StackIdentityTests {
  let folder: ScratchFolder
  init() throws { folder = try ScratchFolder() }

  private func stack(_ name: String, _ header: StackHeader = smallHeader(), pairs: Range<Int> = 0..<3) throws
    -> String
  {
    let place = folder.url.appending(path: name)
    try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
    let appender = try StackAppender(archive: place, header: header)
    try append(pairs, to: appender)
    try appender.publish()
    return appender.path
  }

  private func identity(_ path: String) throws -> StackIdentity {
    StackIdentity(try InterferogramStackReader(path: path))
  }

  @Test func aStackHasTheSameIdentityUnderAnyName() throws {
    let path = try stack("a")
    let copy = folder.path("backup of it.h5")
    try FileManager.default.copyItem(atPath: path, toPath: copy)
    #expect(try identity(copy) == identity(path))
    #expect(try identity(path).bytes.count == 32)
    #expect(try StackIdentity(bytes: identity(path).bytes) == identity(path))
    #expect(StackIdentity(bytes: [1, 2, 3]) == nil)
  }

  @Test func aForeignStackHasItsIdentityFromWhatIsInIt() throws {
    let foreign = expectedFolder.appendingPathComponent("sierra_negra_106A_09048_000909.h5").path
    let copy = folder.path("sierra_negra_106A_09048_000909 (copy).h5")
    try FileManager.default.copyItem(atPath: foreign, toPath: copy)
    #expect(
      try InterferogramStackReader(path: copy).header.volcanoKey
        != InterferogramStackReader(path: foreign).header.volcanoKey)
    #expect(try identity(copy) == identity(foreign))
  }

  @Test func anotherHeaderIsAnotherIdentity() throws {
    var named = smallHeader()
    named.volcanoKey = "other"
    let stacks = [
      try stack("a"), try stack("b", named), try stack("c", smallHeader(height: 4)),
      try stack("d", smallHeader(frame: "107A_09048_000909")), try stack("e", pairs: 0..<4),
      try stack("f", pairs: 1..<4),
    ]
    #expect(Set(try stacks.map(identity)).count == stacks.count)
  }

  @Test func thePixelHashIsTheSHA256OfPhaseAndCoherence() throws {
    let reader = try InterferogramStackReader(path: stack("a"))
    let pixels = try reader.interferogram(at: 1)
    let coherence = try #require(pixels.coherence)
    let hash = pixels.phase.withUnsafeBufferPointer { phase in
      coherence.withUnsafeBufferPointer { PixelHash.of(phase: phase, coherence: $0) }
    }
    var expected = SHA256()
    for value in pixels.phase + coherence {
      withUnsafeBytes(of: value.bitPattern.littleEndian) { expected.update(bufferPointer: $0) }
    }
    #expect(hash == Data(expected.finalize()))
    let phaseAlone = pixels.phase.withUnsafeBufferPointer { PixelHash.of(phase: $0, coherence: nil) }
    #expect(phaseAlone != hash && phaseAlone.count == PixelHash.byteCount)
  }

  @Test(arguments: [
    ("VOLCANO_KEY", "../../../archive/other_stack"), ("VOLCANO_KEY", "a/b"), ("VOLCANO_KEY", ""),
    ("VOLCANO_KEY", ".."),
    ("VOLCANO_KEY", String(repeating: "x", count: 300)), ("VOLCANO_KEY", "a\nb"), ("VOLCANO_KEY", "\u{1B}[2Ja"),
    ("VOLCANO_KEY", String(repeating: "x", count: 170)), ("FRAME", "../x"), ("FRAME", "a\u{202E}b"),
    ("VOLCANO", "Etna\n2026 error: all is lost"), ("VOLCANO", "\u{1B}]0;title\u{7}"), ("DATE", "\u{1B}[2J"),
  ])
  func aNameThatIsNoneIsRefusedWithTheAttribute(_ attribute: String, _ text: String) throws {
    let path = folder.path("bad.h5")
    var header = smallHeader()
    switch attribute {
    case "VOLCANO_KEY": header.volcanoKey = text
    case "FRAME": header.frame = text
    case "VOLCANO":
      header.volcano = Volcano(number: nil, name: text, latitudeDegrees: 0, longitudeDegrees: 0)
      header.volcanoKey = "etna"
    default: header.furtherAttributes["WAVELENGTH"] = nil
    }
    do {
      let file = try HDF5File.create(path)
      for each in header.attributes { try file.writeAttribute(each.name, each.value) }
      try file.createDataset("wrapPhase", .float32, shape: [1, 3, 4])
      let dates = try file.createDataset("date", .fixedString(8), shape: [1, 2])
      let type = try file.makeType(.fixedString(8), part: "date")
      let bytes = Array((attribute == "DATE" ? "\u{1B}[2J\u{1B}[2J\u{1B}[2J\u{1B}[2J" : "2024010620240118").utf8)
      try bytes.withUnsafeBytes {
        try dates.write(raw: $0.baseAddress, type: type.id, start: [0, 0], count: [1, 2])
      }
    }
    let error = #expect(throws: StackError.self) { try InterferogramStackReader(path: path) }
    let words = error?.description ?? ""
    #expect(words.contains(attribute == "DATE" ? "/date" : attribute), "\(words)")
    #expect(!words.unicodeScalars.contains { $0.value < 32 || $0 == "\u{202E}" })
    #expect(words.count < 400)
  }
}
