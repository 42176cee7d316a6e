import Foundation

/// Content that is often found under the name of a data file: a web page from a server, a git-lfs pointer, or
/// the file in compressed form.
public enum ForeignContent: Hashable, Sendable {
  /// The file is empty.
  case empty
  /// A three-line text that git-lfs replaces by the file on request.
  case gitLFSPointer
  case html
  case xml
  case json
  case gzip
  /// A ZIP archive; PyTorch's `.pt` files are ZIP archives, too.
  case zip
  case hdf5
  case pickle
  case bzip2
  case xz
  case netCDF
  case png
  case jpeg

  /// Recognises a file; `nil` also if it cannot be read.
  public init?(contentsOf path: String) {
    guard let handle = FileHandle(forReadingAtPath: path) else { return nil }
    defer { try? handle.close() }
    guard let start = try? handle.read(upToCount: 512) else { return nil }
    self.init(start: start)
  }

  private static let signatures: [(bytes: [UInt8], content: ForeignContent)] = [
    ([0x1F, 0x8B], .gzip), ([0x50, 0x4B, 0x03, 0x04], .zip), ([0x50, 0x4B, 0x05, 0x06], .zip),
    ([0x89, 0x48, 0x44, 0x46, 0x0D, 0x0A], .hdf5), ([0x42, 0x5A, 0x68], .bzip2),
    ([0xFD, 0x37, 0x7A, 0x58, 0x5A], .xz), ([0x43, 0x44, 0x46, 1], .netCDF), ([0x43, 0x44, 0x46, 2], .netCDF),
    ([0x43, 0x44, 0x46, 5], .netCDF), ([0x89, 0x50, 0x4E, 0x47], .png),
    ([0xFF, 0xD8, 0xFF], .jpeg),
  ]

  /// Recognises a file by its first bytes; `nil` for other content.
  ///
  /// - Parameter start: The first bytes of the file; 512 suffice.
  public init?(start: some Collection<UInt8>) {
    guard !start.isEmpty else {
      self = .empty
      return
    }
    var bytes = Array(start.prefix(512))
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes.removeFirst(3) }
    if let known = Self.signatures.first(where: { bytes.starts(with: $0.bytes) }) {
      self = known.content
      return
    }
    if bytes.count > 2, bytes[0] == 0x80, (2...5).contains(bytes[1]),
      [0x63, 0x7D, 0x5D, 0x28, 0x95, 0x8A].contains(bytes[2])
    {
      self = .pickle
      return
    }
    let text = String(decoding: bytes.drop { $0 == 0x20 || (0x09...0x0D).contains($0) }, as: UTF8.self).lowercased()
    if text.hasPrefix("version https://git-lfs.github.com/") || text.hasPrefix("version https://hawser.github.com/")
    {
      self = .gitLFSPointer
    } else if text.hasPrefix("<!doctype html") || text.hasPrefix("<html")
      || text.contains("<html") && text.hasPrefix("<")
    {
      self = .html
    } else if text.hasPrefix("<?xml") {
      self = .xml
    } else if text.hasPrefix("{\"") || text.hasPrefix("{\n") || text.hasPrefix("{ ") || text.hasPrefix("{\r") {
      self = .json
    } else {
      return nil
    }
  }

  /// What the file is and how to get the right one, to be appended to the file's name.
  ///
  /// - Parameter what: What was expected, such as `the model`.
  /// - Returns: the text.
  public func remedy(insteadOf what: String) -> String {
    switch self {
    case .empty: "it is empty, not \(what); copy or download it again"
    case .gitLFSPointer:
      "it is a git-lfs pointer, not \(what) itself; run `git lfs pull` in its repository, or download the file itself"
    case .html:
      "it is an HTML page, not \(what); the server sent a page (a login or an error) instead: open the address in a "
        + "browser and download the file itself"
    case .xml:
      "it is an XML document, not \(what); the server may have sent an error message instead: download it again"
    case .json:
      "it is a JSON document, not \(what); the server may have sent an error message instead: download it again"
    case .gzip: "it is packed with gzip, not \(what) itself; unpack it with gunzip"
    case .zip: "it is a ZIP archive (as PyTorch's .pt files are), not \(what); unpack or export it"
    case .hdf5: "it is an HDF5 file (as Keras' .h5 files are), not \(what)"
    case .pickle: "it is a Python pickle (as PyTorch's old .pth files are), not \(what); export it"
    case .bzip2: "it is packed with bzip2, not \(what) itself; unpack it with bunzip2"
    case .xz: "it is packed with xz, not \(what) itself; unpack it with unxz"
    case .netCDF: "it is a NetCDF file, not \(what); convert it with gdal_translate"
    case .png: "it is a PNG picture, not \(what)"
    case .jpeg: "it is a JPEG picture, not \(what)"
    }
  }
}
