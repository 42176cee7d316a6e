import Foundation

/// Reasons for errors of the operating system and Foundation, worded so that they lead to the remedy.
///
/// Foundation's own texts ("The operation could not be completed") name neither the file nor the reason, so
/// messages use these.
public enum SystemReason {
  /// The reason, after the file's name if the error has one: `run/ledger.sqlite: permission denied; …`.
  ///
  /// Errors of volcsweep's own types return their description.
  public static func text(_ error: any Error) -> String {
    switch error {
    case let error as DecodingError: return decoding(error)
    case let error as EncodingError: return encoding(error)
    case let error as URLError: return system(error as NSError)
    case let error as CocoaError: return system(error as NSError)
    case let error as POSIXError: return system(error as NSError)
    default: break
    }
    // A Swift error bridges to a domain named after its type; others come from Foundation.
    return type(of: error) is NSError.Type ? system(error as NSError) : "\(error)"
  }

  /// The reason without the file's name, for messages that name the file: `permission denied; …`.
  public static func reason(_ error: any Error) -> String {
    switch error {
    case is DecodingError, is EncodingError: return text(error)
    case is CocoaError, is POSIXError, is URLError: return reason(error as NSError)
    default: return type(of: error) is NSError.Type ? reason(error as NSError) : "\(error)"
    }
  }

  /// The meaning of an `errno`, with the remedy.
  public static func reason(code: Int32) -> String { known[code] ?? String(cString: strerror(code)) }

  private static func system(_ error: NSError) -> String {
    guard let file = file(of: error) else { return reason(error) }
    return "\(file): \(reason(error))"
  }

  private static func reason(_ error: NSError) -> String {
    // Foundation reports a missing file and a path through a file in the same way.
    if let file = file(of: error), goesThroughFile(file) { return reason(code: ENOTDIR) }
    if let code = code(of: error) { return reason(code: code) }
    guard error.domain == NSCocoaErrorDomain else { return "error \(error.code) of \(error.domain)" }
    return foundation[error.code] ?? "error \(error.code) of the file system"
  }

  private static func goesThroughFile(_ path: String) -> Bool {
    var status = stat()
    return path.hasPrefix("/") && lstat(path, &status) != 0 && errno == ENOTDIR
  }

  /// The innermost `errno` of an error.
  private static func code(of error: NSError) -> Int32? {
    var current = error
    for _ in 0..<8 {
      if current.domain == NSPOSIXErrorDomain { return Int32(truncatingIfNeeded: current.code) }
      guard let next = current.userInfo[NSUnderlyingErrorKey] as? NSError else { return nil }
      current = next
    }
    return nil
  }

  private static func file(of error: NSError) -> String? {
    let values = error.userInfo
    if let path = values[NSFilePathErrorKey] as? String { return path }
    return (values[NSURLErrorKey] as? URL).map { $0.isFileURL ? $0.path : $0.absoluteString }
  }

  private static func decoding(_ error: DecodingError) -> String {
    func place(_ context: DecodingError.Context, _ more: [any CodingKey] = []) -> String {
      let keys = (context.codingPath + more).map { key in key.intValue.map { "[\($0)]" } ?? key.stringValue }
      return keys.isEmpty ? "the file" : keys.joined(separator: ".").replacing(".[", with: "[")
    }
    switch error {
    case .keyNotFound(let key, let context): return "\(place(context, [key])) is missing"
    case .valueNotFound(_, let context): return "\(place(context)) has no value"
    case .typeMismatch(let type, let context): return "\(place(context)) is not of the type \(type)"
    case .dataCorrupted(let context):
      let isNoJSON = context.underlyingError != nil || context.debugDescription.contains("not valid JSON")
      return isNoJSON
        ? "\(place(context)) is not valid JSON" : "\(place(context)) is not usable: \(context.debugDescription)"
    @unknown default: return "the file does not have the form expected"
    }
  }

  private static func encoding(_ error: EncodingError) -> String {
    switch error {
    case .invalidValue(let value, _): "\(value) cannot be written as JSON"
    @unknown default: "a value cannot be written as JSON"
    }
  }

  private static let full = "the disk is full; free some space and run the same command again"

  private static let known: [Int32: String] = [
    ENOENT: "no such file or folder; check the path",
    EACCES: "permission denied; change the permissions or run as a user who has them",
    EPERM: "permission denied; change the permissions or run as a user who has them",
    EISDIR: "it is a folder, expected a file",
    ENOTDIR: "a part of the path is a file, expected a folder",
    EEXIST: "it already exists; remove it or choose another name",
    ENOTEMPTY: "the folder is not empty",
    ENOSPC: full,
    EDQUOT: full,
    EROFS: "the file system is read-only; choose another folder",
    ENAMETOOLONG: "the path is too long; choose a shorter one",
    ELOOP: "a symbolic link points to itself; correct the link",
    EMFILE: "too many files are open; raise the limit (ulimit -n)",
    ENFILE: "too many files are open on this machine",
    EFBIG: "the file is larger than the file system or the limit (ulimit -f) allows",
    EIO: "input/output error; check the disk or the file server",
    ESTALE: "the file server no longer has it; run the same command again",
    ENOMEM: "not enough memory",
    ENOEXEC: "it is not a program for this machine",
    ETXTBSY: "it is a running program; try again when it has exited",
    EBUSY: "it is in use; try again later",
    ENXIO: "it is not a regular file",
    EPIPE: "the reader closed the output",
    ETIMEDOUT: "timed out",
    ECONNREFUSED: "the connection was refused",
    EADDRINUSE: "the address is in use; choose another port",
  ]

  /// Foundation's error codes without an underlying `errno`.
  private static let foundation: [Int: String] = [
    CocoaError.fileNoSuchFile.rawValue: "no such file or folder; check the path",
    CocoaError.fileReadNoSuchFile.rawValue: "no such file or folder; check the path",
    CocoaError.fileReadNoPermission.rawValue:
      "permission denied; change the permissions or run as a user who has them",
    CocoaError.fileWriteNoPermission.rawValue:
      "permission denied; change the permissions or run as a user who has them",
    CocoaError.fileReadCorruptFile.rawValue: "its content is damaged; copy or download it again",
    CocoaError.fileReadInvalidFileName.rawValue: "the file name is not valid",
    CocoaError.fileWriteInvalidFileName.rawValue: "the file name is not valid; choose another one",
    CocoaError.fileReadInapplicableStringEncoding.rawValue: "the text is not UTF-8; save it as UTF-8",
    CocoaError.fileReadUnknownStringEncoding.rawValue: "the text is not UTF-8; save it as UTF-8",
    CocoaError.fileReadTooLarge.rawValue: "it is too large",
    CocoaError.fileReadUnknown.rawValue: "it cannot be read; check that it is a file and that the disk works",
    CocoaError.fileWriteUnknown.rawValue:
      "it cannot be written; check that the folder exists and that the disk works",
    CocoaError.fileWriteFileExists.rawValue: "it already exists; remove it or choose another name",
    CocoaError.fileWriteOutOfSpace.rawValue: full,
    CocoaError.fileWriteVolumeReadOnly.rawValue: "the file system is read-only; choose another folder",
    CocoaError.coderReadCorrupt.rawValue: "it is not valid JSON",
    CocoaError.propertyListReadCorrupt.rawValue: "it is not valid JSON",
  ]
}
