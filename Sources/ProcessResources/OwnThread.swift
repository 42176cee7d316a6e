import CProcess
import Foundation

/// Starts threads for blocking work. Foundation's `Thread` does not report that the system refused a thread,
/// and the program would wait for its work forever.
public enum OwnThread {
  private final class Work {
    let name: String
    let body: @Sendable () -> Void

    init(_ name: String, _ body: @escaping @Sendable () -> Void) {
      self.name = name
      self.body = body
    }
  }

  /// Default stack size, bytes.
  public static let usualStackBytes = 2 << 20

  /// Starts a thread, which ends with its work.
  ///
  /// - Parameters:
  ///   - name: Name for debuggers; the system keeps 15 characters.
  ///   - stackBytes: Size of the stack.
  ///   - body: The work.
  /// - Throws: ``ResourceShortage``.
  public static func start(
    _ name: String, stackBytes: Int = usualStackBytes, _ body: @escaping @Sendable () -> Void
  ) throws(ResourceShortage) {
    var attributes = pthread_attr_t()
    pthread_attr_init(&attributes)
    defer { pthread_attr_destroy(&attributes) }
    pthread_attr_setstacksize(&attributes, stackBytes)
    pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
    let work = Unmanaged.passRetained(Work(name, body))
    var thread = pthread_t()
    let code = pthread_create(
      &thread, &attributes,
      { argument in
        guard let argument else { return nil }
        let work = Unmanaged<Work>.fromOpaque(argument).takeRetainedValue()
        _ = volcsweep_name_thread(work.name)
        work.body()
        return nil
      }, work.toOpaque())
    guard code == 0 else {
      work.release()
      throw ResourceShortage(
        "the system could not start the thread “\(name)” (\(String(cString: strerror(code)))); \(ResourceLimits.inWords)"
      )
    }
  }
}
