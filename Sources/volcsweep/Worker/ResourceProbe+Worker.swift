import ProcessResources

extension ResourceProbe {
  /// Minimum resources of a worker process: threads for network, computing, reading, ZeroMQ and Swift; memory
  /// for the BLAS, the shipped model and an interferogram. A keeper computes nothing.
  static func ofWorker(isKeeper: Bool) -> ResourceProbe {
    isKeeper
      ? ResourceProbe(threads: 10, descriptors: 32, addressSpaceBytes: 64 << 20)
      : ResourceProbe(threads: 10, descriptors: 24, addressSpaceBytes: 320 << 20)
  }
}
