extension ModelFile {
  /// Pixels to a multiple of which the last row and column of patches are to start, so that all of them share the
  /// network's trunk: its stride, where the network has no window that reaches over a patch's edge and much to share.
  /// 1 for all other networks.
  ///
  /// - Parameter patchStride: pixels from one patch to the next.
  /// - Returns: at least 1.
  public func patchAlignment(patchStride: Int) -> Int {
    let graph = sweptGraph
    guard graph.layers.allSatisfy({ graph.staysInside($0) }),
      let stride = Trunk.find(in: graph, patchStride: patchStride)?.stride, stride.height == stride.width
    else { return 1 }
    return stride.height
  }
}
