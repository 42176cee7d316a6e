import Imaging

extension LabelledPatches {
  /// Whether each patch passes the gate of a sweep. A patch that does not is background; the CNN is
  /// skipped.
  public func passGate(_ parameters: FringeGateParameters = FringeGateParameters()) -> [Bool] {
    (0..<count).map {
      FringeGate.isOpen(gray: Array(gray(of: $0)), valid: hasData(of: $0), size: side, parameters: parameters)
    }
  }
}
