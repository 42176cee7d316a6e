import CHDF5

/// Datasets of a stack with one number per interferogram; each value is checked.
package enum StackLists {
  /// Largest magnitude of a perpendicular baseline that is accepted, metres.
  package static let baselineLimit = 100_000.0

  /// `bperp`, metres, NaN if unknown; `nil` if the file has no such dataset.
  static func baselines(count: Int, in file: HDF5File) throws -> [Float]? {
    guard let dataset = try list("bperp", count: count, in: file) else { return nil }
    switch try dataset.kind() {
    case .float, .integer: break
    case .other(let kind): throw fault(dataset, "holds \(kind), expected \(count) numbers", file)
    }
    var meaning = StoredNumbersReader(.length)
    do throws(StoredNumbersReader.Fault) {
      for name in (try? file.attributeNames(on: dataset.handle)) ?? [] where StoredNumbersReader.isKnown(name) {
        try meaning.take(name, (try? file.readAttribute(name, on: dataset.handle)) ?? "")
      }
    } catch {
      throw fault(dataset, "has an attribute \(error.name) that \(error.problem)", file)
    }
    if let fill = dataset.declaredFill { meaning.addNoData(fill) }
    let metres = try dataset.readAll(Double(0)).map { meaning.numbers.value(of: $0) }
    if let wrong = metres.first(where: { !$0.isNaN && abs($0) > baselineLimit }) {
      throw fault(
        dataset, "holds \(wrong), expected metres from −\(Int(baselineLimit)) to \(Int(baselineLimit)), or NaN",
        file)
    }
    return metres.map { Float($0) }
  }

  /// A list of flags: h5py's bool, or numbers 0 and 1; `nil` if the file has no such dataset.
  ///
  /// - Throws: ``StackError``.
  package static func flags(_ name: String, count: Int, in file: HDF5File) throws -> [Bool]? {
    guard let dataset = try list(name, count: count, in: file) else { return nil }
    let type = try dataset.elementType()
    if HDF5Library.exclusively({ H5Tget_class(type.id) }) == H5T_ENUM {
      guard isBoolean(type) else {
        throw fault(dataset, "holds an enumeration other than FALSE = 0 and TRUE = 1, which h5py's bool is", file)
      }
      return try dataset.readAll(Int8(0)).map { $0 != 0 }
    }
    guard dataset.isNumeric else {
      throw fault(dataset, "holds \(try description(of: dataset)), expected \(count) truth values", file)
    }
    return try dataset.readAll(Double(0)).map { value in
      guard value == 0 || value == 1 else { throw fault(dataset, "holds \(value), expected 0 or 1", file) }
      return value == 1
    }
  }

  private static func description(of dataset: HDF5Dataset) throws -> String {
    switch try dataset.kind() {
    case .float: "numbers"
    case .integer(let name), .other(let name): name
    }
  }

  private static func isBoolean(_ type: HDF5Handle) -> Bool {
    HDF5Library.exclusively {
      guard H5Tget_nmembers(type.id) == 2 else { return false }
      return [("FALSE", Int8(0)), ("TRUE", Int8(1))].allSatisfy { name, expected in
        // An enumeration of bytes. The value is copied in the type's stored form, so only one-byte types are
        // supported.
        var bytes = [Int8](repeating: -1, count: max(1, H5Tget_size(type.id)))
        return bytes.count == 1 && H5Tenum_valueof(type.id, name, &bytes) >= 0 && bytes[0] == expected
      }
    }
  }

  private static func list(_ name: String, count: Int, in file: HDF5File) throws -> HDF5Dataset? {
    guard file.hasDataset(name) else { return nil }
    let dataset = try HDF5Dataset(file: file, name: name)
    try dataset.requireReadableStorage()
    guard dataset.shape == [count] else {
      let shape = dataset.shape.isEmpty ? "a single value" : dataset.shape.map(String.init).joined(separator: " × ")
      throw fault(dataset, "is \(shape), expected \(count) numbers; ingest the volcano again", file)
    }
    return dataset
  }

  private static func fault(_ dataset: HDF5Dataset, _ problem: String, _ file: HDF5File) -> StackError {
    StackError(file: file.path, part: dataset.part, problem: problem)
  }
}
