import CProcess
import Foundation

/// Checks before work begins that a process gets its minimum of resources. Libraries end the process, or
/// retry forever, if a thread, a descriptor or memory is refused later.
public struct ResourceProbe: Sendable {
  /// Number of additional threads at the same time.
  public var threads: Int
  /// Number of additional descriptors at the same time.
  public var descriptors: Int
  /// Address space left besides the stacks of the threads, bytes.
  public var addressSpaceBytes: Int

  public init(threads: Int, descriptors: Int, addressSpaceBytes: Int) {
    self.threads = threads
    self.descriptors = descriptors
    self.addressSpaceBytes = addressSpaceBytes
  }

  /// Allocates all of it at once and releases it. Blocks briefly.
  ///
  /// - Throws: ``ResourceShortage`` naming what is missing and the limits.
  public func run() throws(ResourceShortage) {
    try tryDescriptors()
    let memory = mmap(
      nil, addressSpaceBytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0)
    guard let memory, memory != MAP_FAILED else {
      throw shortage("\(addressSpaceBytes >> 20) MiB of address space", errno)
    }
    defer { munmap(memory, addressSpaceBytes) }
    try tryThreads()
  }

  private func tryDescriptors() throws(ResourceShortage) {
    var opened: [Int32] = []
    defer { for descriptor in opened { close(descriptor) } }
    for _ in 0..<descriptors {
      let descriptor = open("/dev/null", O_RDONLY | O_CLOEXEC)
      guard descriptor >= 0 else { throw shortage("\(descriptors) descriptors", errno) }
      opened.append(descriptor)
    }
  }

  /// Threads with the stack size that libraries use; all wait for the last one.
  private func tryThreads() throws(ResourceShortage) {
    var gate: [Int32] = [-1, -1]
    guard volcsweep_pipe(&gate) == 0 else { throw shortage("\(descriptors) descriptors", errno) }
    var started: [pthread_t] = []
    defer {
      close(gate[1])
      for thread in started { pthread_join(thread, nil) }
      close(gate[0])
    }
    for _ in 0..<threads {
      var thread = pthread_t()
      let code = pthread_create(
        &thread, nil,
        { gate in
          var byte: UInt8 = 0
          // Blocks until the other end is closed.
          _ = read(Int32(Int(bitPattern: gate)), &byte, 1)
          return nil
        }, UnsafeMutableRawPointer(bitPattern: Int(gate[0])))
      guard code == 0 else { throw shortage("\(threads) more threads", code) }
      started.append(thread)
    }
  }

  private func shortage(_ what: String, _ code: Int32) -> ResourceShortage {
    ResourceShortage(
      "this process needs \(what), but the system refuses (\(String(cString: strerror(code)))); "
        + "\(ResourceLimits.inWords)")
  }
}
