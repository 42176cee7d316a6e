import Files
import Foundation
import Hashing

extension Plan {
  /// The plan that a timed trial finds, made at most once for a model on this kind of machine: later calls read what
  /// the first one wrote to the user's cache. What there is damaged or for something else is made anew, and without a
  /// place to write to it is only made.
  ///
  /// Takes some seconds for a large network where there is none yet, on the calling thread.
  ///
  /// - Parameters:
  ///   - model: the network.
  ///   - modelSHA256: of the model's file, in hexadecimal.
  ///   - batchCapacity: the patches of a batch.
  ///   - precision: how precisely the layers are to be computed at least.
  ///   - libraries: who may multiply floats.
  ///   - patchStride: as there.
  ///   - folder: where plans are kept; `nil` for nowhere.
  /// - Returns: the plan.
  /// - Throws: `ModelError`, as ``make(for:batchCapacity:precision:libraries:patchStride:trial:)``.
  public static func cached(
    for model: ModelFile, modelSHA256: String, batchCapacity: Int, precision: Precision = .float32,
    libraries: Set<ProductLibrary> = [.cblas], patchStride: Int? = nil, in folder: URL? = cacheFolder()
  ) throws -> Plan {
    let usable = libraries.intersection(ProductLibrary.installed)
    let key = [
      modelSHA256, hexadecimal(machine(library: usable.contains(.oneDNN) ? .oneDNN : .cblas, precision: precision)),
      precision.rawValue, usable.map(\.rawValue).sorted().joined(separator: "+"), "\(batchCapacity)",
      patchStride.map { "each\($0)" } ?? "alone",
    ].joined(separator: "-")
    let file = folder?.appending(path: "\(key).json")
    let graph = model.sweptGraph
    if let file, let known = try? JSONDecoder().decode(CachedPlan.self, from: Data(contentsOf: file)),
      known.hash == known.plan.hash, known.plan.precision == precision, usable.contains(known.plan.library),
      let plan = try? known.plan.checked(for: graph, batchCapacity: batchCapacity)
    {
      return plan
    }
    let plan = try make(
      for: model, batchCapacity: batchCapacity, precision: precision, libraries: libraries,
      patchStride: patchStride,
      trial: .timed)
    if let file { plan.write(to: file) }
    return plan
  }

  /// Where plans of this user are kept: `volcsweep/plans` in `XDG_CACHE_HOME`, or in `~/.cache`; `nil` where there is no
  /// home.
  ///
  /// - Parameter environment: this process's.
  /// - Returns: the folder, which need not be there yet.
  public static func cacheFolder(
    environment: [String: String] = ProcessInfo.processInfo.environment
  ) -> URL? {
    // As the XDG base directory specification has it: what is not absolute does not count.
    if let cache = environment["XDG_CACHE_HOME"], cache.hasPrefix("/") {
      return URL(filePath: cache).appending(path: "volcsweep/plans")
    }
    guard let home = environment["HOME"], home.hasPrefix("/") else { return nil }
    return URL(filePath: home).appending(path: ".cache/volcsweep/plans")
  }

  /// A full disk or a folder that is not to be written costs the next start a trial, not this one its plan.
  private func write(to file: URL) {
    let folder = file.deletingLastPathComponent()
    try? FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted]
    try? AtomicFile.replace(file.path, with: encoder.encode(CachedPlan(plan: self, hash: hash)))
  }

  private static func hexadecimal(_ text: String) -> String {
    String(sha256Hex(of: Data(text.utf8)).prefix(16))
  }
}

/// A plan as its file has it, with the hash that tells damage.
private struct CachedPlan: Codable {
  let plan: Plan
  let hash: String
}
