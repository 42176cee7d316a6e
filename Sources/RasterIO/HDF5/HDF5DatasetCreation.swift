import CHDF5

/// Compression of a stack's chunks.
public enum StackCompression: String, Sendable, Hashable, CaseIterable {
  /// Uncompressed: fastest, and noisy phase hardly compresses.
  case none
  /// Byte shuffle and deflate level 4: about a sixth smaller, and forty times slower to read.
  case gzip
}

/// Type of a dataset's elements on disk, little-endian.
package enum HDF5Storage {
  case uint8
  case float32
  case int32
  /// h5py's `bool`: an 8-bit enumeration of FALSE and TRUE.
  case boolean
  /// Text with this number of bytes.
  case fixedString(Int)
}

extension HDF5File {
  /// Creates a dataset in the root. With `chunk`, the first dimension can grow; elements that were never
  /// written read as `fill`.
  ///
  /// - Throws: ``StackError``.
  @discardableResult
  package func createDataset(
    _ name: String, _ storage: HDF5Storage, shape: [Int], chunk: [Int]? = nil, fill: Float? = nil,
    compression: StackCompression = .none
  ) throws -> HDF5Dataset {
    let part = "dataset /\(name)"
    let type = try makeType(storage, part: part)
    let extents = shape.map(hsize_t.init)
    var limits = extents
    if chunk != nil { limits[0] = volcsweep_h5_unlimited() }
    let space = try HDF5Handle.make("created", in: path, part: part, releasedBy: H5Sclose) {
      H5Screate_simple(Int32(extents.count), extents, limits)
    }
    let creation = try HDF5Handle.make("created", in: path, part: part, releasedBy: H5Pclose) {
      H5Pcreate(volcsweep_h5_dataset_create())
    }
    func set(_ call: () -> herr_t) throws { try HDF5Handle.check("created", in: path, part: part, call) }
    try set { H5Pset_obj_track_times(creation.id, false) }
    if let chunk {
      try set { H5Pset_chunk(creation.id, Int32(chunk.count), chunk.map(hsize_t.init)) }
    }
    if var fill { try set { H5Pset_fill_value(creation.id, volcsweep_h5_float(), &fill) } }
    if compression == .gzip {
      try set { H5Pset_shuffle(creation.id) }
      try set { H5Pset_deflate(creation.id, 4) }
    }
    let handle = try HDF5Handle.make("created", in: path, part: part, releasedBy: H5Dclose) {
      H5Dcreate2(self.handle.id, name, type.id, space.id, 0, creation.id, 0)
    }
    return try HDF5Dataset(file: self, name: name, handle: handle)
  }

  /// The HDF5 type of a storage kind.
  func makeType(_ storage: HDF5Storage, part: String) throws -> HDF5Handle {
    func make(_ call: () -> hid_t) throws -> HDF5Handle {
      try HDF5Handle.make("created", in: path, part: part, releasedBy: H5Tclose, call)
    }
    switch storage {
    case .float32: return try make { H5Tcopy(volcsweep_h5_stored_float()) }
    case .uint8: return try make { H5Tcopy(volcsweep_h5_stored_uint8()) }
    case .int32: return try make { H5Tcopy(volcsweep_h5_stored_int32()) }
    case .fixedString(let bytes):
      let type = try make { H5Tcopy(volcsweep_h5_c_string()) }
      try HDF5Handle.check("created", in: path, part: part) { H5Tset_size(type.id, bytes) }
      // NumPy's S8 has eight characters in eight bytes, without a terminator; H5T_STR_NULLPAD matches this.
      try HDF5Handle.check("created", in: path, part: part) { H5Tset_strpad(type.id, H5T_STR_NULLPAD) }
      return type
    case .boolean:
      let type = try make { H5Tenum_create(volcsweep_h5_stored_int8()) }
      for (name, value) in [("FALSE", Int8(0)), ("TRUE", Int8(1))] {
        var value = value
        try HDF5Handle.check("created", in: path, part: part) { H5Tenum_insert(type.id, name, &value) }
      }
      return type
    }
  }
}
