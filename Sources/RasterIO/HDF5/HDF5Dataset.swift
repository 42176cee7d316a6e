import CHDF5

/// A number type for reading and writing datasets; the library converts from and to the stored type.
package protocol HDF5Number {
  /// The HDF5 type in memory.
  static var memoryType: hid_t { get }
}

extension Float: HDF5Number { package static var memoryType: hid_t { volcsweep_h5_float() } }
extension Double: HDF5Number { package static var memoryType: hid_t { volcsweep_h5_double() } }
extension Int32: HDF5Number { package static var memoryType: hid_t { volcsweep_h5_int32() } }
extension Int8: HDF5Number { package static var memoryType: hid_t { volcsweep_h5_int8() } }
extension UInt8: HDF5Number { package static var memoryType: hid_t { volcsweep_h5_uint8() } }

/// A dataset in the root group of a file.
package final class HDF5Dataset {
  /// Name, without the leading `/`.
  package let name: String
  /// Extent of each dimension.
  package private(set) var shape: [Int]
  private let file: HDF5File
  let handle: HDF5Handle

  init(file: HDF5File, name: String, handle: HDF5Handle) throws {
    self.file = file
    self.name = name
    self.handle = handle
    shape = try Self.shape(of: handle, file: file, part: "dataset /\(name)")
  }

  /// Opens a dataset.
  ///
  /// - Throws: ``StackError``, also if there is no such dataset.
  package convenience init(file: HDF5File, name: String) throws {
    let part = "dataset /\(name)"
    let handle = try HDF5Handle.make("opened", in: file.path, part: part, releasedBy: H5Dclose) {
      H5Dopen2(file.handle.id, name, 0)
    }
    try self.init(file: file, name: name, handle: handle)
  }

  /// Description of the dataset in errors.
  package var part: String { "dataset /\(name)" }

  /// Path of the file.
  var path: String { file.path }

  /// Whether the elements are numbers; an enumeration, such as h5py's `bool`, counts as numeric.
  package var isNumeric: Bool {
    guard let type = try? elementType() else { return false }
    return [H5T_INTEGER, H5T_FLOAT, H5T_ENUM].contains(HDF5Library.exclusively { H5Tget_class(type.id) })
  }

  /// Reads the block that starts at `start` and has extents `count`, row-major.
  ///
  /// - Throws: ``StackError``.
  package func read<Number: HDF5Number>(
    into buffer: UnsafeMutableBufferPointer<Number>, start: [Int], count: [Int]
  ) throws {
    precondition(buffer.count == count.reduce(1, *), "the buffer holds the block")
    guard buffer.count > 0 else { return }
    let (memory, block) = try select(start: start, count: count)
    try HDF5Handle.check("read", in: file.path, part: part) {
      H5Dread(handle.id, Number.memoryType, memory.id, block.id, 0, buffer.baseAddress)
    }
  }

  /// All elements of a small dataset, row-major; `zero` selects the type.
  ///
  /// - Throws: ``StackError``.
  package func readAll<Number: HDF5Number>(_ zero: Number) throws -> [Number] {
    var values = [Number](repeating: zero, count: shape.reduce(1, *))
    try values.withUnsafeMutableBufferPointer {
      try read(into: $0, start: shape.map { _ in 0 }, count: shape)
    }
    return values
  }

  /// Writes the block that starts at `start` and has extents `count`, row-major.
  ///
  /// - Throws: ``StackError``.
  package func write<Number: HDF5Number>(
    _ buffer: UnsafeBufferPointer<Number>, start: [Int], count: [Int]
  ) throws {
    precondition(buffer.count == count.reduce(1, *), "the buffer holds the block")
    guard buffer.count > 0 else { return }
    try write(raw: UnsafeRawPointer(buffer.baseAddress), type: Number.memoryType, start: start, count: count)
  }

  func write(raw: UnsafeRawPointer?, type: hid_t, start: [Int], count: [Int]) throws {
    let (memory, block) = try select(start: start, count: count)
    try HDF5Handle.check("written", in: file.path, part: part) {
      H5Dwrite(handle.id, type, memory.id, block.id, 0, raw)
    }
  }

  /// Sets the extents of a resizable dataset.
  func resize(to shape: [Int]) throws {
    let extents = shape.map(hsize_t.init)
    try HDF5Handle.check("extended", in: file.path, part: part) { H5Dset_extent(handle.id, extents) }
    self.shape = shape
  }

  func elementType() throws -> HDF5Handle {
    try HDF5Handle.make("read", in: file.path, part: part, releasedBy: H5Tclose) { H5Dget_type(handle.id) }
  }

  private func select(start: [Int], count: [Int]) throws -> (memory: HDF5Handle, block: HDF5Handle) {
    let counts = count.map(hsize_t.init)
    let starts = start.map(hsize_t.init)
    let memory = try HDF5Handle.make("selected", in: file.path, part: part, releasedBy: H5Sclose) {
      H5Screate_simple(Int32(counts.count), counts, nil)
    }
    let block = try HDF5Handle.make("selected", in: file.path, part: part, releasedBy: H5Sclose) {
      H5Dget_space(handle.id)
    }
    // A scalar dataspace allows no selection.
    guard !counts.isEmpty else { return (memory, block) }
    try HDF5Handle.check("selected", in: file.path, part: part) {
      H5Sselect_hyperslab(block.id, H5S_SELECT_SET, starts, nil, counts, nil)
    }
    return (memory, block)
  }

  private static func shape(of handle: HDF5Handle, file: HDF5File, part: String) throws -> [Int] {
    let space = try HDF5Handle.make("read", in: file.path, part: part, releasedBy: H5Sclose) {
      H5Dget_space(handle.id)
    }
    let rank = HDF5Library.exclusively { H5Sget_simple_extent_ndims(space.id) }
    guard (0...8).contains(rank) else {
      throw StackError(file: file.path, part: part, problem: "has \(rank) dimensions, expected at most 8")
    }
    var extents = [hsize_t](repeating: 0, count: Int(rank))
    guard rank == 0 || HDF5Library.exclusively({ H5Sget_simple_extent_dims(space.id, &extents, nil) }) == rank
    else {
      throw StackError(file: file.path, part: part, problem: "has no readable shape")
    }
    let shape = extents.compactMap(Int.init(exactly:))
    guard shape.count == extents.count, Self.elementCount(of: shape) != nil else {
      throw StackError(file: file.path, part: part, problem: "has an invalid shape; the file is damaged")
    }
    return shape
  }

  /// Product of the extents; `nil` if it exceeds the size of any file.
  private static func elementCount(of shape: [Int]) -> Int? {
    var count = 1
    for extent in shape {
      let (product, overflows) = count.multipliedReportingOverflow(by: extent)
      guard !overflows, product <= 1 << 50 else { return nil }
      count = product
    }
    return count
  }
}
