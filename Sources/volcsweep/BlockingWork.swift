import ProcessResources

/// Runs work that blocks on a thread of its own, away from Swift's cooperative threads.
///
/// - Throws: what the work throws, or `ResourceShortage` where there is no thread to be had.
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
