import Interferometry
import Jobs
import RasterIO
import SweepRecords

extension Job {
  /// Whether the job asks for a stack.
  ///
  /// - Parameters:
  ///   - keys: the keys that its volcano goes by: a catalogue with two volcanoes of one name gives each a number behind its
  ///     key, and the plain name asks for both.
  ///   - frame: the frame's name.
  /// - Returns: whether it does.
  func asks(forVolcano keys: Set<String>, frame: String) -> Bool {
    (volcanoes.isEmpty || !keys.isDisjoint(with: volcanoes)) && (frames.isEmpty || frames.contains(frame))
  }

  func asks(for stack: PlannedStack) -> Bool {
    asks(forVolcano: [stack.volcano, VolcanoName.key(stack.volcanoName)], frame: stack.frame)
  }
}

/// What a stack that cannot be read may be of, by its file name and by what was planned of it before.
struct UnreadStack {
  /// Keys of volcanoes; `nil` where it may be any.
  let volcanoes: Set<String>?
  let frames: Set<String>?

  /// - Parameters:
  ///   - file: its name inside the archive.
  ///   - planned: what an earlier start planned of that file; `nil` for nothing.
  init(file: String, planned: PlannedStack?) {
    let named = StackHeader.volcanoAndFrame(inFileName: file)
    if let planned {
      volcanoes = [planned.volcano, VolcanoName.key(planned.volcanoName), named.volcano]
      frames = [planned.frame, named.frame]
    } else if FrameID(named.frame) != nil {
      // The key's number, where the catalogue has the name more than once, stands behind an underscore.
      let plain = named.volcano.split(separator: "_").dropLast().joined(separator: "_")
      volcanoes = plain.isEmpty ? [named.volcano] : [named.volcano, plain]
      frames = [named.frame]
    } else {
      (volcanoes, frames) = (nil, nil)
    }
  }
}
