import Interferometry
import Jobs
import RasterIO
import SweepRecords

extension Job {
  /// Whether the job asks for a stack.
  ///
  /// - Parameters:
  ///   - keys: the keys of its volcano: if a catalogue has two volcanoes of one name, each key gets a number
  /// appended, and the plain name matches both.
  ///   - frame: the frame's name.
  /// - Returns: whether the job asks for it.
  func asks(forVolcano keys: Set<String>, frame: String) -> Bool {
    (volcanoes.isEmpty || !keys.isDisjoint(with: volcanoes)) && (frames.isEmpty || frames.contains(frame))
  }

  func asks(for stack: PlannedStack) -> Bool {
    asks(forVolcano: [stack.volcano, VolcanoName.key(stack.volcanoName)], frame: stack.frame)
  }
}

/// The volcanoes and frames that an unreadable stack may contain, by its file name and by earlier plans.
struct UnreadStack {
  /// Keys of volcanoes; `nil` if unknown.
  let volcanoes: Set<String>?
  let frames: Set<String>?

  /// - Parameters:
  ///   - file: its name in the archive.
  ///   - planned: the stack planned earlier from that file; `nil` for none.
  init(file: String, planned: PlannedStack?) {
    let named = StackHeader.volcanoAndFrame(inFileName: file)
    if let planned {
      volcanoes = [planned.volcano, VolcanoName.key(planned.volcanoName), named.volcano]
      frames = [planned.frame, named.frame]
    } else if FrameID(named.frame) != nil {
      // The number that distinguishes volcanoes of one name follows an underscore.
      let plain = named.volcano.split(separator: "_").dropLast().joined(separator: "_")
      volcanoes = plain.isEmpty ? [named.volcano] : [named.volcano, plain]
      frames = [named.frame]
    } else {
      (volcanoes, frames) = (nil, nil)
    }
  }
}
