import Foundation

/// The three descriptors that a process starts with.
public enum StandardStreams {
  /// Makes them safe to use, whatever the process was started with. Call it before anything is opened.
  ///
  /// A closed descriptor is opened on `/dev/null`, so that no other file gets its number and receives output.
  /// Where it matters it is opened for the wrong direction on purpose: writing to a closed standard output
  /// must fail. A pipe without a reader, and a file at its size limit, give an error instead of a signal;
  /// child processes have the default signal handlers.
  public static func prepare() {
    for (descriptor, mode) in [(STDIN_FILENO, O_RDONLY), (STDOUT_FILENO, O_RDONLY), (STDERR_FILENO, O_WRONLY)]
    where fcntl(descriptor, F_GETFD) < 0 && errno == EBADF {
      let opened = open("/dev/null", mode)
      if opened >= 0, opened != descriptor {
        dup2(opened, descriptor)
        close(opened)
      }
    }
    for number in [SIGPIPE, SIGXFSZ] { signal(number) { _ in } }
  }
}
