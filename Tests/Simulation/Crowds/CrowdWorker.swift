import Scheduling

/// A worker as the crowd sees it: what it holds, what it computes and whether it is heard.
struct CrowdWorker {
  typealias Held = (lease: Lease, numbers: [InterferogramNumber])

  /// Its number with the scheduler; 0 while it has none.
  var id: WorkerID = 0
  /// Rises when its process ends, so that what was to happen to it does not happen to its successor.
  var process: UInt32 = 0
  /// Rises when it begins or drops a unit.
  var computation: UInt32 = 0
  var isRunning = false
  var isComputing = false
  var isMute = false
  var isHung = false
  var isLiar = false
  /// Units of time it takes where others take one.
  var slowness = 1.0
  var progress: UInt64 = 0
  /// In the order in which it computes them.
  var queue: [Held] = []
  /// Results without acknowledgement.
  var unacknowledged: [Held] = []

  var holding: [Lease] { queue.map(\.lease) + unacknowledged.map(\.lease) }
}
