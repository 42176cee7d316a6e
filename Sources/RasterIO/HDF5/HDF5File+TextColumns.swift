import CHDF5

extension HDF5File {
  /// Creates and writes a dataset of texts, all with the size of the longest, padded with NUL.
  ///
  /// - Throws: ``StackError``.
  package func writeTexts(_ texts: [String], to name: String) throws {
    let width = max(1, texts.map(\.utf8.count).max() ?? 1)
    guard width <= HDF5Dataset.stringLimit else {
      throw StackError(
        file: path, part: "dataset /\(name)",
        problem: "holds a text of \(width) bytes, at most \(HDF5Dataset.stringLimit) are written")
    }
    let dataset = try createDataset(name, .fixedString(width), shape: [texts.count])
    guard !texts.isEmpty else { return }
    let type = try makeType(.fixedString(width), part: dataset.part)
    var bytes = [UInt8](repeating: 0, count: texts.count * width)
    for (index, text) in texts.enumerated() {
      for (offset, byte) in text.utf8.enumerated() { bytes[index * width + offset] = byte }
    }
    try bytes.withUnsafeBytes {
      try dataset.write(raw: $0.baseAddress, type: type.id, start: [0], count: [texts.count])
    }
  }
}
