import Files
import Foundation
import RasterIO

/// Files of labelled patches; the article DataSets describes the format.
public enum PatchSetFile {
  /// Largest number of patches in a file.
  public static let countLimit = 1_000_000
  /// Largest total size of the patches in a file, 16 GiB.
  public static let byteLimit = 16 << 30
  static let formAttribute = (name: "VOLCSWEEP_PATCHES", value: "1")

  /// Writes a set atomically; equal sets give equal bytes.
  ///
  /// - Throws: `StackError` or `FileError`.
  public static func write(_ patches: LabelledPatches, to path: String) throws {
    try AtomicFile.replace(path) { temporary in
      let file = try HDF5File.create(temporary)
      try file.writeAttribute(formAttribute.name, formAttribute.value)
      try file.writeAttribute("NO_DATA_VALUE", String(LabelledPatches.noData))
      try file.writeAttribute("CONTENT_SHA256", patches.contentHash)
      let (count, side) = (patches.count, patches.side)
      let gray = try file.createDataset(
        "patch", .uint8, shape: [count, side, side], chunk: [1, side, side], compression: .gzip)
      try patches.gray.withUnsafeBufferPointer {
        try gray.write($0, start: [0, 0, 0], count: [count, side, side])
      }
      for (name, list) in [("deformation", patches.deforms), ("hard_negative", patches.isHardNegative)] {
        let dataset = try file.createDataset(name, .uint8, shape: [count])
        try list.map { $0 ? UInt8(1) : 0 }.withUnsafeBufferPointer {
          try dataset.write($0, start: [0], count: [count])
        }
      }
      for (name, list) in [("place", patches.places), ("source", patches.sources), ("origin", patches.origins)] {
        try file.writeTexts(list, to: name)
      }
      let boxes = try file.createDataset("box", .float32, shape: [count, 4])
      let numbers = patches.boxes.flatMap { box -> [Float] in
        guard let box else { return Array(repeating: .nan, count: 4) }
        return [box.centreRow, box.centreColumn, box.halfHeight, box.halfWidth]
      }
      try numbers.withUnsafeBufferPointer { try boxes.write($0, start: [0, 0], count: [count, 4]) }
      try file.flush()
    }
  }

  /// Reads a file of this format, or one of labelled LiCSAR patches (see ``LicsarPatches``).
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - places: Groups volcanoes into places if the file names only volcanoes.
  /// - Throws: `StackError` naming the part that is missing or has a wrong shape.
  /// - Returns: the patches, with mid-gray where there is no data.
  public static func read(_ path: String, places: PlaceTable = PlaceTable()) throws -> LabelledPatches {
    let file = try HDF5File.open(readingFrom: path)
    guard try file.readAttribute(formAttribute.name) == formAttribute.value else {
      return try LicsarPatches.read(file, places: places)
    }
    let (side, gray) = try readGray(file)
    let count = gray.count / (side * side)
    let numbers = try column("box", Float(0), [count, 4], in: file)
    var wrong: Int?
    let boxes = (0..<count).map { patch -> PatchBox? in
      let box = numbers[(4 * patch)..<(4 * patch + 4)]
      if box.allSatisfy(\.isNaN) { return nil }
      guard box.allSatisfy(\.isFinite), box[4 * patch + 2] > 0, box[4 * patch + 3] > 0,
        box.allSatisfy({ abs($0) <= Float(4 * side) })
      else {
        wrong = wrong ?? patch
        return nil
      }
      return PatchBox(
        centreRow: numbers[4 * patch], centreColumn: numbers[4 * patch + 1], halfHeight: numbers[4 * patch + 2],
        halfWidth: numbers[4 * patch + 3])
    }
    if let wrong {
      throw StackError(
        file: file.path, part: "dataset /box",
        problem:
          "row \(wrong) is \(Array(numbers[(4 * wrong)..<(4 * wrong + 4)])), expected centre row and column, half-height "
          + "and half-width in pixels, or four NaN")
    }
    return try make(
      file, side: side, gray: gray, places: try texts("place", count, in: file), boxes: boxes,
      sources: try texts("source", count, in: file), origins: try texts("origin", count, in: file))
  }

  static func make(
    _ file: HDF5File, side: Int, gray: [UInt8], places: [String], boxes: [PatchBox?]?, sources: [String]?,
    origins: [String]
  ) throws -> LabelledPatches {
    let count = places.count
    let deforms = try flags("deformation", count, in: file)
    let isHard = try flags("hard_negative", count, in: file)
    do {
      return try LabelledPatches(
        side: side, gray: gray, deforms: deforms, isHardNegative: isHard, places: places, boxes: boxes,
        sources: sources, origins: origins)
    } catch {
      throw StackError(file: file.path, problem: "\(error)")
    }
  }

  static func readGray(_ file: HDF5File) throws -> (side: Int, gray: [UInt8]) {
    let dataset = try open("patch", in: file)
    let shape = dataset.shape
    guard shape.count == 3, shape[1] == shape[2], (1...4096).contains(shape[1]) else {
      throw StackError(
        file: file.path, part: dataset.part, problem: "is \(shape), expected n × side × side numbers")
    }
    guard shape[0] <= countLimit, shape[0] * shape[1] * shape[1] <= byteLimit else {
      throw StackError(
        file: file.path, part: dataset.part,
        problem: "holds \(shape[0]) patches of \(shape[1]) pixels, at most \(countLimit) and 16 GiB are read")
    }
    return (shape[1], try GrayPatches.read(dataset, in: file))
  }

  /// Labels: integers 0 and 1, or h5py's bool.
  private static func flags(_ name: String, _ count: Int, in file: HDF5File) throws -> [Bool] {
    guard let flags = try StackLists.flags(name, count: count, in: file) else {
      _ = try open(name, in: file)
      return []
    }
    return flags
  }

  static func column<Number: HDF5Number>(
    _ name: String, _ zero: Number, _ shape: [Int], in file: HDF5File
  ) throws -> [Number] {
    let dataset = try open(name, in: file)
    guard dataset.shape == shape, dataset.isNumeric else {
      throw StackError(
        file: file.path, part: dataset.part, problem: "is \(dataset.shape), expected numbers \(shape)")
    }
    return try dataset.readAll(zero)
  }

  static func texts(_ name: String, _ count: Int, in file: HDF5File) throws -> [String] {
    let dataset = try open(name, in: file)
    guard dataset.shape == [count] else {
      throw StackError(file: file.path, part: dataset.part, problem: "is \(dataset.shape), expected \([count])")
    }
    return try dataset.readAllStrings(in: file)
  }

  private static func open(_ name: String, in file: HDF5File) throws -> HDF5Dataset {
    guard file.hasDataset(name) else {
      throw StackError(
        file: file.path, part: "dataset /\(name)",
        problem: "is missing; expected a set of labelled patches with patch, deformation and hard_negative")
    }
    return try HDF5Dataset(file: file, name: name)
  }
}
