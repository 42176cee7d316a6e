import Imaging

extension LabelledPatches {
  /// Whether each patch passes the edge gate of a sweep. A patch that does not is background; the CNN is
  /// skipped.
  public func passGate(_ parameters: EdgeGateParameters = EdgeGateParameters()) -> [Bool] {
    (0..<count).map {
      EdgeGate.isOpen(gray: Array(gray(of: $0)), valid: hasData(of: $0), size: side, parameters: parameters)
    }
  }
}
