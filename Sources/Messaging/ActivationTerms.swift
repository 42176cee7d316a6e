import Foundation

/// The layers whose activations a sweep stores or reuses, and the files' folder, as sent in the coordinator's
/// welcome.
public struct ActivationTerms: Codable, Hashable, Sendable {
  /// Folder of the files, with one folder per stack; all workers see it under this path.
  public var folder: String
  /// Name of the layer of the sweep's model whose activations are stored; `nil` for none.
  public var stores: String?
  /// The fingerprint of the layer whose activations are read; `nil` for none.
  public var reuses: String?

  public init(folder: String, stores: String? = nil, reuses: String? = nil) {
    self.folder = folder
    self.stores = stores
    self.reuses = reuses
  }

  /// JSON with sorted keys.
  public var document: String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    guard let bytes = try? encoder.encode(self) else { preconditionFailure("texts can always be encoded") }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Parses ``document``.
  ///
  /// - Throws: `MessageError` for anything else.
  public init(document: String) throws(MessageError) {
    do {
      self = try JSONDecoder().decode(Self.self, from: Data(document.utf8))
    } catch {
      throw MessageError("the welcome's activations cannot be read: \(error)")
    }
  }

  /// The folder of a stack's files.
  ///
  /// - Parameter stack: the stack's file name in the archive.
  /// - Returns: the folder's name below ``folder``.
  public static func folderName(ofStack stack: String) -> String {
    stack.hasSuffix(".h5") ? String(stack.dropLast(3)) : stack
  }
}
