import Scheduling
import VirtualTime

/// What kind of world a seed makes: how large the sweep is, who works at it, and what goes wrong, how often. Each
/// world has some of the faults only, so that no fault always hides behind another.
struct Weather {
  var interferograms: Int
  var stacks: Int
  var unitSize: Int
  /// Workers that the coordinator's own machine starts, one of them honest at least.
  var localWorkers: Int
  var remoteWorkers: Int
  var liars: Int
  /// The liar's results look right, and each result is checked.
  var forges = false
  /// A place elsewhere on whose machine every worker crashes over whatever it computes.
  var badSlot: Int?
  var slowWorkers: Int
  /// Some workers elsewhere are machines of another kind.
  var hasOtherKind = false
  var poison: [InterferogramNumber: Poison] = [:]
  /// What workers elsewhere see of the archive.
  var view = ArchiveView.whole
  /// How many of a hundred first reads of an interferogram fail.
  var failedReadsPercent = 0
  var limits: SchedulingLimits
  var heartbeatSeconds = 2.0
  /// Mean seconds of one interferogram on a worker of ordinary speed.
  var secondsPerInterferogram: Double
  var faults: [Fault]
  /// Faults of all kinds, evenly over the time before it becomes calm.
  var faultCount: Int
  var calmAtSeconds: Double
  var network: NetworkWeather

  init(_ random: inout SeededRandom) {
    let units = 1 + random.index(below: 20)
    unitSize = random.isTrue(probability: 0.3) ? 1 : 2 + random.index(below: 5)
    interferograms = min(60, units * unitSize)
    stacks = 1 + random.index(below: 4)
    localWorkers = 1 + random.index(below: 4)
    remoteWorkers = random.isTrue(probability: 0.3) ? 0 : random.index(below: 5)
    liars = random.isTrue(probability: 0.25) ? 1 : 0
    slowWorkers = random.isTrue(probability: 0.3) ? 1 : 0
    secondsPerInterferogram = random.number(from: 0.2, to: 2)
    limits = SchedulingLimits()
    limits.window = 1 + random.index(below: 4)
    limits.silenceSeconds = 10
    limits.unnamedSeconds = 10
    limits.stallSeconds = 30
    // Above what the slowest worker needs for a full window.
    limits.leaseSeconds = 320
    limits.copies = 1 + random.index(below: 3)
    limits.copyAfterSeconds = 5
    limits.lossesBeforeSplit = 1 + random.index(below: 2)
    limits.lossesBeforeQuarantine = 2 + random.index(below: 2)
    if random.isTrue(probability: 0.35) {
      for _ in 0...random.index(below: 2) {
        poison[1 + random.index(below: interferograms)] =
          Poison.allCases[random.index(below: Poison.allCases.count)]
      }
    }
    // Where there is no poison a single faint loss may count in full, so that innocent units are split, too.
    if poison.isEmpty && random.isTrue(probability: 0.7) {
      limits.faintLossesPerLoss = 1
      limits.lossesBeforeQuarantine = 30
    }
    faults = Fault.allCases.filter { _ in random.isTrue(probability: 0.35) }
    faultCount = faults.isEmpty ? 0 : random.index(below: 11)
    calmAtSeconds = random.number(from: 5, to: 60)
    network = random.isTrue(probability: 0.6) ? NetworkWeather(&random) : NetworkWeather()
    // Units are long here: so that windows grow all the same, each world looks ahead by seconds.
    limits.aheadSeconds = calmAtSeconds / 10
    hasOtherKind = random.isTrue(probability: 0.3)
    limits.pickinessSeconds = 40
    // As long as a healthy worker may be away in all these worlds.
    limits.archiveSeconds = 200
    limits.retrySeconds = 1
    if random.isTrue(probability: 0.4) { view = ArchiveView.allCases[random.index(below: 3)] }
    // Who sees a part and who fails now and then may together be all that are there.
    if view != .firstStack && random.isTrue(probability: 0.3) { failedReadsPercent = 1 + random.index(below: 25) }
    if liars > 0, localWorkers > 1, poison.isEmpty, random.isTrue(probability: 0.4) {
      (forges, faults, faultCount, network) = (true, [], 0, NetworkWeather())
      (view, failedReadsPercent) = (.whole, 0)
      limits.checkFraction = 1
      limits.checkSeed = random.next()
    } else if remoteWorkers > 0, liars == 0, view == .whole, random.isTrue(probability: 0.2) {
      badSlot = 0
    }
    // Where nothing can be computed nobody can tell whose fault it is.
    if poison.count == interferograms { poison[interferograms] = nil }
    if badSlot == nil && !forges && poison.isEmpty && liars == 0 && random.isTrue(probability: 0.25) {
      haveBadLinksAlone(&random)
    }
  }

  /// Workers that are cut off for long, finish what they hold meanwhile, and come back when it was split.
  private mutating func haveBadLinksAlone(_ random: inout SeededRandom) {
    faults = [.linkDown]
    faultCount = 12
    calmAtSeconds = 60
    secondsPerInterferogram = random.number(from: 1, to: 3)
    network = NetworkWeather()
    limits.lossesBeforeSplit = 1
    limits.faintLossesPerLoss = 1
    limits.lossesBeforeQuarantine = 30
  }
}

/// What an interferogram does to every worker that computes it.
enum Poison: CaseIterable {
  case crashes
  case hangs
  case exceedsMemory
}

/// What a machine sees of the archive.
enum ArchiveView: CaseIterable {
  case whole
  /// Its mount is empty.
  case none
  /// It has the first stack alone.
  case firstStack
}

/// What goes wrong, but for messages.
enum Fault: String, CaseIterable {
  case workerKilled
  case workerStopped
  case workerDrained
  case workerAdded
  case linkDown
  case coordinatorKilled
  case coordinatorKilledWriting
  case coordinatorStopped
  case coordinatorDrained
  case secondCoordinator
  case powerLost
  case powerLostWriting
  case diskFull
  case syncFailed
  case clockJumped
  /// The archive is away for everybody, for a while.
  case archiveAway
}

/// What the network does to messages.
struct NetworkWeather {
  var lossProbability = 0.0
  var doublingProbability = 0.0
  var meanDelaySeconds = 0.005
  /// How many messages are held up, and for how long at most: they come after later ones.
  var detourProbability = 0.0
  var longestDetourSeconds = 0.0

  /// Every message comes once, soon and in its order.
  var isGood: Bool { lossProbability == 0 && detourProbability == 0 && meanDelaySeconds <= 0.005 }

  init() {}

  init(_ random: inout SeededRandom) {
    if random.isTrue(probability: 0.6) { lossProbability = random.number(from: 0, to: 0.15) }
    if random.isTrue(probability: 0.5) { doublingProbability = random.number(from: 0, to: 0.2) }
    if random.isTrue(probability: 0.5) { meanDelaySeconds = random.number(from: 0.001, to: 0.5) }
    if random.isTrue(probability: 0.5) {
      detourProbability = random.number(from: 0, to: 0.1)
      longestDetourSeconds = random.number(from: 0.1, to: 15)
    }
  }
}
