import Scheduling
import Testing

@testable import Coordination

@Suite struct MachinePlansTests {
  private let first = PeerID(identity: [1])
  private let second = PeerID(identity: [2])
  private let now = Instant(nanoseconds: 0)

  @Test func theFirstOfAKindMakesThePlanAndTheOthersGetItWhenItIsDurable() {
    var plans = MachinePlans([:])
    var answer = plans.answer("kind", first, at: now) { _ in true }
    #expect(answer == .make)
    answer = plans.answer("kind", second, at: now) { _ in true }
    #expect(answer == .wait)
    answer = plans.answer("other kind", second, at: now) { _ in true }
    #expect(answer == .make)
    var offer = plans.take("plan", of: "kind", from: first)
    #expect(offer == .isNew)
    answer = plans.answer("kind", second, at: now) { _ in true }
    #expect(answer == .wait, "a crash may still lose it")
    plans.settle("kind")
    answer = plans.answer("kind", second, at: now) { _ in true }
    #expect(answer == .use("plan"))
    offer = plans.take("another plan", of: "kind", from: second)
    #expect(offer == .isOther)
    offer = plans.take("plan", of: "kind", from: first)
    #expect(offer == .isInUse)
  }

  @Test func whoeverIsAskedAndNeverAnswersIsReplaced() {
    var plans = MachinePlans([:])
    _ = plans.answer("kind", first, at: now) { _ in true }
    var answer = plans.answer("kind", first, at: now) { _ in true }
    #expect(answer == .make, "it introduces itself again")
    answer = plans.answer("kind", second, at: now) { $0 != first }
    #expect(answer == .make, "the first is gone")
    answer = plans.answer("kind", first, at: now.advanced(bySeconds: 119)) { _ in true }
    #expect(answer == .wait)
    answer = plans.answer("kind", first, at: now.advanced(bySeconds: 121)) { _ in true }
    #expect(answer == .make, "the second is slow")
    let offer = plans.take("late plan", of: "kind", from: second)
    #expect(offer == .isNew, "a late plan is as good as any")
  }

  @Test func aPlanThatNobodyAskedForIsNotTaken() {
    var plans = MachinePlans([:])
    _ = plans.answer("kind", first, at: now) { _ in true }
    var offer = plans.take("a stranger's plan", of: "kind", from: second)
    #expect(offer == .isOther)
    offer = plans.take("a plan of another kind", of: "other kind", from: second)
    #expect(offer == .isOther)
    offer = plans.take("plan", of: "kind", from: first)
    #expect(offer == .isNew)
    plans.settle("kind")
    #expect(plans.documents == ["kind": "plan"])
  }

  @Test func aKindWithoutAPlanOrWithAnEndlessOneDoesNotHoldUpTheOthersOfItsKind() {
    for document in ["", String(repeating: "x", count: 300 << 10)] {
      var plans = MachinePlans([:])
      _ = plans.answer("kind", first, at: now) { _ in true }
      let offer = plans.take(document, of: "kind", from: first)
      #expect(offer == .isInUse)
      let answer = plans.answer("kind", second, at: now) { _ in true }
      #expect(answer == .make)
    }
  }

  @Test func kindsWithoutEndAreNotKept() {
    var plans = MachinePlans([:])
    let answers = (0..<100).map { kind in plans.answer("kind \(kind)", first, at: now) { _ in true } }
    #expect(answers.prefix(64).allSatisfy { $0 == .make } && answers.dropFirst(64).allSatisfy { $0 == .use("") })
  }

  @Test func aWorkerThatComputesWithoutAPlanIsNotAskedForOne() {
    var plans = MachinePlans(["kind": "plan"])
    let answer = plans.answer("", first, at: now) { _ in true }
    #expect(answer == .use(""))
  }
}
