import CHDF5

/// Interpretation of an HDF5 dataset's numbers from its type, storage and attributes. Each attribute that
/// matters is applied, checked or refused; see the table in the article Archive.
package struct DatasetMeaning: Sendable {
  /// Conversion of stored numbers to values.
  package let numbers: StoredNumbers

  /// Checks a dataset of floating-point numbers, or of integers with a scale.
  ///
  /// - Parameters:
  ///   - dataset: Opened from `file`.
  ///   - quantity: Quantity of the dataset.
  ///   - file: The file.
  ///   - unit: Unit from the file, if the dataset has none.
  ///   - noData: No-data values from the file.
  ///   - usualNoData: No-data values if neither gives one; not used for scaled integers with a no-data value.
  /// - Throws: ``StackError`` for what is not supported.
  package init(
    _ dataset: HDF5Dataset, of quantity: Quantity, in file: HDF5File, unit: String? = nil, noData: [Double] = [],
    usualNoData: [Double] = []
  ) throws {
    try dataset.requireReadableStorage()
    var reader = StoredNumbersReader(quantity)
    do throws(StoredNumbersReader.Fault) {
      for value in noData { reader.addNoData(value) }
      for (name, text) in try Self.attributes(of: dataset, in: file) { try reader.take(name, text) }
      if let fill = dataset.declaredFill { reader.addNoData(fill) }
      if reader.unit.isEmpty, let unit { try reader.setUnit("UNIT", unit) }
    } catch {
      throw StackError(file: file.path, part: "\(dataset.part) attribute \(error.name)", problem: error.problem)
    }
    switch try dataset.kind() {
    case .float: for value in usualNoData { reader.addNoData(value) }
    case .integer(let name):
      if reader.numbers.noData.isEmpty { for value in usualNoData { reader.addNoData(value) } }
      guard reader.numbers.isScaled else {
        throw StackError(
          file: file.path, part: dataset.part,
          problem: "holds \(name) numbers without scale_factor, expected floating-point \(Self.words(quantity)); "
            + "convert it, or set scale_factor and add_offset")
      }
    case .other(let name):
      throw StackError(
        file: file.path, part: dataset.part,
        problem: "holds \(name), expected floating-point \(Self.words(quantity)); convert it")
    }
    numbers = reader.numbers
  }

  private static func words(_ quantity: Quantity) -> String {
    switch quantity {
    case .phase: "radians"
    case .coherence: "coherence from 0 to 1"
    case .length: "metres"
    }
  }

  private static func attributes(
    of dataset: HDF5Dataset, in file: HDF5File
  ) throws(StoredNumbersReader.Fault) -> [(name: String, text: String)] {
    var attributes: [(name: String, text: String)] = []
    do {
      for name in try file.attributeNames(on: dataset.handle) where StoredNumbersReader.isKnown(name) {
        attributes.append((name: name, text: try file.readAttribute(name, on: dataset.handle) ?? ""))
      }
    } catch {
      throw StoredNumbersReader.Fault(name: "list", problem: "cannot be read (\(error))")
    }
    return attributes
  }

  /// Converts stored numbers to values in place; NaN for no data.
  package func apply(to buffer: UnsafeMutableBufferPointer<Float>) {
    let noData = numbers.noData.map { Float($0) }
    if numbers.isIdentity {
      guard !noData.isEmpty else { return }
      if noData.count == 1 {
        let value = noData[0]
        for pixel in buffer.indices where buffer[pixel] == value { buffer[pixel] = .nan }
      } else {
        for pixel in buffer.indices where noData.contains(buffer[pixel]) { buffer[pixel] = .nan }
      }
      return
    }
    for pixel in buffer.indices {
      let stored = buffer[pixel]
      buffer[pixel] = noData.contains(stored) ? .nan : Float(numbers.value(of: Double(stored)))
    }
  }
}

extension HDF5Dataset {
  /// Classes of element types.
  package enum Kind: Hashable {
    /// 16, 32 or 64 bits in any byte order.
    case float
    /// Integers; with the type's name, such as int16.
    case integer(String)
    /// Anything else; with what it is, such as complex numbers.
    case other(String)
  }

  /// Class of the element type.
  ///
  /// - Throws: ``StackError``.
  package func kind() throws -> Kind {
    let type = try elementType()
    let (kind, bits, isUnsigned) = HDF5Library.exclusively {
      (H5Tget_class(type.id), H5Tget_size(type.id) * 8, H5Tget_sign(type.id) == H5T_SGN_NONE)
    }
    switch kind {
    case H5T_FLOAT: return .float
    case H5T_INTEGER: return .integer(isUnsigned ? "uint\(bits)" : "int\(bits)")
    case H5T_COMPOUND: return .other("complex numbers or records")
    case H5T_ENUM: return .other("an enumeration")
    case H5T_STRING: return .other("text")
    case H5T_BITFIELD: return .other("bit fields")
    case H5T_OPAQUE: return .other("opaque bytes")
    case H5T_ARRAY, H5T_VLEN: return .other("arrays")
    default: return .other("references")
    }
  }

  /// The fill value of elements that were never written, if the file's writer set one.
  var declaredFill: Double? {
    guard let creation = try? creationProperties() else { return nil }
    return HDF5Library.exclusively {
      volcsweep_h5_quiet()
      var defined = H5D_FILL_VALUE_UNDEFINED
      guard H5Pfill_value_defined(creation.id, &defined) >= 0, defined == H5D_FILL_VALUE_USER_DEFINED else {
        return nil
      }
      var value = 0.0
      return H5Pget_fill_value(creation.id, Double.memoryType, &value) >= 0 ? value : nil
    }
  }
}

extension HDF5File {
  /// Attributes of a dataset that change the meaning of its numbers: a scale other than 1, an offset other
  /// than 0, a unit, a valid range.
  package func meaningfulAttributes(of dataset: HDF5Dataset) -> [(name: String, text: String)] {
    let names = (try? attributeNames(on: dataset.handle)) ?? []
    return names.compactMap { name in
      guard StoredNumbersReader.isKnown(name) else { return nil }
      let key = name.lowercased()
      let text = ((try? readAttribute(name, on: dataset.handle)) ?? "unreadable")
      if StoredNumbersReader.scales.contains(key), Double(text) == 1 { return nil }
      if StoredNumbersReader.offsets.contains(key), Double(text) == 0 { return nil }
      if StoredNumbersReader.units.contains(key), Quantity.isBlank(unit: text) { return nil }
      if StoredNumbersReader.noDataNames.contains(key), NoDataText(text) == .absent { return nil }
      return (name: name, text: text)
    }
  }
}
