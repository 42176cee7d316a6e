import Foundation
import Messaging
import Names
import RasterIO

/// The stack whose interferograms are being read. Owned by the thread that reads.
final class StackAtHand {
  private let archive: URL
  private var stack: OpenStack?

  /// - Parameter archive: where the stacks lie.
  init(archive: URL) { self.archive = archive }

  /// Opens the stack of a unit, which stays open for the next unit of it.
  func open(_ assignment: Volcsweep_Assignment) -> Result<PixelReader.Place, PixelReader.Rejection> {
    guard PathComponent.problem(assignment.stack) == nil else {
      return .failure(PixelReader.Rejection(reason: "unreadable: the assignment's stack has no valid name"))
    }
    let path = archive.appending(path: assignment.stack).path
    do {
      if stack?.path != path || stack?.isCurrent != true {
        stack = nil
        stack = try OpenStack(path: path)
      }
    } catch {
      ProcessMemory.endIfExhausted()
      return .failure(PixelReader.Rejection(reason: "unreadable: \(error)"))
    }
    guard let stack else { return .failure(PixelReader.Rejection(reason: "unreadable: \(path)")) }
    let planned = (height: Int(assignment.height), width: Int(assignment.width))
    guard stack.grid.height == planned.height, stack.grid.width == planned.width else {
      return .failure(
        PixelReader.Rejection(
          reason: "wrong grid: \(path) has \(stack.grid) pixels, when the sweep was planned it had "
            + "\(planned.height) × \(planned.width); start a new run for another grid"))
    }
    return .success(PixelReader.Place(grid: stack.grid, geoTransform: stack.geoTransform))
  }

  /// Reads an interferogram of the stack that was opened last.
  ///
  /// - Parameters:
  ///   - pair: its dates.
  ///   - assignment: the unit that it belongs to.
  ///   - slot: receives the pixels.
  /// - Returns: whether there is a coherence, and the pixels' hash.
  /// - Throws: `StackError` where they cannot be read.
  func read(_ pair: String, of assignment: Volcsweep_Assignment, into slot: PixelSlot) throws
    -> (hasCoherence: Bool, hash: Data)
  {
    #if DEBUG
      Poison.ofProcess.strike(stack: assignment.stack, pair: pair)
    #endif
    guard let stack else { throw StackGone() }
    do {
      slot.reserve(stack.grid.count)
      let hasCoherence = try stack.read(pair, phase: slot.phase, coherence: slot.coherence)
      let pixels = slot.pixels(withCoherence: hasCoherence)
      return (hasCoherence, PixelHash.of(phase: pixels.phase, coherence: pixels.coherence))
    } catch {
      ProcessMemory.endIfExhausted()
      throw error
    }
  }

  private struct StackGone: Error {}
}
