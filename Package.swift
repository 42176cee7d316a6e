// swift-tools-version: 6.2
import PackageDescription

/// Every target: Swift 6 language mode, and a warning is an error.
let strict: [SwiftSetting] = [.swiftLanguageMode(.v6), .treatAllWarnings(as: .error)]

/// Targets whose inner loops decide how long tests take are optimised in debug builds too.
let hot: [SwiftSetting] = strict + [.unsafeFlags(["-O"], .when(configuration: .debug))]

let package = Package(
  name: "volcsweep",
  products: [.executable(name: "volcsweep", targets: ["volcsweep"])],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2")
  ],
  targets: [
    // Floor 0: system libraries, each behind the thinnest shim.
    .systemLibrary(name: "CHDF5"),
    .systemLibrary(name: "CGDAL"),
    .systemLibrary(name: "CBLAS"),
    .systemLibrary(name: "CZeroMQ"),

    // Floor 1: value types.
    .target(name: "Interferometry", swiftSettings: hot),
    .testTarget(name: "InterferometryTests", dependencies: ["Interferometry"], swiftSettings: strict),

    // Floor 2: the network engine on top of the BLAS.
    .target(name: "NeuralNetwork", dependencies: ["CBLAS"], swiftSettings: hot),
    .testTarget(
      name: "NeuralNetworkTests", dependencies: ["NeuralNetwork"], exclude: ["Expected"], swiftSettings: hot),

    // Floor 6: the command line.
    .executableTarget(
      name: "volcsweep",
      dependencies: [
        "Interferometry",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: strict),
  ]
)
