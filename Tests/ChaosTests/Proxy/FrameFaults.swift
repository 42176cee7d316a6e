/// What may happen to a frame on its way.
enum FrameFault: Hashable {
  /// It, and all behind it, comes later.
  case delay(seconds: Double)
  /// Nothing comes through for longer than anybody waits.
  case stall(seconds: Double)
  /// The connection ends before it.
  case drop
  /// The connection ends in the middle of it.
  case cut
  /// A whole frame, but the message in it ends early.
  case shorten
  /// It comes ten times.
  case repeats
  /// A bit of its header is another.
  case corruptHeader
  /// A bit of its body is another. Only a connection that authenticates its messages can tell.
  case corruptBody

  var name: String {
    switch self {
    case .delay: "delays"
    case .stall: "stalls"
    case .drop: "dropped connections"
    case .cut: "cut frames"
    case .shorten: "shortened messages"
    case .repeats: "repeated messages"
    case .corruptHeader: "corrupted headers"
    case .corruptBody: "corrupted bodies"
    }
  }
}

/// How often a frame meets which fault; the rest passes as it is.
struct FaultRates {
  var delay = 0.0
  var stall = 0.0
  var drop = 0.0
  var cut = 0.0
  var shorten = 0.0
  var repeats = 0.0
  var corruptHeader = 0.0
  var corruptBody = 0.0
  var delaySeconds = 0.001...0.05
  var stallSeconds = 1.5...2.5

  /// What happens to the next frame.
  func next(_ random: inout SeededRandom) -> FrameFault? {
    var draw = Double.random(in: 0..<1, using: &random)
    func isHit(_ rate: Double) -> Bool {
      draw -= rate
      return draw < 0
    }
    if isHit(delay) { return .delay(seconds: random.seconds(delaySeconds)) }
    if isHit(stall) { return .stall(seconds: random.seconds(stallSeconds)) }
    if isHit(drop) { return .drop }
    if isHit(cut) { return .cut }
    if isHit(shorten) { return .shorten }
    if isHit(repeats) { return .repeats }
    if isHit(corruptHeader) { return .corruptHeader }
    if isHit(corruptBody) { return .corruptBody }
    return nil
  }
}
