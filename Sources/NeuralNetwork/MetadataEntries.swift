/// Reads `metadata_props` by key; what is missing or cannot be meant is thrown with the key's full name.
package struct MetadataEntries {
  /// In front of every key of volcsweep's.
  package static let prefix = "volcsweep."

  let properties: [String: String]

  func holds(_ key: String) -> Bool { properties[Self.prefix + key] != nil }

  func text(_ key: String, expected: String) throws -> String {
    guard let value = properties[Self.prefix + key] else {
      throw ModelError.Problem.missingMetadata(key: Self.prefix + key, expected: expected)
    }
    let text = String(trimmingSpaces: value)
    guard !text.isEmpty else { throw impossible(key, expected: expected) }
    return text
  }

  func integer(_ key: String, in range: ClosedRange<Int>, expected: String) throws -> Int {
    guard let number = Int(try text(key, expected: expected)), range.contains(number) else {
      throw impossible(key, expected: expected)
    }
    return number
  }

  func numbers(_ key: String, count: Int, where isPossible: (Float) -> Bool) throws -> [Float] {
    let expected = "\(count) number\(count == 1 ? "" : "s") with commas between them, one per channel"
    let numbers = try text(key, expected: expected).split(separator: ",", omittingEmptySubsequences: false)
      .map { Float(String(trimmingSpaces: $0)) }
    let possible = numbers.compactMap { $0 }.filter(isPossible)
    guard numbers.count == count, possible.count == count else { throw impossible(key, expected: expected) }
    return possible
  }

  /// Entries whose keys are not among these, without the prefix; empty texts are left out.
  func others(than keys: Set<String>) -> [String: String] {
    var others: [String: String] = [:]
    for (key, value) in properties where key.hasPrefix(Self.prefix) {
      let key = String(key.dropFirst(Self.prefix.count))
      let value = String(trimmingSpaces: value)
      if !keys.contains(key), !value.isEmpty { others[key] = value }
    }
    return others
  }

  /// Rejects keys that would change the meaning of numbers but are not read: known keys with another spelling,
  /// and other programs' names for the same values.
  func refuseMisunderstandings(known: Set<String>) throws {
    for key in properties.keys.sorted() where key.lowercased().hasPrefix(Self.prefix) {
      let name = String(key.dropFirst(Self.prefix.count))
      if key.hasPrefix(Self.prefix), known.contains(name) { continue }
      let plain = name.lowercased().replacing("-", with: "_").replacing(" ", with: "_")
      let meant = known.contains(plain) ? plain : Self.otherNames[plain]
      guard let meant else { continue }
      throw ModelError.Problem.impossibleMetadata(
        key: key, value: properties[key] ?? "",
        expected: "the key \(Self.prefix)\(meant); this one is not read and would change what the numbers mean")
    }
  }

  private static let otherNames = [
    "std": "scale (1 / std)", "stds": "scale (1 / std)", "stdev": "scale (1 / std)", "deviation": "scale (1 / std)",
    "standard_deviation": "scale (1 / std)", "means": "mean", "offset": "mean", "scales": "scale",
    "factor": "scale",
    "normalisation": "mean and scale", "normalization": "mean and scale", "range": "mean and scale",
    "input_range": "mean and scale", "pixel_range": "mean and scale", "value_range": "mean and scale",
    "rescale": "scale", "preprocessing": "mean and scale", "size": "input_size", "patch_size": "input_size",
    "input_shape": "input_size", "image_size": "input_size", "width": "input_size", "height": "input_size",
    "input_width": "input_size", "input_height": "input_size", "input_channels": "channels",
    "classes": "class_names",
    "labels": "class_names", "class_labels": "class_names", "class_order": "class_names",
    "positive_class": "deformation_class", "activation": "output", "output_type": "output",
    "layout": "channels (inputs are batch × channels × height × width)",
    "channel_order": "channels (all are made from one gray value)",
    "color_order": "channels (all are made from one gray value)",
  ]

  func impossible(_ key: String, expected: String) -> ModelError.Problem {
    .impossibleMetadata(key: Self.prefix + key, value: properties[Self.prefix + key] ?? "", expected: expected)
  }
}

extension String {
  /// The text without the white space around it.
  package init(trimmingSpaces text: some StringProtocol) {
    var part = text[...]
    while part.first?.isWhitespace == true { part.removeFirst() }
    while part.last?.isWhitespace == true { part.removeLast() }
    self = String(part)
  }
}
