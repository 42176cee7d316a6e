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
    .target(name: "Interferometry", dependencies: ["Names"], swiftSettings: hot),
    .testTarget(name: "InterferometryTests", dependencies: ["Interferometry"], swiftSettings: strict),

    // Floor 1: hashes, seeded random numbers, and bytes as text.
    .target(
      name: "Hashing", dependencies: [.product(name: "Crypto", package: "swift-crypto")], swiftSettings: hot),
    .testTarget(name: "HashingTests", dependencies: ["Hashing"], swiftSettings: strict),

    // Floor 1: why files cannot be used.
    .target(name: "FileReasons", dependencies: ["Names"], swiftSettings: strict),
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

    // Floor 1: programs that are started as child processes.
    .target(
      name: "ChildProcesses",
      dependencies: [
        "CProcess", .product(name: "Subprocess", package: "swift-subprocess"),
        .product(name: "SystemPackage", package: "swift-system"),
      ], swiftSettings: hot),
    .testTarget(name: "ChildProcessesTests", dependencies: ["ChildProcesses"], swiftSettings: strict),

    // Floor 1: processes that may die of the files they open.
    .target(name: "Isolation", dependencies: ["CProcess", "ChildProcesses", "Names"], swiftSettings: hot),
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
      name: "RasterIOTests",
      dependencies: [
        "CGDAL", "Files", "Interferometry", "RasterIO",
        .product(name: "Crypto", package: "swift-crypto"),
      ], exclude: ["Expected"],
      swiftSettings: strict),

    // Floor 2: the method's image steps, from phase to patches and from patch probabilities to a map.
    .target(name: "Imaging", dependencies: ["CVectors", "Interferometry"], swiftSettings: hot),
    .testTarget(
      name: "ImagingTests", dependencies: ["CVectors", "Hashing", "Imaging", "Interferometry"],
      exclude: ["Expected"],
      swiftSettings: strict),

    // Floor 2: the network engine on top of the BLAS.
    .target(
      name: "NeuralNetwork",
      dependencies: [
        "CBLAS", "CVectors", "FileReasons", "Files", "Hashing", "Names",
        .product(name: "Crypto", package: "swift-crypto"),
      ], swiftSettings: hot),
    .testTarget(
      name: "NeuralNetworkTests",
      dependencies: [
        "CVectors", "FileReasons", "FormulaNetworks", "Hashing", "NeuralNetwork",
      ],
      exclude: ["Expected"], swiftSettings: hot),

    // Floor 3: networks that learn. No worker needs it.
    .target(
      name: "NetworkTraining",
      dependencies: [
        "CBLAS", "Hashing", "NeuralNetwork", "ProcessResources",
      ], swiftSettings: hot),
    .testTarget(
      name: "NetworkTrainingTests",
      dependencies: [
        "FormulaNetworks", "Hashing", "NetworkTraining", "NeuralNetwork",
      ],
      swiftSettings: hot),

    // Numbers by formula, and the networks with expected values, for the tests of both.
    .target(name: "FormulaNetworks", dependencies: ["Hashing"], path: "Tests/FormulaNetworks", swiftSettings: hot),

    .executableTarget(
      name: "engine-bench", dependencies: ["NeuralNetwork"], path: "Tests/Benchmarks/Engine",
      exclude: ["bench.py", "bench.sh"], swiftSettings: strict),

    // Floor 2: the scheduler, a value without any input or output.
    .target(
      name: "Scheduling",
      dependencies: [
        "Hashing",
        .product(name: "DequeModule", package: "swift-collections"),
        .product(name: "HeapModule", package: "swift-collections"),
      ], swiftSettings: hot),
    .testTarget(name: "SchedulingTests", dependencies: ["Hashing", "Scheduling"], swiftSettings: strict),

    // What simulations share, and the scheduler among workers by the thousand.
    .target(
      name: "VirtualTime", dependencies: ["Hashing", .product(name: "HeapModule", package: "swift-collections")],
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
        "SimulatedDisk", "SweepHost", "SweepRecords", "VirtualTime", "Work",
        .product(name: "Logging", package: "swift-log"),
      ], path: "Tests/Simulation/Worlds", swiftSettings: hot),
    .executableTarget(
      name: "simulate", dependencies: ["Simulation", "VirtualTime"],
      path: "Tests/Simulation/simulate", swiftSettings: strict),
    .testTarget(
      name: "SimulationTests", dependencies: ["LargeSimulation", "Simulation"], swiftSettings: strict),

    // Floor 3: one interferogram in, one result out.
    .target(
      name: "Detection",
      dependencies: [
        "Hashing", "Imaging", "Interferometry", "NeuralNetwork",
      ], swiftSettings: hot),
    .testTarget(
      name: "DetectionTests",
      dependencies: [
        "AnotherProcess", "Detection", "Imaging", "Interferometry", "NetworkTraining", "NeuralNetwork",
      ],
      swiftSettings: strict),

    // Floor 3: from products as their users have them to the archive.
    .target(
      name: "Ingestion",
      dependencies: [
        "ChildProcesses", "FileReasons", "Files", "Interferometry", "Isolation", "Names", "RasterIO",
        "StandardStreams", "Tables",
      ],
      swiftSettings: hot),
    .testTarget(
      name: "IngestionTests", dependencies: ["CHDF5", "Ingestion", "Interferometry", "RasterIO", "Tables"],
      exclude: ["Expected"],
      swiftSettings: hot),

    // Floor 3: synthetic interferograms.
    .target(
      name: "Synthesis",
      dependencies: [
        "CGDAL", "FileReasons", "Files", "Hashing", "Interferometry", "ProcessResources", "RasterIO", "Tables",
      ],
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
        "FileReasons", "Imaging", "Interferometry", "Names", "NeuralNetwork",
        .product(name: "Yams", package: "Yams"),
      ],
      swiftSettings: strict),
    .testTarget(
      name: "JobsTests", dependencies: ["Imaging", "Jobs", "NeuralNetwork", "Scheduling"], swiftSettings: strict),
    .target(
      name: "Messaging",
      dependencies: ["Scheduling", .product(name: "SwiftProtobuf", package: "swift-protobuf")],
      exclude: ["messages.proto", "generate-messages.sh"], swiftSettings: hot),
    .testTarget(name: "MessagingTests", dependencies: ["Messaging", "Scheduling"], swiftSettings: strict),
    .target(
      name: "Transport", dependencies: ["CZeroMQ", "FileReasons", "Files", "Hashing", "ProcessResources"],
      swiftSettings: hot),
    .testTarget(
      name: "TransportTests",
      dependencies: [
        "CZeroMQ", "Hashing", "Transport",
      ], swiftSettings: strict),
    .target(
      name: "SweepRecords", dependencies: ["Interferometry", "Scheduling"], swiftSettings: hot),
    .target(
      name: "Ledger",
      dependencies: [
        "CZlib", "Files", "Hashing", "Interferometry", "Names", "Scheduling", "SweepRecords",
        .product(name: "GRDB", package: "GRDB.swift"), .product(name: "GRDBSQLite", package: "GRDB.swift"),
        .product(name: "Crypto", package: "swift-crypto"),
      ], swiftSettings: hot),
    .testTarget(
      name: "LedgerTests",
      dependencies: [
        "Interferometry", "Ledger", "Narration", "Scheduling", "SimulatedDisk", "SweepRecords", "ledger-bench",
        "volcsweep", .product(name: "GRDB", package: "GRDB.swift"),
      ],
      exclude: ["Released"], swiftSettings: strict),
    .executableTarget(
      name: "ledger-bench",
      dependencies: [
        "Interferometry", "Ledger", "SweepRecords",
      ], path: "Tests/Benchmarks/Ledger",
      swiftSettings: strict),
    // A disk in memory that loses its power, for tests that keep ledgers.
    .target(
      name: "SimulatedDisk", dependencies: ["Hashing", .product(name: "GRDBSQLite", package: "GRDB.swift")],
      path: "Tests/Simulation/SimulatedDisk", swiftSettings: hot),

    // A test in a process with an environment of its own.
    .target(
      name: "AnotherProcess",
      dependencies: [
        .product(name: "Subprocess", package: "swift-subprocess"),
        .product(name: "SystemPackage", package: "swift-system"),
      ], path: "Tests/AnotherProcess", swiftSettings: strict),

    // Floor 4: the two event loops, and the files by which a worker is known to whoever started it.
    .target(
      name: "WorkerTraces", dependencies: ["Hashing", "Messaging", "Names", "Scheduling"], swiftSettings: hot),
    .testTarget(
      name: "WorkerTracesTests", dependencies: ["Messaging", "Scheduling", "WorkerTraces"], swiftSettings: strict),
    .target(
      name: "Work",
      dependencies: [
        "CZlib", "Detection", "FileReasons", "Files", "Hashing", "Imaging", "Interferometry", "Messaging", "Names",
        "NeuralNetwork", "ProcessResources", "RasterIO", "Scheduling", "Transport", "WorkerTraces",
        .product(name: "Logging", package: "swift-log"),
      ], swiftSettings: hot),
    .testTarget(
      name: "WorkTests",
      dependencies: [
        "AnotherProcess", "Detection", "Hashing", "Imaging", "Interferometry", "Messaging", "NeuralNetwork",
        "RasterIO", "Scheduling", "Transport", "Work", "WorkerTraces",
        .product(name: "Logging", package: "swift-log"),
      ],
      exclude: ["Shim"], swiftSettings: strict),
    .executableTarget(
      name: "detection-bench",
      dependencies: ["Detection", "Imaging", "Interferometry", "Messaging", "NeuralNetwork", "RasterIO", "Work"],
      path: "Tests/Benchmarks/Detection", exclude: ["bench.py", "bench.sh"], swiftSettings: strict),
    .executableTarget(
      name: "rescore-bench",
      dependencies: [
        "Hashing", "Imaging", "Interferometry", "Messaging", "NetworkTraining", "NeuralNetwork", "RasterIO",
        "Work",
      ], path: "Tests/Benchmarks/Rescore", swiftSettings: strict),
    .target(
      name: "Coordination",
      dependencies: [
        "Interferometry", "Messaging", "Names", "ProcessResources", "Scheduling", "SweepRecords",
        .product(name: "Logging", package: "swift-log"),
      ], swiftSettings: hot),
    .testTarget(
      name: "CoordinationTests",
      dependencies: [
        "Coordination", "Detection", "Imaging", "Interferometry", "Ledger", "Messaging", "Narration", "Scheduling",
        "SweepHost", "SweepRecords", .product(name: "GRDB", package: "GRDB.swift"),
      ], swiftSettings: strict),

    // Floor 5: the process that hosts a sweep.
    .target(
      name: "SweepHost",
      dependencies: [
        "ChildProcesses", "Coordination", "Detection", "FileReasons", "Files", "Hashing", "Imaging",
        "Interferometry", "Isolation", "Jobs", "Ledger", "Messaging", "Names", "NeuralNetwork", "ProcessResources",
        "RasterIO", "Scheduling", "StandardStreams", "SweepRecords", "Transport", "WorkerTraces",
        .product(name: "Crypto", package: "swift-crypto"), .product(name: "Logging", package: "swift-log"),
        .product(name: "SystemPackage", package: "swift-system"),
      ], swiftSettings: hot),
    .testTarget(
      name: "SweepHostTests",
      dependencies: [
        "Coordination", "Detection", "Imaging", "Interferometry", "Ledger", "Messaging", "Names",
        "NetworkTraining", "NeuralNetwork", "ProcessResources", "RasterIO", "SweepHost", "SweepRecords",
        "Transport", "WorkerTraces", "volcsweep", .product(name: "GRDB", package: "GRDB.swift"),
        .product(name: "Logging", package: "swift-log"),
      ],
      exclude: ["Inputs/Shim"], swiftSettings: strict),

    .executableTarget(
      name: "dispatch-bench",
      dependencies: [
        "Coordination", "Detection", "Imaging", "Interferometry", "Ledger", "Messaging", "Reduction", "SweepHost",
        "SweepRecords", "Transport", "Work", .product(name: "Logging", package: "swift-log"),
      ], path: "Tests/Benchmarks/Dispatch", exclude: ["global.sh", "peers.py", "run.sh"],
      swiftSettings: strict),

    // Floor 4: what a ledger knows, in words.
    .target(name: "Narration", dependencies: ["Interferometry", "Ledger", "Names"], swiftSettings: strict),
    .testTarget(
      name: "NarrationTests",
      dependencies: [
        "Interferometry", "Ledger", "Narration", "SweepRecords",
      ], swiftSettings: strict),

    // Floor 4: maps and rankings.
    .target(
      name: "Reduction",
      dependencies: [
        "Detection", "Files", "Gzip", "Hashing", "Imaging", "Interferometry", "Ledger", "Names", "RasterIO",
        "SweepRecords", "Tables", .product(name: "Crypto", package: "swift-crypto"),
      ],
      swiftSettings: hot),
    .testTarget(
      name: "ReductionTests",
      dependencies: [
        "Detection", "Files", "Gzip", "Imaging", "Interferometry", "Ledger", "RasterIO", "Reduction",
        "SweepRecords", .product(name: "GRDB", package: "GRDB.swift"),
      ],
      exclude: ["Expected"], swiftSettings: strict),

    // Floor 4: data sets, training, evaluation.
    .target(
      name: "Learning",
      dependencies: [
        "CGDAL", "CLIBSVM", "CZlib", "FileReasons", "Files", "Gzip", "Hashing", "Imaging", "Interferometry",
        "Ledger", "Names", "NetworkTraining", "NeuralNetwork", "RasterIO", "Synthesis", "Tables",
        .product(name: "Crypto", package: "swift-crypto"),
      ], swiftSettings: hot),
    .testTarget(
      name: "LearningTests",
      dependencies: [
        "Hashing", "Imaging", "Interferometry", "Learning", "Ledger", "NetworkTraining", "NeuralNetwork",
        "RasterIO", "SweepRecords", "Synthesis", "Tables", "volcsweep",
      ],
      exclude: ["Expected"],
      swiftSettings: hot),
    .executableTarget(
      name: "training-bench",
      dependencies: [
        "NetworkTraining"
      ], path: "Tests/Benchmarks/Training", exclude: ["bench.py", "bench.sh"], swiftSettings: strict),

    // Floor 5: what a site's Slurm is asked for.
    .target(
      name: "Slurm",
      dependencies: [
        "ChildProcesses", "FileReasons", "Files", "Jobs", .product(name: "Yams", package: "Yams"),
      ],
      swiftSettings: strict),
    .testTarget(name: "SlurmTests", dependencies: ["Slurm", "Jobs"], swiftSettings: strict),

    // Damaged inputs for every decoder of our own, and the program that throws them.
    .target(
      name: "FuzzHarness",
      dependencies: [
        "CProcess", "CZlib", "ChildProcesses", "Coordination", "Detection", "Gzip", "Hashing", "Imaging",
        "Ingestion", "Interferometry", "Isolation", "Jobs", "Learning", "Messaging", "Names", "NetworkTraining",
        "NeuralNetwork", "RasterIO", "Reduction", "Scheduling", "Tables", "Work",
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
        "Jobs", "Learning", "Ledger", "Names", "Narration", "NetworkTraining", "NeuralNetwork", "ProcessResources",
        "Reduction", "Slurm", "StandardStreams", "SweepHost", "SweepRecords", "Synthesis", "Tables", "Transport",
        "Work", "WorkerTraces", .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "Logging", package: "swift-log"),
      ],
      resources: [.copy("DefaultModel/default-model.onnx")], swiftSettings: strict),

    // The real program under every kind of trouble.
    .testTarget(
      name: "ChaosTests",
      dependencies: [
        "Hashing", "Interferometry", "Ledger", "Messaging", "NeuralNetwork", "RasterIO", "Scheduling", "Transport",
        "volcsweep", .product(name: "GRDB", package: "GRDB.swift"),
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
