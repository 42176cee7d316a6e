import Foundation
import FuzzHarness

/// The decoder that `VOLCSWEEP_DECODER` names, under libFuzzer, which has `main`: see `run.sh` beside this file.
private let decoder: FuzzedDecoder = {
  let name = ProcessInfo.processInfo.environment["VOLCSWEEP_DECODER"] ?? ""
  do {
    guard let decoder = try FuzzedDecoders.make(name), decoder.takesAnyBytes else {
      throw CocoaError(.featureUnsupported)
    }
    return decoder
  } catch {
    FileHandle.standardError.write(Data("VOLCSWEEP_DECODER=\(name) is no decoder of any bytes: \(error)\n".utf8))
    exit(2)
  }
}()

/// Decodes one input; a broken promise ends the process like any crash, which is how libFuzzer learns of it.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOneInput(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let input = Array(UnsafeBufferPointer(start: bytes, count: count))
  do {
    _ = try decoder.accepts(input)
  } catch {
    FileHandle.standardError.write(Data("\(decoder.name) breaks its promise: \(error)\n".utf8))
    abort()
  }
  return 0
}
