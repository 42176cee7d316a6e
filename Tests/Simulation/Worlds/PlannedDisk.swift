import Detection
import Foundation
import Imaging
import Interferometry
import Ledger
import SimulatedDisk
import SweepRecords
import Synchronization

/// Disks with a planned ledger, made once for each plan and copied for each world.
enum PlannedDisk {
  static let file = "ledger.sqlite"
  static let rule = PatchRule(profile: .biggs2022, patchSize: 227)

  /// The method profile as a welcome says it.
  static let profile: String = {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    return (try? encoder.encode(MethodProfile.biggs2022)).map { String(decoding: $0, as: UTF8.self) } ?? ""
  }()

  private struct Plan: Hashable {
    let interferograms: Int
    let stacks: Int
    let unitSize: Int
  }

  private static let made = Mutex<[Plan: SimulatedDisk]>([:])

  static func disk(for weather: Weather) -> SimulatedDisk {
    let plan = Plan(
      interferograms: weather.interferograms, stacks: min(weather.stacks, weather.interferograms),
      unitSize: weather.unitSize)
    return made.withLock { made in
      if let disk = made[plan] { return disk.copy() }
      let disk = SimulatedDisk()
      do {
        try write(plan, to: disk)
      } catch {
        preconditionFailure("a ledger cannot be planned on a disk without faults: \(error)")
      }
      made[plan] = disk
      return disk.copy()
    }
  }

  private static func write(_ plan: Plan, to disk: SimulatedDisk) throws {
    let ledger = try Ledger(path: disk.path(of: file), vfs: SimulatedDisk.vfs)
    try ledger.bind(to: SweepIdentity(model: "none", modelSHA256: "0", profile: "biggs2022", patchSize: 227))
    var left = plan.interferograms
    for stack in 0..<plan.stacks {
      let count = stack == plan.stacks - 1 ? left : plan.interferograms / plan.stacks
      left -= count
      let planned = PlannedStack(
        file: "\(stack).h5", volcano: "v\(stack)", volcanoName: "V\(stack)", frame: "f",
        grid: Grid(height: 300, width: 300),
        geoTransform: GeoTransform(west: 0, north: 1, longitudeStep: 0.001, latitudeStep: -0.001))
      let pairs = (0..<count).compactMap {
        DatePair("20200101_2020\(twoDigits(2 + $0 / 28))\(twoDigits(1 + $0 % 28))")
      }
      _ = try ledger.plan(planned, pairs: pairs)
    }
    try ledger.planUnits(size: plan.unitSize)
    try ledger.close()
    // As its copies share them, the bytes are kept once.
    for name in disk.files {
      if let bytes = disk.contents(of: name) { disk.replace(name, with: bytes) }
    }
  }

  private static func twoDigits(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
}
