/// All decoders of this program for what other people, programs and machines wrote.
public enum FuzzedDecoders {
  /// By name.
  public static let all: [String: @Sendable () throws -> FuzzedDecoder] = [
    "activations": { try ActivationDecoder.activations() },
    "annotation": { LearningDecoders.annotation },
    "baselines": { TextDecoders.baselines },
    "catalogue": { TextDecoders.catalogue },
    "checkpoint": { try CheckpointDecoder.checkpoint() },
    "episodes": { LearningDecoders.episodes },
    "frame-metadata": { try TextDecoders.frameMetadata() },
    "gzip": { try FileDecoders.gzip() },
    "job": { try FileDecoders.job() },
    "names": { TextDecoders.names },
    "onnx": { try ModelDecoder.onnx() },
    "raster-places": { PlaceDecoder.rasterPlaces },
    "reviews": { try LearningDecoders.reviews() },
    "safetensors": { ModelDecoder.safetensors },
    "scores": { try FileDecoders.scores() },
    "stack-texts": { try StackTextDecoder.stackTexts() },
    "table": { TextDecoders.table },
    "to-coordinator": { try MessageDecoders.toCoordinator() },
    "to-worker": { try MessageDecoders.toWorker() },
  ]

  /// Libraries of others that damaged files do end or hold, looked through to find such files, never as a test.
  public static let libraries: [String: @Sendable () throws -> FuzzedDecoder] = [
    "hdf5-library": { try LibraryDecoders.hdf5() }, "geotiff-library": { try LibraryDecoders.geoTIFF() },
  ]

  /// Decoders with planted faults, which the harness must find.
  public static let planted: [String: @Sendable () throws -> FuzzedDecoder] = [
    "planted-trap": { PlantedFaults.trap }, "planted-loop": { PlantedFaults.loop },
    "planted-allocation": { PlantedFaults.allocation }, "planted-promise": { PlantedFaults.promise },
    "planted-leak": { PlantedFaults.leak },
  ]

  static func isKnown(_ name: String) -> Bool {
    all[name] != nil || libraries[name] != nil || planted[name] != nil
  }

  /// - Returns: the decoder of that name, made ready; `nil` if there is none.
  public static func make(_ name: String) throws -> FuzzedDecoder? {
    try (all[name] ?? libraries[name] ?? planted[name])?()
  }
}
