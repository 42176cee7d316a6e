import Testing

@testable import Isolation

@Suite struct FileNoteTests {
  @Test func aNoteSaysWhatWasWrittenLast() throws {
    let note = try FileNote()
    #expect(note.read() == FileNote.Content(steps: 0, doing: .nothing, path: ""))
    note.write(.reading, "/archive/a_long_name.h5")
    #expect(note.read() == FileNote.Content(steps: 1, doing: .reading, path: "/archive/a_long_name.h5"))
    note.write(.writing, "/b.h5")
    #expect(note.read() == FileNote.Content(steps: 2, doing: .writing, path: "/b.h5"))
    note.write(.nothing)
    #expect(note.read() == FileNote.Content(steps: 3, doing: .nothing, path: ""))
    note.clear()
    #expect(note.read() == FileNote.Content(steps: 0, doing: .nothing, path: ""))
  }
}
