import Imaging

extension LabelledPatches {
  /// For each patch whether it passes the sweep's gate: one that does not is background without asking a network.
  public func passGate(_ parameters: EdgeGateParameters = EdgeGateParameters()) -> [Bool] {
    (0..<count).map {
      EdgeGate.isOpen(gray: Array(gray(of: $0)), valid: hasData(of: $0), size: side, parameters: parameters)
    }
  }
}
