import ArgumentParser
import Foundation
import Tables

extension ModelCommand {
  /// `volcsweep model list`
  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "list", abstract: "Lists the models of the registry and the runs that use them.")

    @OptionGroup var root: Root

    func run() throws {
      do {
        let registry = root.choice.registry
        let entries = try registry.entries()
        let runs = Self.runs(in: registry.folder.deletingLastPathComponent())
        var table = AlignedTable(header: ["sha-256", "model", "added", "kB", "runs"], leftAligned: [0, 1, 4])
        for model in entries.models {
          table.append([
            String(model.sha256.prefix(12)), "\(model.name) \(model.version)",
            String(model.added.ISO8601Format().prefix(10)), String((model.bytes + 999) / 1000),
            (runs[model.sha256] ?? []).joined(separator: ", "),
          ])
        }
        print(table.text)
        for other in entries.others {
          Terminal.say("model list: \(registry.folder.path)/\(other.file) is not a model: \(other.reason)")
        }
      } catch {
        throw ExitStatus.after(error, in: "model list")
      }
    }

    /// Runs next to the registry by the model of their current scores; earlier models in brackets.
    private static func runs(in root: URL) -> [String: [String]] {
      var runs: [String: [String]] = [:]
      let names = (try? FileManager.default.contentsOfDirectory(atPath: root.path)) ?? []
      for name in names.sorted() {
        // A folder that is not a run, or has an unreadable ledger, is skipped.
        guard let ledger = try? RunFolder(root.appending(path: name).path).ledger(),
          let identity = try? ledger.identity()
        else { continue }
        runs[identity.modelSHA256, default: []].append(name)
        let earlier = Set(((try? ledger.earlierScorings()) ?? []).map(\.identity.modelSHA256))
        for hash in earlier where hash != identity.modelSHA256 { runs[hash, default: []].append("(\(name))") }
      }
      return runs
    }
  }
}
