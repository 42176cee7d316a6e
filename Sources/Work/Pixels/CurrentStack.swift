import Foundation
import Interferometry
import Messaging
import Names
import RasterIO

/// The stack whose interferograms are being read. Owned by the reading thread.
final class CurrentStack {
  private let archive: URL
  private let proof: String
  private var stack: OpenStack?
  /// Identity of the proof stack when it was first read.
  private var proven: StackIdentity?
  private var looked: (at: ContinuousClock.Instant, isThere: Bool)?

  /// How long a check of the archive stays valid.
  private static let lookInterval = Duration.milliseconds(200)

  /// - Parameters:
  ///   - archive: folder of the stacks.
  ///   - proof: file name of a stack that shows whether the archive is there; empty for none.
  init(archive: URL, proof: String) {
    self.archive = archive
    self.proof = proof
  }

  /// Reads a stack's identity.
  func prove(_ name: String) -> ArchiveProof {
    do {
      let identity = try identity(of: name)
      if name == proof, proven == nil { proven = identity }
      looked = nil
      return ArchiveProof(identity: identity.bytes)
    } catch {
      ProcessMemory.endIfExhausted()
      return ArchiveProof(identity: Data(), trouble: "\(error)")
    }
  }

  private func identity(of name: String) throws -> StackIdentity {
    StackIdentity(try InterferogramStackReader(path: archive.appending(path: name).path))
  }

  /// Turns a stack's read failure into one of the archive if the whole archive is unavailable.
  private func weighed(_ trouble: UnreadablePixels, stack name: String) -> UnreadablePixels {
    guard [.stackMissing, .stackNotAFile, .stackDamaged, .pixels].contains(trouble.trouble),
      !isArchiveThere(besides: name)
    else { return trouble }
    return UnreadablePixels(.archive, detail: trouble.detail)
  }

  private func isArchiveThere(besides name: String) -> Bool {
    guard !proof.isEmpty, name != proof else {
      // Without a proof stack, only whether the folder has any entries can be checked.
      let names = (try? FileManager.default.contentsOfDirectory(atPath: archive.path)) ?? []
      return names.contains { $0.hasSuffix(".h5") }
    }
    if let looked, ContinuousClock.now - looked.at < Self.lookInterval { return looked.isThere }
    let found = try? identity(of: proof)
    let isThere = found != nil && (proven == nil || found == proven)
    looked = (ContinuousClock.now, isThere)
    return isThere
  }

  /// Opens the stack of a unit; it stays open for the next unit.
  func open(_ assignment: Volcsweep_Assignment) -> Result<PixelReader.Place, UnreadablePixels> {
    guard PathComponent.problem(assignment.stack) == nil else {
      return .failure(UnreadablePixels(.stackMissing, detail: "the assignment's stack has no valid name"))
    }
    let path = archive.appending(path: assignment.stack).path
    do {
      if stack?.path != path || stack?.isCurrent != true {
        stack = nil
        stack = try OpenStack(path: path)
      }
    } catch {
      ProcessMemory.endIfExhausted()
      let trouble = error as? UnreadablePixels ?? UnreadablePixels(.stackDamaged, detail: "\(path): \(error)")
      return .failure(weighed(trouble, stack: assignment.stack))
    }
    guard let stack else { return .failure(UnreadablePixels(.stackDamaged, detail: path)) }
    let planned = (height: Int(assignment.height), width: Int(assignment.width))
    guard stack.grid.height == planned.height, stack.grid.width == planned.width else {
      return .failure(
        UnreadablePixels(
          .otherGrid,
          detail: "\(path) has \(stack.grid) pixels, but had \(planned.height) × "
            + "\(planned.width) when the sweep was planned; start a new run for the new grid"))
    }
    return .success(PixelReader.Place(grid: stack.grid, geoTransform: stack.geoTransform))
  }

  /// Reads an interferogram of the stack opened last.
  ///
  /// - Parameters:
  ///   - pair: its dates.
  ///   - assignment: its unit.
  ///   - slot: receives the pixels.
  /// - Returns: whether there is a coherence, and the pixels' hash.
  /// - Throws: `UnreadablePixels` if they cannot be read.
  func read(_ pair: String, of assignment: Volcsweep_Assignment, into slot: PixelSlot) throws
    -> (hasCoherence: Bool, hash: Data)
  {
    #if DEBUG
      Poison.ofProcess.strike(stack: assignment.stack, pair: pair)
    #endif
    guard let stack else { throw UnreadablePixels(.stackDamaged, detail: "\(assignment.stack) is not open") }
    do {
      slot.reserve(stack.grid.count)
      let hasCoherence = try stack.read(pair, phase: slot.phase, coherence: slot.coherence)
      let pixels = slot.pixels(withCoherence: hasCoherence)
      return (hasCoherence, PixelHash.of(phase: pixels.phase, coherence: pixels.coherence))
    } catch {
      ProcessMemory.endIfExhausted()
      throw weighed(
        error as? UnreadablePixels ?? UnreadablePixels(.pixels, detail: "\(error)"), stack: assignment.stack)
    }
  }
}
