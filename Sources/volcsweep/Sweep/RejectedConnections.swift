import Transport

/// Summarises rejected connections in one line.
enum RejectedConnections {
  /// - Returns: `nil` if none was rejected.
  static func line(_ counts: [ConnectionEvent: Int]) -> String? {
    let parts = ConnectionEvent.allCases.compactMap { event -> String? in
      guard event.isRejection, let count = counts[event], count > 0 else { return nil }
      return "\(event.rawValue) \(count == 1 ? "once" : "\(count) times")"
    }
    return parts.isEmpty ? nil : "rejected connections: \(parts.joined(separator: ", "))"
  }
}
