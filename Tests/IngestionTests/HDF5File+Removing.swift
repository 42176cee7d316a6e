import CHDF5

@testable import RasterIO

extension HDF5File {
  /// Removes a dataset from the root, as a stack of an earlier version lacks it.
  func removeDataset(_ name: String) throws {
    try HDF5Handle.check("removed", in: path, part: "dataset /\(name)") { H5Ldelete(handle.id, name, 0) }
  }
}
