import FileReasons
import Foundation
import Imaging
import Interferometry
import NeuralNetwork
import Yams

extension Job {
  /// Limit for job files; a larger file is not one.
  private static let maximumBytes = 1 << 20

  /// Nested aliases expand to exponentially many values, and all of them are visited when they are
  /// used as keys.
  private static let maximumAliases = 16

  /// Upper bound of the aliases in a text: asterisks in front of a name where a value may begin.
  private static func aliasCount(of text: String) -> Int {
    var count = 0
    var before = UInt8(ascii: "\n")
    var isStar = false
    for byte in text.utf8 {
      if isStar, byte > UInt8(ascii: " ") { count += 1 }
      isStar = byte == UInt8(ascii: "*") && (before <= UInt8(ascii: " ") || ",[]{}:?-".utf8.contains(before))
      before = byte
    }
    return count
  }

  /// Reads a job file and checks everything that can be checked before anything starts. Relative
  /// paths are relative to the file's folder.
  ///
  /// - Parameters:
  ///   - file: YAML.
  ///   - warn: is called with each thing that is accepted but should be changed, such as a key's old name.
  /// - Throws: ``JobError`` with every problem and its line: unknown keys, wrong types, missing files, impossible
  ///   values.
  public init(contentsOf file: URL, warn: (JobProblem) -> Void = { _ in }) throws(JobError) {
    func fail(_ line: Int? = nil, _ message: String) -> JobError {
      JobError(path: file.path, problems: [JobProblem(line: line, message: message)])
    }
    let text: String
    do {
      let bytes = try Data(contentsOf: file)
      guard bytes.count <= Self.maximumBytes else {
        throw fail(nil, "is larger than 1 MiB, so it is not a job file")
      }
      guard let decoded = String(data: bytes, encoding: .utf8) else { throw fail(nil, "is not UTF-8 text") }
      text = decoded
    } catch let error as JobError {
      throw error
    } catch {
      let message = FileAccess.problem(naming: file.path) ?? "cannot be read: \(SystemReason.reason(error))"
      throw JobError(
        path: file.path,
        problems: [JobProblem(line: nil, message: message, isPassing: Self.isReadableLater(file.path))])
    }
    guard Self.aliasCount(of: text) <= Self.maximumAliases else {
      throw fail(nil, "has more than \(Self.maximumAliases) YAML aliases (*name); write out the values")
    }
    let node: Node?
    do {
      node = try Yams.compose(yaml: text)
    } catch let error as YamlError {
      throw fail(Self.line(of: error), Self.message(of: error))
    } catch {
      throw fail(nil, "\(error)")
    }
    guard let node else { throw fail(1, "is empty; a job needs at least archive and run") }
    let section = JobSection(node)
    self.init(section, file: file)
    let problems = section.finish()
    guard problems.isEmpty else { throw JobError(path: file.path, problems: problems) }
    section.warnings.forEach(warn)
  }

  /// Whether a job file that could not be read may become readable: its path looks valid, or the
  /// file system failed. A file that does not exist or must not be read was named wrongly.
  private static func isReadableLater(_ path: String) -> Bool {
    var status = stat()
    guard stat(path, &status) == 0 else {
      return ![ENOENT, ENOTDIR, ELOOP, ENAMETOOLONG, EACCES, EPERM].contains(errno)
    }
    return status.st_mode & S_IFMT == S_IFREG && access(path, R_OK) == 0
  }

  /// Whether the path is a folder; `nil` if nothing is there or access is denied.
  private static func isFolder(_ path: String) -> Bool? {
    var isFolder: ObjCBool = false
    return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) ? isFolder.boolValue : nil
  }

  private static func archiveHint(_ path: String) -> String {
    let question = FileAccess.suggestion(for: path) { isFolder($0) == true }
    return question.isEmpty ? "; create it with volcsweep ingest" : question
  }

  private init(_ section: JobSection, file: URL) {
    let folder = file.deletingLastPathComponent()
    /// Expands a path as a shell does; reports a path that cannot be expanded and returns `nil`.
    func url(_ key: String, _ path: String) -> URL? {
      guard !path.isEmpty else { return nil }
      do {
        let expanded = try ShellPath.expand(path)
        return URL(fileURLWithPath: expanded, relativeTo: folder).standardizedFileURL.absoluteURL
      } catch {
        section.report(key, "\(error)")
        return nil
      }
    }
    self.file = file
    let archiveURL = url("archive", section.requiredText("archive"))
    archive = archiveURL ?? folder
    run = url("run", section.requiredText("run")) ?? folder
    if let archiveURL {
      if Self.isFolder(archiveURL.path) == false {
        section.report("archive", "\(archiveURL.path) is a file, expected a folder of stacks")
      } else if let problem = FileAccess.problem(listing: archiveURL.path) {
        section.report(
          "archive",
          problem == FileAccess.notThere
            ? "the folder \(archiveURL.path) does not exist" + Self.archiveHint(archiveURL.path)
            : "\(archiveURL.path) \(problem)",
          isPassing: true)
      }
    }
    switch section.text("model") ?? "default" {
    case "default": model = .builtIn
    case let path:
      let modelURL = url("model", path)
      model = modelURL.map { .file($0) } ?? .builtIn
      if let path = modelURL?.path {
        if Self.isFolder(path) == true {
          section.report("model", "\(path) is a folder, expected a file")
        } else if let problem = FileAccess.problem(reading: path) {
          section.report(
            "model",
            problem == FileAccess.notThere
              ? "the file \(path) does not exist" + FileAccess.suggestion(for: path) : "\(path) \(problem)",
            isPassing: true)
        }
      }
    }
    profile = MethodProfile(section.choice("profile", MethodProfile.Name.self) ?? .multiscale)
    volcanoes = (section.texts("volcanoes") ?? []).map(VolcanoName.key)
    frames = section.texts("frames") ?? []
    workers = section.text("workers") == "auto" ? nil : section.whole("workers", in: Self.workerCounts)
    workerMemoryMegabytes = section.whole("worker-memory", in: 256...(1 << 20)) ?? 4096
    listen = section.text("listen")
    if let listen, !listen.hasPrefix("tcp://") {
      section.report("listen", "\(listen) is not an address of the form tcp://HOST:PORT")
    }
    unitSize = section.whole("unit-size", in: 1...1000) ?? 16
    batchSize = section.whole("batch-size", in: BatchSize.range) ?? BatchSize.standard
    precision = section.choice("precision", Precision.self) ?? .float32
    kernels = section.choice("kernels", Kernels.self) ?? .tried
    library = section.choice("library", LibraryChoice.self) ?? .cblas
    if library == .fastest, kernels == .usual {
      section.report(
        "library", "finding the fastest library requires autotuning; remove kernels: usual, or choose a library")
    }
    candidateThreshold =
      section.number("candidate-threshold", in: CandidateThreshold.range) ?? CandidateThreshold.standard
    storedLayer = section.text("store-activations")
    if let gate = section.gate(of: profile) {
      profile.gate = gate
      if let problem = gate.problem { section.report("gate", problem) }
    }
    scheduling = section.section("scheduling") { SchedulingSettings($0) } ?? SchedulingSettings()
  }

  private static func line(of error: YamlError) -> Int? {
    switch error {
    case .scanner(_, _, let mark, _), .parser(_, _, let mark, _), .composer(_, _, let mark, _): mark.line
    case .duplicatedKeysInMapping(_, let context): context.mark.line
    default: nil
    }
  }

  private static func message(of error: YamlError) -> String {
    switch error {
    case .scanner(_, let problem, _, _), .parser(_, let problem, _, _), .composer(_, let problem, _, _):
      "is not YAML: \(problem)"
    case .duplicatedKeysInMapping(let duplicates, _): "key given twice: \(duplicates.map { "\($0)" }.joined())"
    default: "is not YAML: \(error)"
    }
  }
}

extension SchedulingSettings {
  init(_ section: JobSection) {
    window = section.whole("window", in: 1...64)
    heartbeatSeconds = section.number("heartbeat-seconds", in: 0.05...60)
    silenceSeconds = section.number("silence-seconds", in: 1...3600)
    stallSeconds = section.number("stall-seconds", in: 1...86_400)
    leaseSeconds = section.number("lease-seconds", in: 1...604_800)
    checkFraction = section.number("check-fraction", in: 0...1)
    archiveSeconds = section.number("archive-seconds", in: 1...86_400)
    lossesBeforeSplit = section.whole("losses-before-split", in: 1...100)
    lossesBeforeQuarantine = section.whole("losses-before-quarantine", in: 1...100)
    if let heartbeatSeconds, let silenceSeconds, silenceSeconds < 3 * heartbeatSeconds {
      section.report("silence-seconds", "must be at least three times heartbeat-seconds")
    }
  }
}
