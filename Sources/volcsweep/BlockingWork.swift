import Foundation

/// Runs work that blocks on a thread of its own, away from Swift's cooperative threads.
func onOwnThread<Value: Sendable>(
  _ name: String, _ work: @escaping @Sendable () throws -> Value
) async throws -> Value {
  try await withCheckedThrowingContinuation { continuation in
    let thread = Thread { continuation.resume(with: Result { try work() }) }
    thread.name = name
    thread.stackSize = 16 << 20
    thread.start()
  }
}
