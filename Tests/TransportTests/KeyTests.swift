import Foundation
import Testing

@testable import Transport

@Suite struct KeyTests {
  /// The pair of the ZeroMQ manual (zmq_curve).
  private let manual = (
    secret: "D:)Q[IlAW!ahhC2ac:9*A}h:p?([4%wOTJ%JR%cs", public: "Yne@$w-vo<fVvi]a<NY6T1ed:M$fCG*[IaLV{hID"
  )

  @Test func aSecretKeyHasThePublicKeyOfTheManual() throws {
    let pair = try KeyPair(secretKey: try #require(SecretKey(z85: manual.secret)))
    #expect(pair.publicKey.z85 == manual.public)
  }

  @Test func newPairsDifferAndTheirHalvesBelongTogether() throws {
    let (one, other) = (try KeyPair(), try KeyPair())
    #expect(one.publicKey != other.publicKey)
    #expect(try KeyPair(secretKey: one.secretKey).publicKey == one.publicKey)
    #expect(PublicKey(z85: one.publicKey.z85) == one.publicKey)
  }

  @Test func whatIsNoKeyIsNone() {
    for text in [
      "", String(repeating: "a", count: 39), String(repeating: "a", count: 41), "é" + manual.public.dropFirst(2),
      " " + manual.public.dropFirst(), String(repeating: "~", count: 40),
    ] {
      #expect(PublicKey(z85: text) == nil, "\(text)")
      #expect(SecretKey(z85: text) == nil, "\(text)")
    }
  }

  @Test func aSecretNeverShowsItself() throws {
    let secret = try #require(SecretKey(z85: manual.secret))
    var dumped = ""
    dump(secret, to: &dumped)
    for text in ["\(secret)", String(reflecting: secret), dumped, "\(try KeyPair(secretKey: secret))"] {
      #expect(!text.contains(manual.secret.prefix(8)))
    }
  }
}
