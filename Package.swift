// swift-tools-version: 6.2
import PackageDescription

/// Every target: Swift 6 language mode, and a warning is an error.
let strict: [SwiftSetting] = [.swiftLanguageMode(.v6), .treatAllWarnings(as: .error)]

/// Targets whose inner loops decide how long tests take are optimised in debug builds too.
let hot: [SwiftSetting] = strict + [.unsafeFlags(["-O"], .when(configuration: .debug))]

let package = Package(
  name: "volcsweep",
  products: [.executable(name: "volcsweep", targets: ["volcsweep"])],
  // Exact, because equal bytes are promised: another version may write or round otherwise.
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
    .package(url: "https://github.com/apple/swift-collections", exact: "1.6.0"),
    .package(url: "https://github.com/apple/swift-protobuf", exact: "1.39.0"),
    .package(url: "https://github.com/groue/GRDB.swift", exact: "7.10.0"),
    .package(url: "https://github.com/jpsim/Yams", exact: "6.2.2"),
    .package(url: "https://github.com/apple/swift-crypto", exact: "4.5.2"),
    .package(url: "https://github.com/apple/swift-log", exact: "1.16.2"),
    .package(url: "https://github.com/swiftlang/swift-subprocess", exact: "1.0.2"),
    .package(url: "https://github.com/apple/swift-system", exact: "1.8.1"),
  ],
  targets: [
    // Floor 0: system libraries, each behind the thinnest shim.
    .systemLibrary(name: "CHDF5"),
    .systemLibrary(name: "CGDAL"),
    .systemLibrary(name: "CBLAS"),
    .systemLibrary(name: "CVectors"),
    .systemLibrary(name: "CZeroMQ"),
    .systemLibrary(name: "CZlib"),
    .systemLibrary(name: "CLIBSVM"),
    .systemLibrary(name: "CProcess"),

    // Floor 1, under all others: names and text that come from outside.
    .target(name: "Names", swiftSettings: hot),
    .testTarget(name: "NamesTests", dependencies: ["Names"], swiftSettings: strict),

    // Floor 1: value types.
    .target(name: "Interferometry", swiftSettings: hot),
    .testTarget(name: "InterferometryTests", dependencies: ["Interferometry"], swiftSettings: strict),

    // Floor 1: hashes, and bytes as text.
    .target(name: "Hashing", swiftSettings: hot),
    .testTarget(name: "HashingTests", dependencies: ["Hashing"], swiftSettings: strict),

    // Floor 1: why files cannot be used.
    .target(name: "FileReasons", swiftSettings: strict),
    .testTarget(name: "FileReasonsTests", dependencies: ["FileReasons"], swiftSettings: strict),

    // Floor 1: files that appear whole, folders that are their owner's alone.
    .target(name: "Files", dependencies: ["FileReasons", "Hashing"], swiftSettings: hot),
    .testTarget(name: "FilesTests", dependencies: ["Files"], swiftSettings: strict),

    // Floor 1: text files, as they are written and as they are packed.
    .target(name: "Tables", dependencies: ["Names"], swiftSettings: strict),
    .testTarget(name: "TablesTests", dependencies: ["Tables"], swiftSettings: strict),
    .target(name: "Gzip", dependencies: ["CZlib"], swiftSettings: hot),
    .testTarget(name: "GzipTests", dependencies: ["Gzip"], exclude: ["Expected"], swiftSettings: strict),

    // Floor 1: what a process prints, and what it gets of the system.
    .target(name: "ProcessResources", dependencies: ["CProcess"], swiftSettings: strict),
    .testTarget(
      name: "ProcessResourcesTests", dependencies: ["ProcessResources"], swiftSettings: strict),
    .target(name: "StandardStreams", dependencies: ["CProcess", "ProcessResources"], swiftSettings: strict),
    .testTarget(
      name: "StandardStreamsTests", dependencies: ["AnotherProcess", "StandardStreams"], swiftSettings: strict),

    // Floor 1: processes that may die of the files they open.
    .target(name: "Isolation", dependencies: ["CProcess"], swiftSettings: hot),
    .testTarget(name: "IsolationTests", dependencies: ["Isolation"], swiftSettings: strict),

    // Floor 2: stacks, rasters and the files around them.
    .target(
      name: "RasterIO",
      dependencies: [
        "CGDAL", "CHDF5", "FileReasons", "Files", "Hashing", "Interferometry", "Names",
        .product(name: "Crypto", package: "swift-crypto"),
      ],
      swiftSettings: hot),
    .testTarget(
      name: "RasterIOTests", dependencies: ["CGDAL", "Files", "Interferometry", "RasterIO"], exclude: ["Expected"],
      swiftSettings: strict),

    // Floor 2: the method's image steps, from phase to patches and from patch probabilities to a map.
    .target(name: "Imaging", dependencies: ["CVectors", "Interferometry"], exclude: ["Fit"], swiftSettings: hot),
    .testTarget(
      name: "ImagingTests", dependencies: ["CVectors", "Imaging", "Interferometry"], exclude: ["Expected"],
      swiftSettings: strict),

    // Floor 2: the network engine on top of the BLAS.
    .target(
      name: "NeuralNetwork",
      dependencies: [
        "CBLAS", "CVectors", "FileReasons", "Hashing", "ProcessResources",
        .product(name: "Crypto", package: "swift-crypto"),
      ], swiftSettings: hot),
    .testTarget(
      name: "NeuralNetworkTests", dependencies: ["CVectors", "FileReasons", "NeuralNetwork"], exclude: ["Expected"],
      swiftSettings: hot),

    .executableTarget(
      name: "engine-bench", dependencies: ["NeuralNetwork"], path: "Tests/Benchmarks/Engine",
      exclude: ["bench.py", "bench.sh"], swiftSettings: strict),

    // Floor 2: the scheduler, a value without any input or output.
    .target(
      name: "Scheduling",
      dependencies: [
        .product(name: "DequeModule", package: "swift-collections"),
        .product(name: "HeapModule", package: "swift-collections"),
      ], swiftSettings: hot),
    .testTarget(name: "SchedulingTests", dependencies: ["Scheduling"], swiftSettings: strict),

    // What simulations share, and the scheduler among workers by the thousand.
    .target(
      name: "VirtualTime", dependencies: [.product(name: "HeapModule", package: "swift-collections")],
      path: "Tests/Simulation/VirtualTime", swiftSettings: hot),
    .target(
      name: "LargeSimulation", dependencies: ["Scheduling", "VirtualTime"], path: "Tests/Simulation/Crowds",
      swiftSettings: hot),
    .executableTarget(
      name: "simulate-large", dependencies: ["LargeSimulation", "VirtualTime"],
      path: "Tests/Simulation/simulate-large", swiftSettings: strict),
    .target(
      name: "Simulation",
      dependencies: [
        "Coordination", "Detection", "Imaging", "Interferometry", "Ledger", "Messaging", "Scheduling",
        "SimulatedDisk", "VirtualTime", "Work", .product(name: "Logging", package: "swift-log"),
      ], path: "Tests/Simulation/Worlds", swiftSettings: hot),
    .executableTarget(
      name: "simulate", dependencies: ["Scheduling", "Simulation", "VirtualTime"],
      path: "Tests/Simulation/simulate", swiftSettings: strict),
    .testTarget(
      name: "SimulationTests", dependencies: ["LargeSimulation", "Simulation", "Scheduling"], swiftSettings: strict),

    // Floor 3: one interferogram in, one result out.
    .target(
      name: "Detection",
      dependencies: [
        "Hashing", "Imaging", "Interferometry", "NeuralNetwork", .product(name: "Crypto", package: "swift-crypto"),
      ], swiftSettings: hot),
    .testTarget(
      name: "DetectionTests",
      dependencies: ["AnotherProcess", "Detection", "Imaging", "Interferometry", "NeuralNetwork"],
      swiftSettings: strict),

    // Floor 3: from products as their users have them to the archive.
    .target(
      name: "Ingestion",
      dependencies: [
        "FileReasons", "Files", "Interferometry", "Isolation", "Names", "RasterIO", "StandardStreams", "Tables",
      ],
      swiftSettings: hot),
    .testTarget(
      name: "IngestionTests", dependencies: ["Ingestion", "Interferometry", "RasterIO", "Tables"],
      exclude: ["Expected"],
      swiftSettings: hot),

    // Floor 3: synthetic interferograms.
    .target(
      name: "Synthesis",
      dependencies: ["CGDAL", "FileReasons", "Interferometry", "ProcessResources", "RasterIO", "Tables"],
      swiftSettings: hot),
    .testTarget(
      name: "SynthesisTests", dependencies: ["Interferometry", "RasterIO", "Synthesis"], exclude: ["Expected"],
      swiftSettings: hot),
    .executableTarget(
      name: "synthesis-bench", dependencies: ["Synthesis"], path: "Tests/Benchmarks/Synthesis", swiftSettings: hot),

    // Floor 3: what is asked, what is said between processes, and what stays on disk.
    .target(
      name: "Jobs",
      dependencies: [
        "FileReasons", "Imaging", "Interferometry", "Names", .product(name: "Yams", package: "Yams"),
      ],
      swiftSettings: strict),
    .testTarget(name: "JobsTests", dependencies: ["Jobs", "Imaging"], swiftSettings: strict),
    .target(
      name: "Messaging",
      dependencies: [
        "CZeroMQ", "FileReasons", "Files", "Hashing", "Names", "ProcessResources",
        .product(name: "SwiftProtobuf", package: "swift-protobuf"),
      ],
      exclude: ["messages.proto", "generate-messages.sh"], swiftSettings: hot),
    .testTarget(name: "MessagingTests", dependencies: ["CZeroMQ", "Messaging"], swiftSettings: strict),
    .target(
      name: "Ledger",
      dependencies: [
        "CZlib", "Files", "Hashing", "Interferometry", "Names", .product(name: "GRDB", package: "GRDB.swift"),
        .product(name: "GRDBSQLite", package: "GRDB.swift"), .product(name: "Crypto", package: "swift-crypto"),
      ], swiftSettings: hot),
    .testTarget(
      name: "LedgerTests",
      dependencies: ["Ledger", "Interferometry", "SimulatedDisk", "ledger-bench", "volcsweep"],
      exclude: ["Released"], swiftSettings: strict),
    .executableTarget(
      name: "ledger-bench", dependencies: ["Ledger", "Interferometry"], path: "Tests/Benchmarks/Ledger",
      swiftSettings: strict),
    // A disk in memory that loses its power, for tests that keep ledgers.
    .target(
      name: "SimulatedDisk", dependencies: [.product(name: "GRDBSQLite", package: "GRDB.swift")],
      path: "Tests/Simulation/SimulatedDisk", swiftSettings: hot),

    // A test in a process with an environment of its own.
    .target(
      name: "AnotherProcess",
      dependencies: [
        .product(name: "Subprocess", package: "swift-subprocess"),
        .product(name: "SystemPackage", package: "swift-system"),
      ], path: "Tests/AnotherProcess", swiftSettings: strict),

    // Floor 4: the two event loops.
    .target(
      name: "Work",
      dependencies: [
        "CZlib", "Detection", "FileReasons", "Files", "Hashing", "Imaging", "Interferometry", "Messaging", "Names",
        "NeuralNetwork", "ProcessResources", "RasterIO", .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "Logging", package: "swift-log"),
      ], swiftSettings: hot),
    .testTarget(
      name: "WorkTests",
      dependencies: [
        "AnotherProcess", "Work", "Detection", "Imaging", "Interferometry", "Messaging", "NeuralNetwork",
        "RasterIO",
        .product(name: "Crypto", package: "swift-crypto"), .product(name: "Logging", package: "swift-log"),
      ],
      exclude: ["Shim"], swiftSettings: strict),
    .executableTarget(
      name: "detection-bench",
      dependencies: ["Detection", "Imaging", "Interferometry", "Messaging", "NeuralNetwork", "RasterIO", "Work"],
      path: "Tests/Benchmarks/Detection", exclude: ["bench.py", "bench.sh"], swiftSettings: strict),
    .executableTarget(
      name: "rescore-bench",
      dependencies: [
        "Imaging", "Interferometry", "Messaging", "NeuralNetwork", "RasterIO", "Work",
        .product(name: "Crypto", package: "swift-crypto"),
      ], path: "Tests/Benchmarks/Rescore", swiftSettings: strict),
    .target(
      name: "Coordination",
      dependencies: [
        "Detection", "FileReasons", "Files", "Hashing", "Imaging", "Interferometry", "Isolation", "Jobs", "Ledger",
        "Messaging", "Names", "NeuralNetwork", "ProcessResources", "RasterIO", "Scheduling", "StandardStreams",
        .product(name: "Crypto", package: "swift-crypto"), .product(name: "Logging", package: "swift-log"),
        .product(name: "Subprocess", package: "swift-subprocess"),
        .product(name: "SystemPackage", package: "swift-system"),
      ], swiftSettings: hot),

    .testTarget(
      name: "CoordinationTests",
      dependencies: [
        "Coordination", "Detection", "Imaging", "Interferometry", "Ledger", "Messaging", "NeuralNetwork",
        "ProcessResources", "RasterIO", "Scheduling", "volcsweep", .product(name: "GRDB", package: "GRDB.swift"),
      ],
      exclude: ["Shim"], swiftSettings: strict),

    .executableTarget(
      name: "dispatch-bench",
      dependencies: [
        "Coordination", "Detection", "Imaging", "Interferometry", "Ledger", "Messaging", "Reduction", "Work",
        .product(name: "Logging", package: "swift-log"),
      ], path: "Tests/Benchmarks/Dispatch", exclude: ["global.sh", "peers.py", "run.sh"],
      swiftSettings: strict),

    // Floor 4: maps and rankings.
    .target(
      name: "Reduction",
      dependencies: [
        "Detection", "Files", "Gzip", "Hashing", "Imaging", "Interferometry", "Ledger", "Names", "RasterIO",
        "Tables", .product(name: "Crypto", package: "swift-crypto"),
      ],
      swiftSettings: hot),
    .testTarget(
      name: "ReductionTests",
      dependencies: [
        "Detection", "Files", "Gzip", "Imaging", "Interferometry", "Ledger", "RasterIO", "Reduction",
        .product(name: "GRDB", package: "GRDB.swift"),
      ],
      exclude: ["Expected"], swiftSettings: strict),

    // Floor 4: data sets, training, evaluation.
    .target(
      name: "Learning",
      dependencies: [
        "CGDAL", "CLIBSVM", "CZlib", "FileReasons", "Files", "Gzip", "Hashing", "Imaging", "Interferometry",
        "Ledger", "Names", "NeuralNetwork", "RasterIO", "Synthesis", "Tables",
        .product(name: "Crypto", package: "swift-crypto"),
      ], swiftSettings: hot),
    .testTarget(
      name: "LearningTests",
      dependencies: [
        "Imaging", "Interferometry", "Learning", "Ledger", "NeuralNetwork", "RasterIO", "Synthesis", "Tables",
        "volcsweep",
      ],
      exclude: ["Expected"],
      swiftSettings: hot),
    .executableTarget(
      name: "training-bench", dependencies: ["NeuralNetwork"], path: "Tests/Benchmarks/Training",
      exclude: ["bench.py", "bench.sh"], swiftSettings: strict),

    // Floor 5: what a site's Slurm is asked for.
    .target(
      name: "Slurm", dependencies: ["FileReasons", "Files", "Jobs", .product(name: "Yams", package: "Yams")],
      swiftSettings: strict),
    .testTarget(name: "SlurmTests", dependencies: ["Slurm", "Jobs"], swiftSettings: strict),

    // Damaged inputs for every decoder of our own, and the program that throws them.
    .target(
      name: "FuzzHarness",
      dependencies: [
        "CProcess", "CZlib", "Coordination", "Detection", "Gzip", "Imaging", "Ingestion", "Interferometry",
        "Isolation", "Jobs",
        "Learning", "Messaging", "Names", "NeuralNetwork", "RasterIO", "Reduction", "Tables", "Work",
      ], path: "Tests/Fuzzing/Harness", swiftSettings: hot),
    .executableTarget(
      name: "volcsweep-fuzz",
      dependencies: ["FuzzHarness", .product(name: "ArgumentParser", package: "swift-argument-parser")],
      path: "Tests/Fuzzing/Program", swiftSettings: strict),
    .testTarget(
      name: "FuzzTests", dependencies: ["FuzzHarness", "volcsweep", "volcsweep-fuzz"], exclude: ["Damaged"],
      swiftSettings: strict),

    // Floor 6: the command line.
    .executableTarget(
      name: "volcsweep",
      dependencies: [
        "Coordination", "Detection", "FileReasons", "Files", "Imaging", "Ingestion", "Interferometry", "Isolation",
        "Jobs", "Learning", "Ledger", "Messaging", "Names", "NeuralNetwork", "ProcessResources", "Reduction",
        "Slurm", "StandardStreams", "Synthesis", "Tables", "Work", .product(name: "Logging", package: "swift-log"),
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      exclude: [
        "DefaultModel/README.md", "DefaultModel/folds.csv", "DefaultModel/make_default_model.py",
        "DefaultModel/making", "DefaultModel/make-default-model.sh", "DefaultModel/make-native-model.sh",
        "DefaultModel/check_scenes.py", "DefaultModel/check_heights.sh", "DefaultModel/ablation.sh",
        "DefaultModel/scores.csv",
      ],
      resources: [.copy("DefaultModel/default-model.onnx")],
      swiftSettings: strict),

    // The real program under every kind of trouble.
    .testTarget(
      name: "ChaosTests",
      dependencies: [
        "Interferometry", "Ledger", "Messaging", "NeuralNetwork", "RasterIO", "volcsweep",
        .product(name: "GRDB", package: "GRDB.swift"),
      ], swiftSettings: strict),
  ]
)

// libFuzzer brings its own `main`, so what is linked with it is no part of other builds: Tests/Fuzzing/Library/run.sh.
if Context.environment["VOLCSWEEP_LIBFUZZER"] != nil {
  package.targets.append(
    .executableTarget(
      name: "volcsweep-libfuzzer", dependencies: ["FuzzHarness"], path: "Tests/Fuzzing/Library",
      exclude: ["run.sh"],
      swiftSettings: strict + [.unsafeFlags(["-parse-as-library"])]))
}
