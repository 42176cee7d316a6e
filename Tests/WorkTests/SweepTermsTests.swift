import Foundation
import Imaging
import Messaging
import Testing

@testable import Work

@Suite struct SweepTermsTests {
  private func welcome(_ change: (inout Volcsweep_Welcome) throws -> Void = { _ in }) rethrows -> Volcsweep_Welcome
  {
    var welcome = Volcsweep_Welcome()
    welcome.archive = "/archive"
    welcome.profile = #"{"name":"jgr2018"}"#
    welcome.batchSize = 16
    welcome.heartbeatSeconds = 1
    try change(&welcome)
    return welcome
  }

  @Test(arguments: [MethodProfile.jgr2018, .biggs2022])
  func aProfileArrivesAsItWasSent(profile: MethodProfile) throws {
    let text = String(decoding: try JSONEncoder().encode(profile), as: UTF8.self)
    let terms = try SweepTerms(welcome { $0.profile = text })
    #expect(terms.profile == profile)
    #expect(terms.batchSize == 16)
  }

  /// Found by fuzzing: a patch size of 0 trapped in the worker.
  @Test(arguments: [
    (#""patchSize":224"#, #""patchSize":0"#), (#""patchSize":224"#, #""patchSize":-9223372036854775808"#),
    (#""stride":112"#, #""stride":0"#), (#""stride":112"#, #""stride":56"#),
    (#""phaseCoherenceThreshold":0.85"#, #""phaseCoherenceThreshold":1.5"#),
    (#""merge":"normalised""#, #""merge":"reference""#),
  ]) func aProfileThatNoPatchFitsIsRefused(_ part: String, _ damage: String) throws {
    let text = String(decoding: try JSONEncoder().encode(MethodProfile.jgr2018), as: UTF8.self)
    #expect(text.contains(part))
    let message = welcome { $0.profile = text.replacing(part, with: damage) }
    #expect(throws: MessageError.self) { try SweepTerms(message) }
  }

  /// Found by fuzzing: a blur without width trapped in the worker.
  @Test func aCannyGateThatNoImageFitsIsRefused() throws {
    var profile = MethodProfile.jgr2018
    profile.gate = .edges(EdgeGateParameters())
    let text = String(decoding: try JSONEncoder().encode(profile), as: UTF8.self)
    #expect(try SweepTerms(welcome { $0.profile = text }).profile == profile)
    let damaged = text.replacing(#""blurSigma":2"#, with: #""blurSigma":-1"#)
    #expect(damaged != text)
    #expect(throws: MessageError.self) { try SweepTerms(welcome { $0.profile = damaged }) }
  }

  @Test func aWelcomeThatCannotBeMetIsRefused() throws {
    let text = String(decoding: try JSONEncoder().encode(MethodProfile.jgr2018), as: UTF8.self)
    for batch in [0, 513, UInt32.max] {
      let message = welcome {
        $0.profile = text
        $0.batchSize = batch
      }
      #expect(throws: MessageError.self) { try SweepTerms(message) }
    }
    for profile in ["", "{}", "[1]", #"{"name":"jgr2019"}"#] {
      #expect(throws: MessageError.self) { try SweepTerms(welcome { $0.profile = profile }) }
    }
    let strange = welcome {
      $0.profile = text
      $0.precision = "float16"
    }
    #expect(throws: MessageError.self) { try SweepTerms(strange) }
    let unknown = welcome {
      $0.profile = text
      $0.library = "mkl"
    }
    #expect(throws: MessageError.self) { try SweepTerms(unknown) }
    let named = welcome {
      $0.profile = text
      $0.library = "onednn"
    }
    #expect(try SweepTerms(named).library == .oneDNN)
    #expect(try !SweepTerms(named).isServed(byNetworkOf: SweepTerms(welcome { $0.profile = text }), plan: ""))
    let silent = welcome {
      $0.profile = text
      $0.heartbeatSeconds = .nan
    }
    #expect(throws: MessageError.self) { try SweepTerms(silent) }
  }
}
