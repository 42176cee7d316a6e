import RasterIO

/// The grays of labelled patches: integers 0…255 for phase −π…π.
enum GrayPatches {
  /// Reads a dataset of grays and refuses datasets with other meanings: fractions 0…1, radians, signed bytes
  /// and 16-bit integers are not truncated to bytes.
  ///
  /// - Throws: `StackError` naming the dataset, what it holds and what is expected.
  static func read(_ dataset: HDF5Dataset, in file: HDF5File) throws -> [UInt8] {
    func fail(_ problem: String) -> StackError {
      StackError(
        file: file.path, part: dataset.part,
        problem: "\(problem), expected whole numbers 0 to 255 (uint8) for phase from −π to π; convert it with "
          + "round((phase + π) / 2π · 255)")
    }
    try dataset.requireReadableStorage()
    if let item = file.meaningfulAttributes(of: dataset).first {
      throw fail("has the attribute \(item.name) = \(item.text), which is not applied to patches")
    }
    switch try dataset.kind() {
    case .integer("uint8"): return try dataset.readAll(UInt8(0))
    case .integer(let type):
      // Read patch by patch: reading a large set at once would need eight times its memory.
      let shape = dataset.shape
      var grays: [UInt8] = []
      grays.reserveCapacity(shape.reduce(1, *))
      let area = shape.dropFirst().reduce(1, *)
      var numbers = [Double](repeating: 0, count: area)
      for patch in 0..<shape[0] {
        try numbers.withUnsafeMutableBufferPointer {
          try dataset.read(into: $0, start: [patch, 0, 0], count: [1] + shape.dropFirst())
        }
        for number in numbers {
          guard let gray = UInt8(exactly: number) else { throw fail("holds \(number) (\(type)) in patch \(patch)") }
          grays.append(gray)
        }
      }
      return grays
    case .float: throw fail("holds floating-point numbers")
    case .other(let kind): throw fail("holds \(kind)")
    }
  }
}
