import Foundation
import Testing

@testable import Slurm

/// What the run folder and Slurm's queue say of a sweep's jobs.
@Suite struct SlurmFolderTests {
  @Test func jobsAreNotedInOrderAndForgottenAtTheNextBeginning() throws {
    let run = FileManager.default.temporaryDirectory.appending(path: "folder-\(UUID().uuidString.prefix(8))")
    let folder = SlurmFolder(run: run)
    #expect(folder.submitted.isEmpty)
    try FileManager.default.createDirectory(at: folder.url, withIntermediateDirectories: true)
    try Data().write(to: folder.over)
    try folder.begin()
    #expect(!FileManager.default.fileExists(atPath: folder.over.path))
    let jobs = [
      SlurmFolder.SubmittedJob(role: .coordinator, id: "12", firstNode: 1, nodes: 0),
      SlurmFolder.SubmittedJob(role: .workers, id: "13", firstNode: 1, nodes: 4),
      SlurmFolder.SubmittedJob(role: .workers, id: "20", firstNode: 5, nodes: 2),
    ]
    for job in jobs { try folder.note(job) }
    #expect(folder.submitted == jobs)
    try folder.begin()
    #expect(folder.submitted.isEmpty)
    try FileManager.default.removeItem(at: run)
  }

  @Test func elementsOfAnArrayBelongToTheirJob() {
    let queue = SlurmQueue(
      """
      12|RUNNING|1:02|11:58:58|n1|None
      13_1|RUNNING|0:40|11:59:20|n2|None
      13_[2-4]|PENDING|0:00|12:00:00||Resources
      131|PENDING|0:00|12:00:00||Priority
      nonsense
      """)
    #expect(queue.entries.count == 4)
    let mine = queue.entries(ofJobs: ["12", "13"])
    #expect(mine.map(\.id) == ["12", "13_1", "13_[2-4]"])
    #expect(
      mine[0].reason.isEmpty && mine[0].nodes == "n1" && mine[2].reason == "Resources" && mine[2].nodes.isEmpty)
  }
}
