import Foundation

/// The three descriptors that a process starts with.
public enum StandardStreams {
  /// Makes them safe to use, whatever the process was started with. To be called before anything is opened.
  ///
  /// A descriptor that is closed is opened on `/dev/null`, so that no file of the program's own takes its number and
  /// receives what is printed. It is opened for the wrong direction on purpose where that matters: writing to a standard
  /// output that was closed fails, as it should. A pipe whose reader has ended, and a file at its limit of size, give an
  /// error instead of a signal; a program that this one starts has the signals' defaults again.
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
