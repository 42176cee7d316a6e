import Interferometry

/// One acquisition and its contribution to every interferogram that uses it.
struct SyntheticAcquisition: Sendable {
  /// Index in the volcano's dates.
  let index: Int
  /// Atmospheric delay and processing errors, radians, row-major.
  let delay: [Float]
  let faults: AcquisitionFaults
  /// Whether each pixel was not acquired, row-major; `nil` if all were.
  let missing: [Bool]?
  /// Height above which there is snow, metres; `nil` without snow.
  let snowLine: Float?

  init(_ index: Int, of scene: SyntheticScene, turbulence: [Float]) {
    self.index = index
    let volcano = scene.volcano
    var stream = volcano.stream(.delay, index)
    var delay = AcquisitionDelay(from: &stream)
      .field(turbulence: turbulence, heightMetres: scene.topography.heightMetres)
    stream = volcano.stream(.snowLine, index)
    snowLine = scene.snow.map { $0.line(from: &stream) }
    let grid = volcano.grid
    let kilometres = SyntheticScene.pixelMetres / 1000
    stream = volcano.stream(.faults, index)
    let faults = AcquisitionFaults(
      fraction: volcano.variety.faultFraction, headingDegrees: volcano.headingDegrees,
      widthKilometres: Double(grid.width) * kilometres, from: &stream)
    self.faults = faults
    guard !faults.kinds.isEmpty else {
      self.delay = delay
      missing = nil
      return
    }
    var missing = [Bool](repeating: false, count: grid.count)
    for row in 0..<grid.height {
      let north = (Double(grid.height) / 2 - Double(row)) * kilometres
      for column in 0..<grid.width {
        let east = (Double(column) - Double(grid.width) / 2) * kilometres
        delay[row * grid.width + column] += Float(faults.phase(eastKilometres: east, northKilometres: north))
        missing[row * grid.width + column] = faults.isMissing(eastKilometres: east, northKilometres: north)
      }
    }
    self.delay = delay
    self.missing = faults.kinds.contains(.missingSwath) ? missing : nil
  }
}
