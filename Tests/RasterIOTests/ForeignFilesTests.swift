import Foundation
import Interferometry
import Testing

@testable import RasterIO

/// Files that h5py and rasterio wrote, see `Expected/make_expected.py`.
@Suite struct ForeignFilesTests {
  private func expected(_ name: String) -> String { expectedFolder.appendingPathComponent(name).path }

  /// The script's phase: 3 × 4 × 5, from −2.95 in steps of a tenth.
  private func phase(_ index: Int) -> [Float] { (0..<20).map { (Float(index * 20 + $0) - 29.5) / 10 } }

  @Test func aStackAsMintPyWritesItReadsWithZeroAsNoData() throws {
    let stack = try InterferogramStackReader(path: expected("sierra_negra_106A_09048_000909.h5"))
    #expect(stack.header.volcanoKey == "sierra_negra")
    #expect(stack.header.frame == "106A_09048_000909")
    #expect(stack.header.grid == Grid(height: 4, width: 5))
    #expect(stack.header.orbitDirection == .ascending)
    #expect(abs(stack.header.volcano.longitudeDegrees + 91.4175) < 1e-9)
    #expect(stack.pairs.map(\.description) == ["20240106_20240118", "20240106_20240130", "20240118_20240130"])
    #expect(stack.perpendicularBaselines == [98, 184, 86])
    #expect(stack.isKept == [true, false, true])
    #expect(!stack.isOwnForm)
    let second = try stack.interferogram(at: 1)
    #expect(second.phase[0].isNaN)
    #expect(Array(second.phase[1...]) == Array(phase(1)[1...]))
    #expect(second.coherence == [Float](repeating: 0.25, count: 20))
  }

  @Test func otherTypesAndMissingDatasetsAreTaken() throws {
    let stack = try InterferogramStackReader(path: expected("variants.h5"))
    #expect(stack.header.frame == "unknown")
    #expect(stack.header.geoTransform.longitudeStep == 0.001)
    #expect(stack.pairs.map(\.description) == ["20240106_20240118", "20240106_20240130", "20240118_20240130"])
    #expect(stack.perpendicularBaselines.count { $0.isNaN } == 3)
    #expect(stack.isKept == [true, true, true])
    #expect(!stack.hasCoherence)
    #expect(try stack.interferogram(at: 2).phase == phase(2))
    #expect(try stack.interferogram(at: 2).coherence == nil)
  }

  @Test func nothingIsAppendedToAnotherProgramsStack() throws {
    let folder = try ScratchFolder()
    let name = "sierra_negra_106A_09048_000909.h5"
    try FileManager.default.copyItem(atPath: expected(name), toPath: folder.path(name))
    let error = #expect(throws: StackError.self) {
      try StackAppender(archive: folder.url, header: smallHeader(height: 4, width: 5))
    }
    #expect(error?.description.contains("was created by another program") == true)
  }

  @Test func aPointTaggedRasterLiesHalfAPixelUpAndLeft() throws {
    let reader = try GeoTIFFReader(path: expected("point.tif"))
    #expect(abs(reader.geoTransform.west + 92.4255) < 1e-9)
    #expect(abs(reader.geoTransform.north - 0.4871667) < 1e-9)
    var values = [Float](repeating: 0, count: 20)
    try values.withUnsafeMutableBufferPointer { try reader.read(into: $0) }
    #expect(values == phase(0))
  }

  @Test func aProjectedRasterIsRejectedWithItsSystem() throws {
    let error = #expect(throws: RasterError.self) { try GeoTIFFReader(path: expected("utm.tif")) }
    #expect(error?.description.contains("“WGS 84 / UTM zone 15S”, expected degrees on WGS 84 (EPSG:4326)") == true)
  }

  @Test func h5pySeesOurStackInMintPysForm() throws {
    let folder = try ScratchFolder()
    let appender = try StackAppender(archive: folder.url, header: smallHeader())
    try append(0..<2, to: appender)
    try appender.publish()
    let script = """
      import sys
      try:
          import h5py, numpy as np
      except ImportError:
          sys.exit(77)
      f = h5py.File(sys.argv[1])
      assert sorted(f) == ['bperp', 'coherence', 'date', 'dropIfgram', 'source', 'unwrapPhase', 'wrapPhase'], sorted(f)
      assert all(isinstance(v, str) for v in f.attrs.values()), dict(f.attrs)
      a = dict(f.attrs)
      assert a['FILE_TYPE'] == 'ifgramStack' and a['LENGTH'] == '3' and a['WIDTH'] == '4', a
      assert float(a['X_FIRST']) == -91.42 and float(a['Y_STEP']) == -0.001 and a['HEADING'] == '-12.0', a
      assert a['UNIT'] == 'radian' and a['NO_DATA_VALUE'] == 'nan' and a['ORBIT_DIRECTION'] == 'ASCENDING', a
      p = f['wrapPhase']
      assert p.shape == (2, 3, 4) and p.chunks == (1, 3, 4) and p.dtype == np.float32 and p.compression is None
      e = (1 + np.arange(12) / 1000).reshape(3, 4).astype('f4')
      assert np.isnan(p[1, 0, 0]) and np.allclose(p[1].ravel()[1:], e.ravel()[1:])
      assert f['coherence'].dtype == np.float32 and np.isnan(f['unwrapPhase'][:]).all()
      assert f['date'].dtype == 'S8' and f['date'][0].tolist() == [b'20240101', b'20240113']
      assert f['dropIfgram'].dtype == bool and f['dropIfgram'][:].all() and f['bperp'][:].tolist() == [0, 1]
      """
    let python = ProcessInfo.processInfo.environment["VOLCSWEEP_PYTHON"] ?? "python3"
    let result = try runProgram([python, "-c", script, appender.path])
    if [77, 127].contains(result.status) {
      return print("skipped: h5py is not installed, its view of a stack is not checked")
    }
    #expect(result.status == 0, "\(result.output)")
  }
}
