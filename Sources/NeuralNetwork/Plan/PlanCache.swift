import Files
import Foundation
import Hashing

extension Plan {
  /// An autotuned plan, made at most once for a model on this kind of machine: later calls read it from the
  /// user's cache. A cached plan that is damaged or does not match is made again; without a writable cache it
  /// is made every time.
  ///
  /// Making a plan takes some seconds for a large network, on the calling thread.
  ///
  /// - Parameters:
  ///   - model: the network.
  ///   - modelSHA256: SHA-256 of the model's file, hexadecimal.
  ///   - batchCapacity: patches per batch.
  ///   - precision: the lowest precision allowed.
  ///   - libraries: libraries that may multiply matrices.
  ///   - patchStride: as in ``make(for:batchCapacity:precision:libraries:patchStride:trial:)``.
  ///   - folder: folder of the cache; `nil` for none.
  /// - Returns: the plan.
  /// - Throws: `ModelError`, as ``make(for:batchCapacity:precision:libraries:patchStride:trial:)``.
  public static func cached(
    for model: ModelFile, modelSHA256: String, batchCapacity: Int, precision: Precision = .float32,
    libraries: Set<MatrixLibrary> = [.cblas], patchStride: Int? = nil, in folder: URL? = cacheFolder()
  ) throws -> Plan {
    let usable = libraries.intersection(MatrixLibrary.installed)
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

  /// Folder of this user's plans: `volcsweep/plans` in `XDG_CACHE_HOME`, or in `~/.cache`; `nil` without a home
  /// folder.
  ///
  /// - Parameter environment: the process's environment.
  /// - Returns: the folder, which may not exist yet.
  public static func cacheFolder(
    environment: [String: String] = ProcessInfo.processInfo.environment
  ) -> URL? {
    // The XDG Base Directory Specification ignores relative paths.
    if let cache = environment["XDG_CACHE_HOME"], cache.hasPrefix("/") {
      return URL(filePath: cache).appending(path: "volcsweep/plans")
    }
    guard let home = environment["HOME"], home.hasPrefix("/") else { return nil }
    return URL(filePath: home).appending(path: ".cache/volcsweep/plans")
  }

  /// If writing fails, only the next start has to make the plan again.
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

/// A plan as stored, with a hash to detect damage.
private struct CachedPlan: Codable {
  let plan: Plan
  let hash: String
}
