/// Shape of a synthetic volcano.
public enum VolcanoForm: String, Sendable, CaseIterable {
  /// A steep cone with a small crater.
  case stratovolcano
  /// A wide cone with a collapsed top.
  case caldera
  /// A steep cone rising from the sea.
  case island
  /// A broad, gentle dome.
  case shield

  /// Height of the cone above the plain, without its crater, metres.
  var heightMetres: ClosedRange<Double> {
    switch self {
    case .stratovolcano, .island: 1600...2800
    case .caldera: 1100...2000
    case .shield: 700...1400
    }
  }

  /// Distance over which the height falls to 1/e, kilometres.
  var lengthKilometres: ClosedRange<Double> {
    switch self {
    case .stratovolcano, .island: 5...8
    case .caldera: 9...13
    case .shield: 14...20
    }
  }

  /// Radius of the floor of the crater or caldera, kilometres.
  var craterKilometres: ClosedRange<Double> {
    switch self {
    case .stratovolcano, .island: 0.2...0.6
    case .caldera: 2.5...5
    case .shield: 0.8...1.8
    }
  }
}
