import CLIBSVM
import Foundation

/// The baseline of the papers: a support vector machine with a radial basis kernel on ``TextureFeatures``,
/// trained by LIBSVM. Use one value per thread.
public final class TextureClassifier: PatchScorer {
  /// Name of the baseline in tables and plots.
  public static let usualName = "texture features + SVM"
  /// Same as ``usualName``.
  public var name: String { Self.usualName }
  /// Largest number of training patches.
  public static let patchLimit = 50_000

  private let means: [Double]
  private let deviations: [Double]
  private let nodes: SupportNodes
  private let model: UnsafeMutablePointer<svm_model>

  /// Trains on patches; equal patches give equal classifiers.
  ///
  /// - Parameters:
  ///   - patches: Must contain both classes.
  ///   - cost: LIBSVM's C; the classes are weighted equally.
  /// - Throws: ``DataSetError``.
  public convenience init(learning patches: LabelledPatches, cost: Double = 1) throws(DataSetError) {
    try self.init(
      learning: Self.features(of: patches), deforms: patches.deforms, cost: cost)
  }

  /// Trains on features; see ``init(learning:cost:)``.
  init(learning features: [[Double]], deforms: [Bool], cost: Double = 1) throws(DataSetError) {
    let deforming = deforms.count { $0 }
    guard deforming > 0, deforming < deforms.count, deforms.count <= Self.patchLimit else {
      throw DataSetError(
        file: "texture features + SVM",
        problem:
          "learns from 1 to \(Self.patchLimit) patches of both classes, here \(deforming) of \(deforms.count) deform"
      )
    }
    let width = features[0].count
    let count = Double(features.count)
    let means = (0..<width).map { column in features.reduce(0) { $0 + $1[column] } / count }
    let deviations = (0..<width).map { column -> Double in
      let square = features.reduce(0) { $0 + ($1[column] - means[column]) * ($1[column] - means[column]) } / count
      return square > 1e-18 ? square.squareRoot() : 1
    }
    self.means = means
    self.deviations = deviations
    nodes = SupportNodes(features.map { zip($0, zip(means, deviations)).map { ($0 - $1.0) / $1.1 } })
    var labels = deforms.map { $0 ? 1.0 : -1 }
    var weightLabels: [Int32] = [1, -1]
    var weights = [count / 2 / Double(deforming), count / 2 / (count - Double(deforming))]
    var parameter = svm_parameter()
    parameter.svm_type = Int32(C_SVC)
    parameter.kernel_type = Int32(RBF)
    parameter.gamma = 1 / Double(width)
    parameter.C = cost
    parameter.eps = 1e-3
    parameter.cache_size = 200
    parameter.shrinking = 1
    volcsweep_svm_quiet()
    let rows = nodes.rows
    let trained = labels.withUnsafeMutableBufferPointer { labels in
      weightLabels.withUnsafeMutableBufferPointer { weightLabels in
        weights.withUnsafeMutableBufferPointer { weights -> UnsafeMutablePointer<svm_model>? in
          parameter.nr_weight = 2
          parameter.weight_label = weightLabels.baseAddress
          parameter.weight = weights.baseAddress
          var problem = svm_problem(l: Int32(labels.count), y: labels.baseAddress, x: rows.baseAddress)
          guard svm_check_parameter(&problem, &parameter) == nil else { return nil }
          return svm_train(&problem, &parameter)
        }
      }
    }
    guard let trained else {
      throw DataSetError(
        file: "texture features + SVM", problem: "LIBSVM refuses a cost of \(cost); it must be above 0")
    }
    model = trained
  }

  deinit {
    var model: UnsafeMutablePointer<svm_model>? = model
    svm_free_and_destroy_model(&model)
  }

  /// Probability of deformation of each patch, 0…1.
  public func scores(of patches: LabelledPatches) -> [Float] {
    scores(ofFeatures: Self.features(of: patches))
  }

  /// Logistic function of the decision value. The values are not calibrated.
  func scores(ofFeatures features: [[Double]]) -> [Float] {
    features.map { row in
      let nodes = SupportNodes([zip(row, zip(means, deviations)).map { ($0 - $1.0) / $1.1 }])
      var distance = 0.0
      _ = svm_predict_values(model, nodes.rows[0], &distance)
      // LIBSVM's decision value is positive for the class that came first in training.
      let towards = model.pointee.label[0] == 1 ? distance : -distance
      return Float(1 / (1 + exp(-towards)))
    }
  }

  /// Texture features of each patch, patches × ``TextureFeatures/count``.
  public static func features(of patches: LabelledPatches) -> [[Double]] {
    (0..<patches.count).map {
      TextureFeatures.features(of: patches.gray(of: $0), hasData: patches.hasData(of: $0), side: patches.side)
    }
  }
}

/// Feature vectors in LIBSVM's form: pairs of index and value, ended by index −1. The trained model points
/// into this memory.
private final class SupportNodes {
  let rows: UnsafeMutableBufferPointer<UnsafeMutablePointer<svm_node>?>
  private let nodes: UnsafeMutableBufferPointer<svm_node>

  init(_ values: [[Double]]) {
    let width = (values.first?.count ?? 0) + 1
    nodes = .allocate(capacity: max(1, values.count * width))
    nodes.initialize(repeating: svm_node(index: -1, value: 0))
    rows = .allocate(capacity: max(1, values.count))
    rows.initialize(repeating: nil)
    for (number, row) in values.enumerated() {
      rows[number] = nodes.baseAddress.map { $0 + number * width }
      for (column, value) in row.enumerated() {
        nodes[number * width + column] = svm_node(index: Int32(column + 1), value: value)
      }
    }
  }

  deinit {
    nodes.deallocate()
    rows.deallocate()
  }
}
