import FileReasons
import Foundation
import Jobs
import Yams

extension SlurmSite {
  private static let maximumBytes = 1 << 16

  /// Reads a site's settings (YAML, as in `cluster/slurm/site.example`). An empty file keeps all
  /// defaults.
  ///
  /// - Parameters:
  ///   - file: YAML.
  ///   - warn: is called with each thing that is accepted but should be changed, such as a key's old name.
  /// - Throws: `JobError` with every problem and its line.
  public init(contentsOf file: URL, warn: (JobProblem) -> Void = { _ in }) throws(JobError) {
    let node: Node?
    do {
      let bytes = try Data(contentsOf: file)
      guard bytes.count <= Self.maximumBytes else {
        throw JobError(
          path: file.path,
          problems: [JobProblem(line: nil, message: "is larger than 64 KiB, so it is not a site file")])
      }
      node = try Yams.compose(yaml: String(decoding: bytes, as: UTF8.self))
    } catch let error as JobError {
      throw error
    } catch {
      throw JobError(
        path: file.path,
        problems: [
          JobProblem(
            line: nil,
            message: FileAccess.problem(naming: file.path) ?? "is not YAML: \(SystemReason.reason(error))")
        ])
    }
    self.init()
    guard let node else { return }
    let section = JobSection(node)
    read(section)
    let problems = section.finish()
    guard problems.isEmpty else { throw JobError(path: file.path, problems: problems) }
    section.warnings.forEach(warn)
  }

  private enum LogFormat: String, CaseIterable {
    case text, json
  }

  private mutating func read(_ section: JobSection) {
    partition = section.text("partition")
    account = section.text("account")
    quality = section.text("qos")
    constraint = section.text("constraint")
    coordinatorPartition = section.text("coordinator-partition")
    options = section.texts("options") ?? []
    modules = section.texts("modules") ?? []
    setup = section.texts("setup") ?? []
    scratch = section.text("scratch") ?? scratch
    cpusPerNode = section.whole("cpus-per-node", in: 1...4096)
    cpusPerWorker = section.whole("cpus-per-worker", in: 1...256) ?? cpusPerWorker
    memoryPerCPUMegabytes = section.whole("memory-per-cpu", in: 1...(1 << 20))
    coordinatorCPUs = section.whole("coordinator-cpus", in: 1...256) ?? coordinatorCPUs
    listen = section.text("listen") ?? listen
    logsJSON = section.choice("log-format", LogFormat.self) == .json
    warningSeconds = section.whole("warning-seconds", in: 1...86_400) ?? warningSeconds
    section.renamed("patience-seconds", to: "timeout-seconds")
    timeoutSeconds = section.whole("timeout-seconds", in: 1...604_800) ?? timeoutSeconds
    let pathLetters = "./_-${}:"
    if !scratch.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || pathLetters.contains($0)) }) {
      section.report("scratch", "must be a path of letters, digits and ./_-, and may contain ${NAME}")
    }
    for option in options where option.contains("$") || option.contains("`") || option.contains("=~") {
      section.report(
        "options",
        "\(option) is passed to sbatch unchanged, so variables in it are not expanded; write out the value")
    }
    if let cpusPerNode, cpusPerWorker > cpusPerNode {
      section.report("cpus-per-worker", "\(cpusPerWorker) is more than cpus-per-node, \(cpusPerNode)")
    }
    for module in modules where !module.allSatisfy({ $0.isLetter || $0.isNumber || "./_+-".contains($0) }) {
      section.report("modules", "\(module) is not a valid module name")
    }
  }
}
