import Coordination
import Ledger
import SweepRecords

/// A coordinator's process: the real machine and the real ledger, whose writes take virtual time.
final class SimulatedCoordinator {
  let number: Int
  let epoch: Int
  var machine: CoordinatorMachine
  /// Its connection; gone with the process.
  var ledger: Ledger?
  var kinds: [Int: MachineKind] = [:]
  var isAlive = true
  var isStopped = false
  var waiting: [Occurrence] = []
  var write: LedgerWrite?
  var isDraining = false
  var steps = 0

  init(number: Int, epoch: Int, machine: CoordinatorMachine, ledger: Ledger) {
    self.number = number
    self.epoch = epoch
    self.machine = machine
    self.ledger = ledger
  }
}
