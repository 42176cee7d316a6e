import Foundation

/// Removes what a run of the harness left, or would leave.
enum Leftovers {
  /// Ends a folder's processes, unmounts what is mounted in it, removes the network namespaces with its tag, and
  /// removes the folder.
  static func remove(_ folder: URL, tag: String) {
    endProcesses(of: folder)
    NetworkNamespaces.remove(tag: tag)
    unmount(in: folder)
    try? FileManager.default.removeItem(at: folder)
  }

  /// Kills every process that has the folder's path among its arguments, or is of a Slurm cluster in it, and waits until
  /// none is left.
  static func endProcesses(of folder: URL) {
    for _ in 0..<2000 {
      let processes = ProcessEntry.all().filter { entry in
        guard entry.pid != getpid() else { return false }
        let slurm = entry.environment["SLURM_CONF"] ?? ""
        return slurm.hasPrefix("\(folder.path)/") || entry.commandLine.contains { $0.contains("\(folder.path)/") }
      }
      if processes.isEmpty { return }
      for process in processes { kill(process.pid, SIGKILL) }
      usleep(5000)
    }
  }

  /// Unmounts everything in a folder, the newest first.
  static func unmount(in folder: URL) {
    let mounts = (try? String(contentsOfFile: "/proc/self/mounts", encoding: .utf8)) ?? ""
    for line in mounts.split(separator: "\n").reversed() {
      let fields = line.split(separator: " ")
      guard fields.count > 1, fields[1].hasPrefix(folder.path + "/") else { continue }
      let detachAtOnce: Int32 = 2
      umount2(String(fields[1]), detachAtOnce)
    }
  }
}
