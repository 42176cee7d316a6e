import Imaging

extension LabelledPatches {
  /// For each patch whether it passes the sweep's gate: one that does not is background without asking a network.
  public func passGate(_ parameters: FringeGateParameters = FringeGateParameters()) -> [Bool] {
    (0..<count).map {
      FringeGate.isOpen(gray: Array(gray(of: $0)), valid: hasData(of: $0), size: side, parameters: parameters)
    }
  }
}
