import CHDF5
import Foundation

/// Text attributes, the form of metadata in MintPy's files.
extension HDF5File {
  /// Longest attribute that is read, bytes.
  static let attributeLimit = 65_536

  /// Writes a scalar variable-length UTF-8 string, as h5py writes a `str`; on the root by default.
  ///
  /// - Throws: ``StackError``.
  package func writeAttribute(_ name: String, _ value: String, on object: HDF5Handle? = nil) throws {
    let part = "attribute \(name)"
    let type = try stringType(part)
    let space = try HDF5Handle.make("written", in: path, part: part, releasedBy: H5Sclose) { H5Screate(H5S_SCALAR) }
    let attribute = try HDF5Handle.make("written", in: path, part: part, releasedBy: H5Aclose) {
      H5Acreate2((object ?? handle).id, name, type.id, space.id, 0, 0)
    }
    try value.withCString { text in
      try withUnsafePointer(to: text) { pointer in
        try HDF5Handle.check("written", in: path, part: part) { H5Awrite(attribute.id, type.id, pointer) }
      }
    }
  }

  /// Writes an attribute of a dataset.
  ///
  /// - Throws: ``StackError``.
  package func writeAttribute(_ name: String, _ value: String, on dataset: HDF5Dataset) throws {
    try writeAttribute(name, value, on: dataset.handle)
  }

  /// Largest number of attributes of an object that are read.
  private static let attributeCountLimit: UInt64 = 10_000

  /// Names of the attributes of the root, or of another object.
  ///
  /// - Throws: ``StackError``.
  package func attributeNames(on object: HDF5Handle? = nil) throws -> [String] {
    let owner = (object ?? handle).id
    var names: [String] = []
    var buffer = [CChar](repeating: 0, count: 257)
    for index in 0..<Self.attributeCountLimit {
      let length = HDF5Library.exclusively {
        volcsweep_h5_quiet()
        return H5Aget_name_by_idx(owner, ".", H5_INDEX_NAME, H5_ITER_INC, index, &buffer, buffer.count, 0)
      }
      guard length >= 0 else { break }
      names.append(String(decoding: buffer.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self))
    }
    return names
  }

  /// An attribute of the root or of another object as text: a fixed- or variable-length string, or a number;
  /// `nil` if there is none.
  ///
  /// - Throws: ``StackError``.
  package func readAttribute(_ name: String, on object: HDF5Handle? = nil) throws -> String? {
    let part = "attribute \(name)"
    volcsweep_h5_quiet()
    let owner = (object ?? handle).id
    guard HDF5Library.exclusively({ H5Aexists(owner, name) }) > 0 else { return nil }
    let attribute = try HDF5Handle.make("opened", in: path, part: part, releasedBy: H5Aclose) {
      H5Aopen(owner, name, 0)
    }
    let type = try HDF5Handle.make("read", in: path, part: part, releasedBy: H5Tclose) { H5Aget_type(attribute.id) }
    let space = try HDF5Handle.make("read", in: path, part: part, releasedBy: H5Sclose) {
      H5Aget_space(attribute.id)
    }
    let count = HDF5Library.exclusively { H5Sget_simple_extent_npoints(space.id) }
    // An attribute with an empty dataspace, such as h5py's Empty.
    if count == 0 { return "" }
    guard count == 1 else {
      throw StackError(file: path, part: part, problem: "is not a single value")
    }
    let (kind, isVariable) = HDF5Library.exclusively { (H5Tget_class(type.id), H5Tis_variable_str(type.id) > 0) }
    switch kind {
    case H5T_STRING where isVariable:
      return try readVariableString(attribute, type: type, space: space, part: part)
    case H5T_STRING:
      return try readFixedString(attribute, type: type, part: part)
    case H5T_INTEGER, H5T_FLOAT:
      var number = 0.0
      try HDF5Handle.check("read", in: path, part: part) { H5Aread(attribute.id, volcsweep_h5_double(), &number) }
      return Int(exactly: number).map(String.init) ?? String(number)
    default:
      throw StackError(file: path, part: part, problem: "is neither text nor a number")
    }
  }

  private func stringType(_ part: String) throws -> HDF5Handle {
    let type = try HDF5Handle.make("written", in: path, part: part, releasedBy: H5Tclose) {
      H5Tcopy(volcsweep_h5_c_string())
    }
    try HDF5Handle.check("written", in: path, part: part) { H5Tset_size(type.id, volcsweep_h5_variable()) }
    try HDF5Handle.check("written", in: path, part: part) { H5Tset_cset(type.id, H5T_CSET_UTF8) }
    return type
  }

  private func readVariableString(
    _ attribute: HDF5Handle, type: HDF5Handle, space: HDF5Handle, part: String
  ) throws -> String {
    var text: UnsafeMutablePointer<CChar>?
    try HDF5Handle.check("read", in: path, part: part) { H5Aread(attribute.id, type.id, &text) }
    defer { if text != nil { _ = HDF5Library.exclusively { H5Dvlen_reclaim(type.id, space.id, 0, &text) } } }
    guard let text else { return "" }
    let bytes = UnsafeBufferPointer(start: text, count: strnlen(text, Self.attributeLimit + 1))
    guard bytes.count <= Self.attributeLimit else { throw tooLong(part) }
    return String(decoding: bytes.lazy.map(UInt8.init(bitPattern:)), as: UTF8.self)
  }

  private func readFixedString(_ attribute: HDF5Handle, type: HDF5Handle, part: String) throws -> String {
    let size = HDF5Library.exclusively { H5Tget_size(type.id) }
    guard size <= Self.attributeLimit else { throw tooLong(part) }
    var bytes = [UInt8](repeating: 0, count: Int(size))
    try HDF5Handle.check("read", in: path, part: part) { H5Aread(attribute.id, type.id, &bytes) }
    return HDF5File.text(ofFixedString: bytes[...])
  }

  private func tooLong(_ part: String) -> StackError {
    StackError(file: path, part: part, problem: "is longer than \(Self.attributeLimit) bytes")
  }

  /// The text of a fixed-length string: up to the first NUL, without trailing spaces.
  static func text(ofFixedString bytes: ArraySlice<UInt8>) -> String {
    let used = bytes.prefix { $0 != 0 }
    let end = used.lastIndex { $0 != 32 }.map { $0 + 1 } ?? used.startIndex
    return String(decoding: used[used.startIndex..<end], as: UTF8.self)
  }
}
