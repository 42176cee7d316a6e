import CHDF5
import FileReasons
import Foundation

/// An open HDF5 file. Calls block; use it and everything opened from it from one thread at a time.
package final class HDF5File {
  /// Path of the file.
  package let path: String
  let handle: HDF5Handle

  private init(path: String, handle: HDF5Handle) {
    self.path = path
    self.handle = handle
  }

  /// Opens a file for reading. It is not locked, so that read-only and network file systems work; this is
  /// safe because stacks are never changed in place, only replaced by rename.
  ///
  /// - Throws: ``StackError``.
  package static func open(readingFrom path: String) throws -> HDF5File {
    if let problem = FileAccess.problem(reading: path) { throw StackError(file: path, problem: problem) }
    var isDirectory: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory), !isDirectory.boolValue else {
      throw StackError(file: path, problem: "is not a file")
    }
    let isHDF5 = HDF5Library.exclusively {
      volcsweep_h5_quiet()
      HDF5Filters.registerLZF
      return H5Fis_hdf5(path) > 0
    }
    guard isHDF5 else {
      let foreign = ForeignContent(contentsOf: path).flatMap { $0 == .empty ? nil : $0 }
      throw StackError(
        file: path, problem: foreign?.remedy(insteadOf: "an HDF5 file") ?? "is not a readable HDF5 file")
    }
    return try open(path, flags: volcsweep_h5_read_only())
  }

  /// Opens a file for appending; the caller must have exclusive access.
  ///
  /// - Throws: ``StackError``.
  package static func open(writingTo path: String) throws -> HDF5File {
    try open(path, flags: volcsweep_h5_read_write())
  }

  /// Creates a file and replaces an existing one. Equal writes give equal bytes: no times are stored.
  ///
  /// - Throws: ``StackError``.
  package static func create(_ path: String) throws -> HDF5File {
    try create(path, access: unlockedAccess(path))
  }

  /// Creates a file in memory only, for ``image()``.
  ///
  /// - Parameter path: Name of the file in errors.
  /// - Returns: the file.
  /// - Throws: ``StackError`` if there is not enough memory.
  static func createInMemory(_ path: String) throws -> HDF5File {
    let access = try unlockedAccess(path)
    try HDF5Handle.check("created", in: path) { H5Pset_fapl_core(access.id, 1 << 20, false) }
    return try create(path, access: access)
  }

  private static func create(_ path: String, access: HDF5Handle) throws -> HDF5File {
    let creation = try HDF5Handle.make("created", in: path, releasedBy: H5Pclose) {
      H5Pcreate(volcsweep_h5_file_create())
    }
    try HDF5Handle.check("created", in: path) { H5Pset_obj_track_times(creation.id, false) }
    let handle = try HDF5Handle.make("created", in: path, releasedBy: H5Fclose) {
      H5Fcreate(path, volcsweep_h5_truncate(), creation.id, access.id)
    }
    return HDF5File(path: path, handle: handle)
  }

  /// Passes all written data to the operating system.
  ///
  /// - Throws: ``StackError``.
  package func flush() throws {
    try HDF5Handle.check("flushed", in: path) { H5Fflush(handle.id, H5F_SCOPE_GLOBAL) }
  }

  /// Content of a file in memory, as it would be on disk. Call ``flush()`` first.
  func image() throws -> [UInt8] {
    let count = HDF5Library.exclusively { H5Fget_file_image(handle.id, nil, 0) }
    try HDF5Handle.check("copied from memory", in: path) { count > 0 ? 0 : -1 }
    return try [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
      initialized = max(0, HDF5Library.exclusively { H5Fget_file_image(handle.id, buffer.baseAddress, count) })
      guard initialized == count else {
        throw StackError(file: path, problem: "cannot be copied from memory")
      }
    }
  }

  /// Whether the root has a dataset of this name.
  package func hasDataset(_ name: String) -> Bool {
    HDF5Library.exclusively {
      volcsweep_h5_quiet()
      return H5Lexists(handle.id, name, 0) > 0
    }
  }

  /// Whether the root has an attribute of this name.
  package func hasAttribute(_ name: String) -> Bool {
    HDF5Library.exclusively {
      volcsweep_h5_quiet()
      return H5Aexists(handle.id, name) > 0
    }
  }

  private static func open(_ path: String, flags: UInt32) throws -> HDF5File {
    let access = try unlockedAccess(path)
    let handle = try HDF5Handle.make("opened", in: path, releasedBy: H5Fclose) {
      H5Fopen(path, flags, access.id)
    }
    return HDF5File(path: path, handle: handle)
  }

  private static func unlockedAccess(_ path: String) throws -> HDF5Handle {
    let access = try HDF5Handle.make("opened", in: path, releasedBy: H5Pclose) {
      H5Pcreate(volcsweep_h5_file_access())
    }
    try HDF5Handle.check("opened", in: path) { H5Pset_file_locking(access.id, false, true) }
    // A chunk is a whole interferogram and is read or written once: a chunk cache would only add copies.
    try HDF5Handle.check("opened", in: path) { H5Pset_cache(access.id, 0, 0, 0, 1) }
    return access
  }
}
