import struct Foundation.Data

/// What an earlier scoring by the same method says of an interferogram that is to be judged by another model.
public struct KnownGate: Hashable, Sendable {
  /// A bit a patch, the first in the lowest bit of the first byte: whether it goes to the network.
  public let keptPatches: Data
  /// Fraction of the interferogram's pixels without data, 0…1.
  public let noDataShare: Float
  /// `nil` where none is known.
  public let meanCoherence: Float?

  package init(keptPatches: Data, noDataShare: Float, meanCoherence: Float?) {
    (self.keptPatches, self.noDataShare, self.meanCoherence) = (keptPatches, noDataShare, meanCoherence)
  }
}
