import Foundation
import Interferometry
import Names
import SweepRecords

/// Decides which stacks of an archive are swept if several are equal or have equal names.
///
/// A stack is counted once: a copy under any file name, a second stack of the same volcano and frame, and a
/// stack whose name differs only in case are refused and reported.
enum StackChoice {
  /// - Parameters:
  ///   - found: the stacks by file name.
  ///   - planned: the stacks in the ledger; earlier planned ones take precedence.
  /// - Returns: the stacks to sweep, and the others with reasons.
  static func choose(
    _ found: [FoundStack], planned: [PlannedStack]
  ) -> (stacks: [FoundStack], refused: [(file: String, reason: String)]) {
    let plannedNames = Dictionary(planned.map { ($0.file, $0) }, uniquingKeysWith: { first, _ in first })
    func rank(_ stack: FoundStack) -> (Int, Int, Int, String) {
      let known = plannedNames[stack.file].map {
        $0.volcano == stack.planned.volcano && $0.frame == stack.planned.frame
      }
      let isCanonical = stack.file == "\(stack.planned.volcano)_\(stack.planned.frame).h5"
      return (known == true ? 0 : 1, isCanonical ? 0 : 1, stack.file.utf8.count, stack.file)
    }
    var chosen: [FoundStack] = []
    var refused: [(file: String, reason: String)] = []
    var identities: [Data: [FoundStack]] = [:]
    var names: [String: FoundStack] = [:]
    var volcanoes: [String: FoundStack] = [:]
    for stack in found.sorted(by: { rank($0) < rank($1) }) {
      let name = PathComponent.caseless("\(stack.planned.volcano)_\(stack.planned.frame)")
      let volcano = PathComponent.caseless(stack.planned.volcano)
      if let first = identities[stack.summary.identity]?.first(where: { isCopy(stack, of: $0) }) {
        refused.append(
          (
            stack.file,
            "\(stack.path): is a copy of \(first.file), so it is skipped; move it out of the archive"
          ))
      } else if let first = names[name] {
        refused.append(
          (
            stack.file,
            "\(stack.path): \(first.file) is already the stack of \(first.planned.volcano), frame \(first.planned.frame); "
              + "move one of them out of the archive"
          ))
      } else if let first = volcanoes[volcano], first.planned.volcano != stack.planned.volcano {
        refused.append(
          (
            stack.file,
            "\(stack.path): its volcano \(stack.planned.volcano) differs from \(first.planned.volcano) of \(first.file) by "
              + "case only, so on some disks their maps would have the same name; rename one of them"
          ))
      } else {
        identities[stack.summary.identity, default: []].append(stack)
        names[name] = stack
        volcanoes[volcano] = volcanoes[volcano] ?? stack
        chosen.append(stack)
      }
    }
    return (chosen.sorted { $0.file < $1.file }, refused.sorted { $0.file < $1.file })
  }

  /// Whether two stacks with the same identity are the same. Stacks of other programs do not name their frame,
  /// so those of two frames, by their file names, may have equal headers: they are the same if their bytes are
  /// equal.
  private static func isCopy(_ stack: FoundStack, of first: FoundStack) -> Bool {
    if stack.planned.volcano == first.planned.volcano, stack.planned.frame == first.planned.frame { return true }
    let paths = [stack, first].map { URL(fileURLWithPath: $0.path).resolvingSymlinksInPath().path }
    return FileManager.default.contentsEqual(atPath: paths[0], andPath: paths[1])
  }
}
