// swift-tools-version: 6.2
import PackageDescription

// The modules, floor by floor. A module imports only from the floors below its own; `docs/architecture.md` has the
// same table in words, and `ArchitectureTests` holds this file, that table and the imports to each other.

let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let yams = Target.Dependency.product(name: "Yams", package: "Yams")
let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let sqlite = Target.Dependency.product(name: "GRDBSQLite", package: "GRDB.swift")
let metrics = Target.Dependency.product(name: "Metrics", package: "swift-metrics")
let mustache = Target.Dependency.product(name: "Mustache", package: "swift-mustache")
let alsa = Target.Dependency.target(name: "CALSA", condition: .when(platforms: [.linux]))
let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")

let package = Package(
    name: "Serena",
    platforms: [.macOS(.v15)],
    products: [
        .executable(name: "serena-bench", targets: ["serena-bench"]),
        .executable(name: "ftai", targets: ["ftai"]),
        .library(name: "SerenaEngine", targets: ["SerenaEngine"]),
        .library(name: "SerenaBench", targets: ["SerenaBench"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.1"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    ],
    targets: [
        // C libraries, one thin module each.
        .systemLibrary(name: "CALSA", pkgConfig: "alsa", providers: [.apt(["libasound2-dev"])]),
        .systemLibrary(name: "CSndfile", pkgConfig: "sndfile", providers: [.apt(["libsndfile1-dev"])]),
        .systemLibrary(name: "CFlite", providers: [.apt(["flite1-dev"])]),
        .systemLibrary(
            name: "CPocketSphinx", pkgConfig: "pocketsphinx", providers: [.apt(["libpocketsphinx-dev"])]),
        .target(name: "CONNXRuntime"),

        // Floor 0
        .target(name: "Instrumentation"),
        .target(name: "BenchStatistics"),
        .target(name: "JSONText"),

        // Floor 1
        .target(
            name: "SerenaAudio",
            dependencies: [
                "CSndfile", "Instrumentation", alsa,
            ]),
        .target(name: "EvaluationInterface", dependencies: ["Instrumentation"]),
        .target(name: "SerenaStore", dependencies: ["Instrumentation", grdb]),
        .target(name: "FTAI", dependencies: ["JSONText"]),
        .target(name: "SerenaNetBytecode", dependencies: ["JSONText", crypto]),

        // Floor 2
        .target(name: "AssistantInterface", dependencies: ["Instrumentation", "SerenaAudio"]),
        .target(name: "SerenaNetVM", dependencies: ["Instrumentation", "SerenaNetBytecode", crypto]),
        .target(name: "FTAICompiler", dependencies: ["FTAI", "SerenaNetBytecode", crypto]),

        // Floor 3
        .target(
            name: "BytecodeCache",
            dependencies: ["FTAI", "FTAICompiler", "SerenaNetBytecode", crypto, grdb, sqlite]),
        .target(
            name: "TaskInspection",
            dependencies: ["FTAI", "FTAICompiler", "Instrumentation", "SerenaNetBytecode", "SerenaNetVM"]),
        .target(
            name: "SerenaSpeech",
            dependencies: [
                "AssistantInterface", "CFlite", "CONNXRuntime", "CPocketSphinx", "Instrumentation", "SerenaAudio",
            ]),
        .target(
            name: "SerenaNetBridge",
            dependencies: [
                "AssistantInterface", "Instrumentation", "SerenaNetBytecode", "SerenaNetVM", "SerenaStore",
            ]),

        // Floor 4
        .target(
            name: "LanguageEvaluation",
            dependencies: [
                "BytecodeCache", "EvaluationInterface", "FTAI", "FTAICompiler", "Instrumentation", "SerenaNetBytecode",
                "SerenaNetVM", yams,
            ],
            resources: [
                .embedInCode("Compiler/Resources/fib.ftai"), .embedInCode("Compiler/Resources/float_loop.ftai"),
                .embedInCode("Compiler/Resources/float_recurrence.ftai"),
                .embedInCode("Compiler/Resources/integer_loop.ftai"),
                .embedInCode("Compiler/Resources/modulo_loop.ftai"), .embedInCode("Compiler/Resources/sieve.ftai"),
                .embedInCode("Compiler/Resources/string_building.ftai"),
                .embedInCode("Compiler/Resources/string_map.ftai"),
                .embedInCode("Compiler/Resources/while_loop.ftai"), .embedInCode("Compiler/Resources/bill.ftai"),
                .embedInCode("Compiler/Resources/journey.ftai"),
                .embedInCode("Compiler/Resources/held_collatz.ftai"),
                .embedInCode("Compiler/Resources/held_divisors.ftai"),
                .embedInCode("Compiler/Resources/held_matrix.ftai"),
                .embedInCode("Compiler/Resources/held_schedule.ftai"),
                .embedInCode("Compiler/Resources/held_sorting.ftai"),
                .embedInCode("Compiler/Resources/held_words.ftai"), .embedInCode("Compiler/Resources/bill.lua"),
                .embedInCode("Machine/Resources/closures.ftai"),
                .embedInCode("Machine/Resources/trees.ftai"), .embedInCode("Machine/Resources/live_heap.ftai"),
                .embedInCode("Machine/Resources/budget_kinds.ftai"),
                .embedInCode("Machine/Resources/closures.lua"),
                .embedInCode("Machine/Resources/fib.lua"),
                .embedInCode("Machine/Resources/float_loop.lua"),
                .embedInCode("Machine/Resources/float_recurrence.lua"),
                .embedInCode("Machine/Resources/integer_loop.lua"),
                .embedInCode("Machine/Resources/integer_map.ftai"),
                .embedInCode("Machine/Resources/integer_map.lua"),
                .embedInCode("Machine/Resources/modulo_loop.lua"),
                .embedInCode("Machine/Resources/sieve.lua"),
                .embedInCode("Machine/Resources/string_building.lua"),
                .embedInCode("Machine/Resources/string_map.lua"),
                .embedInCode("Machine/Resources/trees.lua"),
                .embedInCode("Machine/Resources/while_loop.lua"),
            ]),

        .target(
            name: "SerenaEngine",
            dependencies: [
                "AssistantInterface", "BytecodeCache", "FTAI", "FTAICompiler", "Instrumentation", "SerenaAudio",
                "SerenaNetBridge", "SerenaNetBytecode", "SerenaNetVM", "SerenaSpeech", "SerenaStore", crypto, metrics,
            ],
            resources: [.embedInCode("Resources/assistant.ftai")]),
        .target(
            name: "LanguageServer",
            dependencies: [
                "FTAI", "FTAICompiler", "Instrumentation", "SerenaNetBytecode", "SerenaNetVM", "TaskInspection",
            ]),

        // Floor 5
        .target(
            name: "SerenaBench",
            dependencies: [
                "AssistantInterface", "BenchStatistics", "Instrumentation", "JSONText", "SerenaAudio", crypto, grdb,
                mustache, yams,
            ],
            resources: [
                .embedInCode("Resources/report.css"), .embedInCode("Resources/report.mustache"),
                .embedInCode("Resources/hero.mustache"), .embedInCode("Resources/readiness.mustache"),
                .embedInCode("Resources/latency.mustache"), .embedInCode("Resources/comparison.mustache"),
                .embedInCode("Resources/trend.mustache"), .embedInCode("Resources/pairs.mustache"),
                .embedInCode("Resources/turns.mustache"), .embedInCode("Resources/waterfalls.mustache"),
                .embedInCode("Resources/trust.mustache"), .embedInCode("Resources/history.mustache"),
                .embedInCode("Resources/result.schema.json"), .embedInCode("Resources/baseline.schema.json"),
                .embedInCode("Resources/recording.schema.json"), .embedInCode("Resources/history.schema.json"),
                .embedInCode("Resources/scenario.schema.json"), .embedInCode("Resources/ab.schema.json"),
                .embedInCode("Resources/service-times.schema.json"), .embedInCode("Resources/simulation.schema.json"),
                .embedInCode("Resources/suite.schema.json"), .embedInCode("Resources/gate.schema.json"),
                .embedInCode("Resources/sweep.schema.json"), .embedInCode("Resources/sweep.mustache"),
            ]),

        .target(
            name: "SpeechEvaluation",
            dependencies: [
                "AssistantInterface", "BenchStatistics", "EvaluationInterface", "Instrumentation", "SerenaAudio",
                "SerenaEngine", "SerenaSpeech",
            ],
            resources: [.embedInCode("Intents/Resources/utterances.tsv")]),

        // Floor 6
        .executableTarget(
            name: "serena-bench",
            dependencies: [
                "AssistantInterface", "BytecodeCache", "EvaluationInterface", "Instrumentation", "LanguageEvaluation",
                "SerenaBench",
                "SerenaEngine", "SerenaSpeech", "SpeechEvaluation", argumentParser,
            ]),
        .executableTarget(
            name: "ftai",
            dependencies: [
                "BytecodeCache", "FTAI", "FTAICompiler", "Instrumentation", "LanguageServer", "SerenaNetBytecode",
                "SerenaNetVM", "SerenaStore", "TaskInspection", argumentParser,
            ]),

        // Tests
        .testTarget(name: "InstrumentationTests", dependencies: ["Instrumentation"]),
        .testTarget(
            name: "BenchStatisticsTests", dependencies: ["BenchStatistics", "Instrumentation"], exclude: ["Oracle"]),
        .testTarget(name: "JSONTextTests", dependencies: ["JSONText"]),
        .testTarget(name: "FTAITests", dependencies: ["FTAI"]),
        .testTarget(name: "SerenaNetBytecodeTests", dependencies: ["SerenaNetBytecode"]),
        .testTarget(name: "SerenaAudioTests", dependencies: ["SerenaAudio", "CSndfile"], exclude: ["Oracle"]),
        .testTarget(name: "FTAICompilerTests", dependencies: ["FTAICompiler", "SerenaNetVM", crypto]),
        .testTarget(
            name: "FuzzTests",
            dependencies: [
                "FTAI", "FTAICompiler", "Instrumentation", "JSONText", "SerenaNetBytecode", "SerenaNetVM", crypto,
            ],
            exclude: ["Corpus", "Entry", "ftai.dict"]),
        .testTarget(name: "SerenaNetVMTests", dependencies: ["SerenaNetVM"]),
        .testTarget(name: "BytecodeCacheTests", dependencies: ["BytecodeCache", grdb]),
        .testTarget(name: "TaskInspectionTests", dependencies: ["TaskInspection"]),
        .testTarget(name: "LanguageServerTests", dependencies: ["LanguageServer"], exclude: ["Neovim"]),
        .testTarget(name: "SerenaSpeechTests", dependencies: ["SerenaSpeech", "AssistantInterface", "SerenaAudio"]),
        .testTarget(name: "SerenaStoreTests", dependencies: ["SerenaStore"]),
        .testTarget(name: "SerenaNetBridgeTests", dependencies: ["SerenaNetBridge", "FTAICompiler"]),
        .testTarget(
            name: "SerenaEngineTests",
            dependencies: [
                "BytecodeCache", "SerenaEngine", "SerenaNetVM",
                .product(name: "MetricsTestKit", package: "swift-metrics"),
            ]),
        .testTarget(name: "EvaluationInterfaceTests", dependencies: ["EvaluationInterface"]),
        .testTarget(
            name: "LanguageEvaluationTests",
            dependencies: ["EvaluationInterface", "Instrumentation", "LanguageEvaluation"]),
        .testTarget(name: "SpeechEvaluationTests", dependencies: ["SpeechEvaluation"]),
        .testTarget(name: "SerenaBenchTests", dependencies: ["SerenaBench", grdb, yams]),
        .testTarget(name: "ArchitectureTests"),
        .testTarget(name: "DocumentationTests"),
        .testTarget(name: "CommandLineTests", dependencies: ["SerenaBench", "SerenaAudio", yams]),
    ],
    swiftLanguageModes: [.v6]
)

// In continuous integration a warning is an error.
if Context.environment["CI"] != nil {
    for target in package.targets where target.type == .regular || target.type == .executable || target.type == .test {
        target.swiftSettings = (target.swiftSettings ?? []) + [.treatAllWarnings(as: .error)]
    }
}
