import FileReasons
import Foundation
import Interferometry
import Names

/// One annotation file of the Hephaestus data set (Bountos et al. 2022).
public struct HephaestusAnnotation: Hashable, Sendable, Codable {
  /// The data set's number of the interferogram.
  public let uniqueID: Int
  /// LiCSAR frame name.
  public let frame: String
  /// Primary and secondary date.
  public let pair: DatePair
  /// Labels, polygons and caption.
  public let annotation: Annotation

  private enum Key: String, CodingKey {
    case uniqueID, frameID
    case primaryDate = "primary_date"
    case secondaryDate = "secondary_date"
  }

  public init(uniqueID: Int, frame: String, pair: DatePair, annotation: Annotation) {
    self.uniqueID = uniqueID
    self.frame = frame
    self.pair = pair
    self.annotation = annotation
  }

  public init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: Key.self)
    uniqueID = try fields.decode(Int.self, forKey: .uniqueID)
    let name = try fields.decode(String.self, forKey: .frameID)
    do {
      // The name becomes part of a picture's path, so it must be a plain path component.
      frame = try PathComponent(name).text
    } catch {
      throw DecodingError.dataCorruptedError(forKey: .frameID, in: fields, debugDescription: "\(error)")
    }
    func date(_ key: Key) throws -> AcquisitionDate {
      let text = try fields.decode(String.self, forKey: key)
      guard let date = AcquisitionDate(text) else {
        throw DecodingError.dataCorruptedError(
          forKey: key, in: fields, debugDescription: "“\(text)” is not a date of the form YYYYMMDD")
      }
      return date
    }
    pair = DatePair(primary: try date(.primaryDate), secondary: try date(.secondaryDate))
    annotation = try Annotation(from: decoder)
  }

  public func encode(to encoder: any Encoder) throws {
    var fields = encoder.container(keyedBy: Key.self)
    try fields.encode(uniqueID, forKey: .uniqueID)
    try fields.encode(frame, forKey: .frameID)
    try fields.encode(pair.primary.description, forKey: .primaryDate)
    try fields.encode(pair.secondary.description, forKey: .secondaryDate)
    try annotation.encode(to: encoder)
  }

  /// Decodes the content of one file.
  ///
  /// - Throws: ``DataSetError`` naming the field that is missing or wrong.
  package static func read(_ content: Data, file: String) throws(DataSetError) -> HephaestusAnnotation {
    do {
      return try JSONDecoder().decode(HephaestusAnnotation.self, from: content)
    } catch let error as DecodingError {
      throw DataSetError(file: file, problem: "is not a Hephaestus annotation: \(error.fieldAndReason)")
    } catch {
      throw DataSetError(file: file, problem: "is not a Hephaestus annotation: \(SystemReason.reason(error))")
    }
  }

  /// Reads all annotations from a folder of JSON files or a tar archive of them, ordered by ``uniqueID``.
  ///
  /// - Parameter path: A folder, or a `.tar` or `.tar.gz`.
  /// - Throws: ``DataSetError``, or `GzipError` for an archive that cannot be unpacked.
  /// - Returns: at least one annotation.
  public static func readAll(_ path: String) throws -> [HephaestusAnnotation] {
    var isFolder: ObjCBool = false
    _ = FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
    if let problem = FileAccess.problem(reading: path) {
      throw DataSetError(file: path, problem: "\(problem); expected a folder of JSON files or a .tar.gz of them")
    }
    var annotations: [HephaestusAnnotation] = []
    if isFolder.boolValue {
      let names = try FileManager.default.contentsOfDirectory(atPath: path).filter { $0.hasSuffix(".json") }
      for name in names {
        let file = "\(path)/\(name)"
        guard let content = FileManager.default.contents(atPath: file) else {
          throw DataSetError(file: file, problem: FileAccess.problem(reading: file) ?? "cannot be read completely")
        }
        annotations.append(try read(content, file: file))
      }
    } else {
      try TarFile(path: path).forEachFile { name, content in
        guard name.hasSuffix(".json") else { return }
        annotations.append(try read(content, file: "\(path)/\(name)"))
      }
    }
    guard !annotations.isEmpty else { throw DataSetError(file: path, problem: "holds no annotation (*.json)") }
    return annotations.sorted { $0.uniqueID < $1.uniqueID }
  }
}

extension DecodingError {
  /// The field that cannot be decoded, and why.
  var fieldAndReason: String {
    func field(_ context: Context, _ key: (any CodingKey)? = nil) -> String {
      (context.codingPath + (key.map { [$0] } ?? [])).map(\.stringValue).joined(separator: ".")
    }
    switch self {
    case .keyNotFound(let key, let context): return "\(field(context, key)) is missing"
    case .typeMismatch(_, let context), .valueNotFound(_, let context), .dataCorrupted(let context):
      let name = field(context)
      return name.isEmpty ? context.debugDescription : "\(name): \(context.debugDescription)"
    @unknown default: return "\(self)"
    }
  }
}
