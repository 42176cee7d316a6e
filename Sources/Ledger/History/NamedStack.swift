import Names

/// A stack as interferograms are named after it.
struct NamedStack {
  let id: Int64
  let volcano: String
  let frame: String

  var name: String { "\(volcano)_\(frame)" }
}

extension [NamedStack] {
  /// Those that a name without dates stands for: a volcano with a frame, a volcano, a frame; all for no name.
  func meant(by text: String) -> [NamedStack] {
    let text = text.lowercased()
    guard !text.isEmpty else { return self }
    let exact = filter { $0.name.lowercased() == text }
    return exact.isEmpty ? filter { $0.volcano.lowercased() == text || $0.frame.lowercased() == text } : exact
  }

  /// Up to three whose names differ least from the text, none that has little in common with it.
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
