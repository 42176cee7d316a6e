import CHDF5
import Foundation

/// Datasets of short texts, such as `date`.
extension HDF5Dataset {
  /// Longest fixed-length string that is read, bytes.
  static let stringLimit = 256

  /// All texts, row-major; fixed or variable length.
  ///
  /// - Throws: ``StackError``.
  package func readAllStrings(in file: HDF5File) throws -> [String] {
    let count = shape.reduce(1, *)
    guard count > 0 else { return [] }
    let type = try elementType()
    guard HDF5Library.exclusively({ H5Tget_class(type.id) }) == H5T_STRING else {
      throw StackError(file: file.path, part: part, problem: "does not contain text")
    }
    return HDF5Library.exclusively { H5Tis_variable_str(type.id) } > 0
      ? try readVariableStrings(count, type: type, in: file) : try readFixedStrings(count, type: type, in: file)
  }

  private func readFixedStrings(_ count: Int, type: HDF5Handle, in file: HDF5File) throws -> [String] {
    let size = Int(HDF5Library.exclusively { H5Tget_size(type.id) })
    guard (1...Self.stringLimit).contains(size) else {
      throw StackError(
        file: file.path, part: part, problem: "holds texts of \(size) bytes, expected 1 to \(Self.stringLimit)")
    }
    var bytes = [UInt8](repeating: 0, count: count * size)
    try HDF5Handle.check("read", in: file.path, part: part) { H5Dread(handle.id, type.id, 0, 0, 0, &bytes) }
    return (0..<count).map { HDF5File.text(ofFixedString: bytes[$0 * size..<($0 + 1) * size]) }
  }

  private func readVariableStrings(_ count: Int, type: HDF5Handle, in file: HDF5File) throws -> [String] {
    var texts = [UnsafeMutablePointer<CChar>?](repeating: nil, count: count)
    let space = try HDF5Handle.make("read", in: file.path, part: part, releasedBy: H5Sclose) {
      H5Dget_space(handle.id)
    }
    try HDF5Handle.check("read", in: file.path, part: part) { H5Dread(handle.id, type.id, 0, 0, 0, &texts) }
    defer { _ = HDF5Library.exclusively { H5Dvlen_reclaim(type.id, space.id, 0, &texts) } }
    return texts.map { text in
      guard let text else { return "" }
      let bytes = UnsafeBufferPointer(start: text, count: strnlen(text, Self.stringLimit))
      return String(decoding: bytes.lazy.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
  }
}
