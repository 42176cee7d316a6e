import Names

/// The parts of a stack that interferogram names contain.
struct NamedStack {
  let id: Int64
  let volcano: String
  let frame: String

  var name: String { "\(volcano)_\(frame)" }
}

extension [NamedStack] {
  /// The stacks that a name without dates matches: a volcano with a frame, a volcano, or a frame; all for an
  /// empty name.
  func meant(by text: String) -> [NamedStack] {
    let text = text.lowercased()
    guard !text.isEmpty else { return self }
    let exact = filter { $0.name.lowercased() == text }
    return exact.isEmpty ? filter { $0.volcano.lowercased() == text || $0.frame.lowercased() == text } : exact
  }

  /// Up to three stacks with the most similar names; none that has little in common with the text.
  func nearest(to text: String) -> [NamedStack] {
    let letters = [UInt8](text.lowercased().utf8)
    let near = compactMap { stack -> (distance: Int, stack: NamedStack)? in
      let distance = [stack.name, stack.volcano, stack.frame].map { name in
        NearNames.editDistance(letters, [UInt8](name.lowercased().utf8))
      }.min()
      guard let distance, distance <= Swift.max(3, letters.count / 3) else { return nil }
      return (distance, stack)
    }
    return near.sorted { ($0.distance, $0.stack.name) < ($1.distance, $1.stack.name) }.prefix(3).map(\.stack)
  }
}
