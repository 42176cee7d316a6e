import Imaging

/// The gates that a job can ask for.
private enum AskedGate: String, CaseIterable {
  /// Wrap edges, whatever constant is in the phase.
  case fringes
  /// Canny edges of the phase as it is.
  case canny
  /// No gate.
  case off
}

extension JobSection {
  /// Reads `gate:`, either one of its words or a section of settings.
  ///
  /// - Returns: `nil` where the job leaves the gate to the profile, or something is wrong with it.
  func gate(of profile: MethodProfile) -> GateRule? {
    guard !isMissing("gate") else {
      skip("gate")
      return nil
    }
    guard isSection("gate") else {
      return choice("gate", AskedGate.self).flatMap { rule($0, of: profile) }
    }
    return section("gate") { settings in
      if let asked = settings.choice("rule", AskedGate.self) { return rule(asked, of: profile, settings) }
      // Jobs of earlier versions set these without naming the rule.
      let isCanny = cannySettings.contains { !settings.isMissing($0) }
      return rule(isCanny ? .canny : .fringes, of: profile, settings)
    } ?? nil
  }

  private func rule(_ asked: AskedGate, of profile: MethodProfile, _ settings: JobSection? = nil) -> GateRule? {
    switch (asked, profile.gate) {
    case (.off, _):
      settings?.refuseGateSettings("has no effect, because the gate is off")
      return .off
    case (.canny, .fringes) where profile.name != .jgr2018:
      for key in gateSettings { settings?.skip(key) }
      report("gate", "only profile jgr2018 has a Canny gate; leave it out, or set profile: jgr2018")
      return nil
    case (.fringes, .fringes): return settings.map { .fringes(FringeGateParameters($0)) } ?? profile.gate
    case (.canny, .fringes): return .edges(settings.map { EdgeGateParameters($0) } ?? EdgeGateParameters())
    default:
      for key in gateSettings { settings?.skip(key) }
      report(
        "gate", "profile \(profile.name.rawValue) has a gate without settings; gate: off switches any gate off")
      return nil
    }
  }
}

extension JobSection {
  /// Reports every gate setting that is given.
  fileprivate func refuseGateSettings(_ problem: String) {
    for key in gateSettings {
      if !isMissing(key) { report(key, problem) }
      skip(key)
    }
  }
}

/// Settings that only the Canny gate has, one of them by its name of then: its values mean something else to other gates.
private let cannySettings = [
  "blur-sigma", "low-threshold", "high-threshold", "coherence-window", "phase-coherence-window",
  "minimum-edge-share",
]

/// The settings of all gates.
private let gateSettings =
  cannySettings + ["minimum-edge-fraction", "coherence-threshold", "phase-coherence-threshold"]

extension FringeGateParameters {
  fileprivate init(_ section: JobSection) {
    self.init()
    let fractions = EdgeGateParameters.fractions
    minimumEdgeShare = section.number("minimum-edge-fraction", in: fractions) ?? minimumEdgeShare
    coherenceThreshold =
      section.number("coherence-threshold", in: fractions).map { Float($0) } ?? coherenceThreshold
    phaseCoherenceThreshold =
      section.number("phase-coherence-threshold", in: fractions).map { Float($0) } ?? phaseCoherenceThreshold
  }
}

extension EdgeGateParameters {
  fileprivate init(_ section: JobSection) {
    self.init()
    blurSigma = section.number("blur-sigma", in: Self.blurSigmas) ?? blurSigma
    lowThreshold = section.whole("low-threshold", in: Self.thresholds) ?? lowThreshold
    highThreshold = section.whole("high-threshold", in: Self.thresholds) ?? highThreshold
    section.renamed("minimum-edge-share", to: "minimum-edge-fraction")
    minimumEdgeShare = section.number("minimum-edge-fraction", in: Self.fractions) ?? minimumEdgeShare
    coherenceThreshold =
      section.number("coherence-threshold", in: Self.fractions).map { Float($0) } ?? coherenceThreshold
    coherenceWindow = section.whole("coherence-window", in: Self.windows) ?? coherenceWindow
    phaseCoherenceThreshold =
      section.number("phase-coherence-threshold", in: Self.fractions).map { Float($0) } ?? phaseCoherenceThreshold
    phaseCoherenceWindow = section.whole("phase-coherence-window", in: Self.windows) ?? phaseCoherenceWindow
  }
}
