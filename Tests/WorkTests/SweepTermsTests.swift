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
    let silent = welcome {
      $0.profile = text
      $0.heartbeatSeconds = .nan
    }
    #expect(throws: MessageError.self) { try SweepTerms(silent) }
  }
}
