import CHDF5

/// Compression filters of chunks: those of the library, LZF, and the library's plugins.
enum HDF5Filters {
  /// Registers the LZF filter, which h5py uses and MintPy offers, for reading. Once per process.
  static let registerLZF: Void = {
    volcsweep_h5_quiet()
    // The library keeps the pointer to the name, so it is never freed.
    let name = "lzf".utf8CString.withUnsafeBufferPointer { text -> UnsafePointer<CChar>? in
      let copy = UnsafeMutableBufferPointer<CChar>.allocate(capacity: text.count)
      _ = copy.initialize(from: text)
      return UnsafePointer(copy.baseAddress)
    }
    HDF5Library.exclusively {
      var filter = H5Z_class2_t(
        version: 1, id: LZF.filterNumber, encoder_present: 0, decoder_present: 1, name: name, can_apply: nil,
        set_local: nil, filter: LZF.filter)
      _ = withUnsafePointer(to: &filter) { filter in HDF5Library.exclusively { H5Zregister(filter) } }
    }
  }()

  /// Names of filters registered with the HDF Group that are common for satellite data.
  static let names: [Int32: String] = [
    1: "deflate (gzip)", 2: "shuffle", 3: "fletcher32", 4: "szip", 5: "nbit", 6: "scaleoffset", 305: "LZO",
    307: "bzip2",
    32000: "LZF", 32001: "Blosc", 32004: "LZ4", 32008: "bitshuffle", 32013: "ZFP", 32015: "Zstandard", 32017: "SZ",
    32019: "Blosc", 32024: "SZ3", 32026: "Blosc2",
  ]

  /// Number of a dataset's first filter that is not available; `nil` if all are.
  static func firstMissing(in creation: HDF5Handle) -> Int32? {
    volcsweep_h5_quiet()
    let count = HDF5Library.exclusively { H5Pget_nfilters(creation.id) }
    for index in 0..<UInt32(max(0, count)) {
      var flags: UInt32 = 0
      var valueCount = 0
      var configuration: UInt32 = 0
      let (number, available) = HDF5Library.exclusively {
        let number = H5Pget_filter2(creation.id, index, &flags, &valueCount, nil, 0, nil, &configuration)
        return (number, number < 0 ? 1 : H5Zfilter_avail(number))
      }
      if available <= 0 { return number }
    }
    return nil
  }

  /// Chunk size in bytes stored in the LZF filter's parameters; `nil` if LZF is not used or has no such
  /// parameter.
  static func lzfChunkBytes(in creation: HDF5Handle) -> Int? {
    volcsweep_h5_quiet()
    let count = HDF5Library.exclusively { H5Pget_nfilters(creation.id) }
    for index in 0..<UInt32(max(0, count)) {
      var flags: UInt32 = 0
      var values = [UInt32](repeating: 0, count: 8)
      var valueCount = values.count
      var configuration: UInt32 = 0
      let number = HDF5Library.exclusively {
        H5Pget_filter2(creation.id, index, &flags, &valueCount, &values, 0, nil, &configuration)
      }
      if number == LZF.filterNumber { return valueCount >= 3 && values[2] > 0 ? Int(values[2]) : nil }
    }
    return nil
  }
}

extension HDF5Dataset {
  /// Checks that the elements can be read: stored in this file, and with available filters.
  ///
  /// - Throws: ``StackError`` naming what is missing, and how to rewrite the file.
  package func requireReadableStorage() throws {
    let creation = try creationProperties()
    func fail(_ problem: String) -> StackError { StackError(file: path, part: part, problem: problem) }
    let (isVirtual, isExternal) = HDF5Library.exclusively {
      (H5Pget_layout(creation.id) == H5D_VIRTUAL, H5Pget_external_count(creation.id) > 0)
    }
    if isVirtual {
      throw fail(
        "is a virtual dataset, whose parts are in other files and are read as no data if one is missing; copy it into "
          + "one file (h5repack)")
    }
    if isExternal { throw fail("is in another file; copy it into this one (h5repack)") }
    if let stated = HDF5Filters.lzfChunkBytes(in: creation), let bytes = try chunkBytes(in: creation),
      stated != bytes
    {
      // The library would read beyond the end of what the filter unpacks.
      throw fail("is damaged: its LZF filter says \(stated) bytes a chunk, its chunks have \(bytes)")
    }
    guard let number = HDF5Filters.firstMissing(in: creation) else { return }
    let name = HDF5Filters.names[number] ?? "of an unknown name"
    throw fail(
      "is compressed with the HDF5 filter \(name) (number \(number)), which is not available here; set HDF5_PLUGIN_PATH "
        + "to the folder of its plugin, or rewrite the file on a machine that has it: h5repack -f SHUF -f GZIP=4 OLD NEW"
    )
  }

  /// Bytes of an uncompressed chunk; `nil` if the dataset is not chunked.
  private func chunkBytes(in creation: HDF5Handle) throws -> Int? {
    var sides = [hsize_t](repeating: 0, count: 32)
    let rank = HDF5Library.exclusively { H5Pget_chunk(creation.id, Int32(sides.count), &sides) }
    guard rank > 0 else { return nil }
    let type = try elementType()
    let size = HDF5Library.exclusively { H5Tget_size(type.id) }
    return sides.prefix(Int(rank)).reduce(size) { bytes, side in
      bytes.multipliedReportingOverflow(by: Int(clamping: side)).partialValue
    }
  }

  func creationProperties() throws -> HDF5Handle {
    try HDF5Handle.make("read", in: path, part: part, releasedBy: H5Pclose) { H5Dget_create_plist(handle.id) }
  }
}
