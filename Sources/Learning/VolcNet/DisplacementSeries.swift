import Foundation
import Interferometry
import RasterIO

/// A time series of line-of-sight displacement: MintPy's `timeseries.h5` or LiCSBAS's `cum.h5`.
///
/// Use from one thread at a time; calls block.
public final class DisplacementSeries {
  /// Largest number of dates in a series.
  public static let dateLimit = 100_000

  /// Path of the file.
  public let path: String
  /// Size of the rasters.
  public let grid: Grid
  /// Position and spacing of the pixels.
  public let geoTransform: GeoTransform
  /// Acquisition dates, increasing.
  public let dates: [AcquisitionDate]
  /// Radar wavelength, metres.
  public let wavelengthMetres: Double
  private let dataset: HDF5Dataset
  /// Metres per unit of the dataset, if it has no unit of its own.
  private let unitMetres: Double
  /// Conversion of stored numbers to lengths.
  private let meaning: DatasetMeaning
  private let file: HDF5File

  /// Wavelength of Sentinel-1, metres; used if the file gives none.
  static let usualWavelengthMetres = 0.055465763

  /// Opens a file.
  ///
  /// - Throws: `StackError` naming the part that is missing or has a wrong shape.
  public init(path: String) throws {
    self.path = path
    guard !path.hasSuffix(".pkl"), !path.hasSuffix(".pickle") else {
      throw StackError(
        file: path,
        problem: "is a Python pickle, which is never opened because it can run code; pass timeseries.h5 or cum.h5")
    }
    file = try HDF5File.open(readingFrom: path)
    let isMintPy = file.hasDataset("timeseries")
    guard isMintPy || file.hasDataset("cum") else {
      throw StackError(file: path, problem: "has neither /timeseries, as MintPy writes, nor /cum, as LiCSBAS does")
    }
    dataset = try HDF5Dataset(file: file, name: isMintPy ? "timeseries" : "cum")
    let shape = dataset.shape
    guard shape.count == 3, (2...Self.dateLimit).contains(shape[0]), shape[1] > 0, shape[2] > 0,
      shape[1].multipliedReportingOverflow(by: shape[2]).partialValue <= GeoTIFFReader.pixelLimit,
      try dataset.kind() == .float
    else {
      throw StackError(
        file: path, part: dataset.part, problem: "is \(shape), expected floating-point dates × height × width")
    }
    grid = Grid(height: shape[1], width: shape[2])
    if isMintPy {
      try StackMeaning.checkPlace(file)
      // MintPy's files are in metres unless they give a unit.
      meaning = try DatasetMeaning(
        dataset, of: .length, in: file, unit: try StackMeaning.attribute("UNIT", in: file),
        noData: (try StackMeaning.noData(in: file) ?? []).filter { $0 != 0 })
      unitMetres = 1
      dates = try Self.mintPyDates(file, count: shape[0])
      geoTransform = try Self.mintPyPlace(file)
      wavelengthMetres = try Self.wavelength(file)
    } else {
      meaning = try DatasetMeaning(dataset, of: .length, in: file)
      // LiCSBAS's files are in millimetres unless they give a unit.
      unitMetres =
        file.meaningfulAttributes(of: dataset).contains { $0.name.lowercased().hasPrefix("unit") } ? 1 : 0.001
      dates = try Self.licsbasDates(file, count: shape[0])
      geoTransform = try Self.licsbasPlace(file)
      wavelengthMetres = Self.usualWavelengthMetres
    }
    guard zip(dates, dates.dropFirst()).allSatisfy({ $0 < $1 }) else {
      throw StackError(file: path, problem: "has dates that are not in ascending order")
    }
  }

  /// Unwrapped phase between two dates of the series, radians, height × width, row-major; NaN for no data.
  /// The phase decreases where the ground moves towards the satellite; swapping the dates reverses the sign.
  ///
  /// - Throws: `StackError` for a date that is not in the series, or a damaged file.
  public func unwrappedPhase(of pair: DatePair) throws -> [Float] {
    let (first, last) = (try displacement(at: pair.primary), try displacement(at: pair.secondary))
    let scale = Float(-4 * Double.pi / wavelengthMetres * unitMetres)
    // No data is NaN in LiCSBAS, and exactly 0 at all dates in MintPy.
    return zip(first, last).map { $0 == 0 && $1 == 0 ? .nan : ($1 - $0) * scale }
  }

  private func displacement(at date: AcquisitionDate) throws -> [Float] {
    guard let index = dates.firstIndex(of: date) else {
      throw StackError(file: path, problem: "has no acquisition of \(date)")
    }
    var values = [Float](repeating: 0, count: grid.count)
    try values.withUnsafeMutableBufferPointer {
      try dataset.read(into: $0, start: [index, 0, 0], count: [1, grid.height, grid.width])
      meaning.apply(to: $0)
    }
    return values
  }

  private static func mintPyDates(_ file: HDF5File, count: Int) throws -> [AcquisitionDate] {
    let texts = try PatchSetFile.texts("date", count, in: file)
    return try texts.map { text in
      guard let date = AcquisitionDate(text.prefix(8)) else {
        throw StackError(file: file.path, part: "dataset /date", problem: "holds “\(text)”, expected YYYYMMDD")
      }
      return date
    }
  }

  private static func wavelength(_ file: HDF5File) throws -> Double {
    guard let text = try file.readAttribute("WAVELENGTH") else { return usualWavelengthMetres }
    guard let metres = Double(text), (0.001...10).contains(metres) else {
      throw StackError(
        file: file.path, part: "attribute WAVELENGTH",
        problem: "is “\(text.prefix(40))”, expected metres from 0.001 to 10")
    }
    return metres
  }

  private static func mintPyPlace(_ file: HDF5File) throws -> GeoTransform {
    func number(_ name: String) throws -> Double {
      guard let number = try file.readAttribute(name).flatMap({ Double($0) }) else {
        throw StackError(
          file: file.path, part: "attribute \(name)",
          problem: "is missing or not a number; geocode the series (MintPy's geocode.py)")
      }
      return number
    }
    return try place(
      file, west: try number("X_FIRST"), north: try number("Y_FIRST"), longitudeStep: try number("X_STEP"),
      latitudeStep: try number("Y_STEP"))
  }

  private static func licsbasDates(_ file: HDF5File, count: Int) throws -> [AcquisitionDate] {
    try PatchSetFile.column("imdates", Int32(0), [count], in: file).map { number in
      guard let date = AcquisitionDate(String(number)) else {
        throw StackError(file: file.path, part: "dataset /imdates", problem: "holds \(number), expected YYYYMMDD")
      }
      return date
    }
  }

  private static func licsbasPlace(_ file: HDF5File) throws -> GeoTransform {
    func number(_ name: String) throws -> Double {
      guard file.hasDataset(name) else {
        throw StackError(file: file.path, part: "dataset /\(name)", problem: "is missing")
      }
      let dataset = try HDF5Dataset(file: file, name: name)
      guard dataset.shape.reduce(1, *) == 1, dataset.isNumeric else {
        throw StackError(file: file.path, part: dataset.part, problem: "is \(dataset.shape), expected one number")
      }
      return try dataset.readAll(Double(0))[0]
    }
    // LiCSBAS gives the centre of the upper-left pixel.
    let (longitudeStep, latitudeStep) = (try number("post_lon"), try number("post_lat"))
    return try place(
      file, west: try number("corner_lon") - longitudeStep / 2, north: try number("corner_lat") - latitudeStep / 2,
      longitudeStep: longitudeStep, latitudeStep: latitudeStep)
  }

  private static func place(
    _ file: HDF5File, west: Double, north: Double, longitudeStep: Double, latitudeStep: Double
  ) throws -> GeoTransform {
    guard abs(west) <= 540, abs(north) <= 91, longitudeStep > 0, longitudeStep < 10, latitudeStep < 0,
      latitudeStep > -10
    else {
      throw StackError(
        file: file.path,
        problem: "lies at \(west), \(north) with steps \(longitudeStep), \(latitudeStep), expected degrees")
    }
    return GeoTransform(west: west, north: north, longitudeStep: longitudeStep, latitudeStep: latitudeStep)
  }
}
