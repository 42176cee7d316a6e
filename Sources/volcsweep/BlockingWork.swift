import ProcessResources

/// Runs blocking work on its own thread, away from Swift's cooperative threads.
///
/// - Throws: errors of the work, or `ResourceShortage` if no thread can be started.
func onOwnThread<Value: Sendable>(
  _ name: String, _ work: @escaping @Sendable () throws -> Value
) async throws -> Value {
  try await withCheckedThrowingContinuation { continuation in
    do {
      try OwnThread.start(name, stackBytes: 16 << 20) { continuation.resume(with: Result { try work() }) }
    } catch {
      continuation.resume(throwing: error)
    }
  }
}
