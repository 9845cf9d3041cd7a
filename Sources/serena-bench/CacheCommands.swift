// `cache` and its subcommands.

import ArgumentParser
import BytecodeCache
import EvaluationInterface
import Foundation
import SerenaBench
import SerenaEngine

struct CacheCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cache",
        abstract: "Look after the cache of compiled tasks: figures, compiling ahead, checks, repair.",
        discussion: """
            Examples:
              serena-bench cache warm ted            compile what the scenario needs, before it begins
              serena-bench cache stats               hits, misses and time saved
              serena-bench cache stats --format json
              serena-bench cache verify              read every entry; exits with 3 when one is damaged
              serena-bench cache repair              take out what is damaged, and keep the rest
              serena-bench cache clear

            The cache lies in the folder Cache of the project that SERENA_HOME names, else in ~/.cache/serena.
            """,
        subcommands: [Stats.self, Warm.self, Verify.self, Repair.self, Clear.self])

    enum Format: String, ExpressibleByArgument, CaseIterable {
        case text, json
    }

    struct Place: ParsableArguments {
        @Option(help: "Where the cache lies. Default: its usual place.", completion: .directory)
        var folder: String?
        @OptionGroup var common: CommonOptions

        /// Does `body` with the cache, and turns what it throws into a message and an exit code.
        func perform(
            _ body: @escaping @Sendable (BytecodeCacheManager, BenchEnvironment) throws -> SerenaBench.ExitCode
        ) async throws {
            let configuration = ProgramCache.configuration(folder: folder)
            try await common.perform { environment in
                guard configuration.folder != nil else {
                    environment.terminal.problem("there is no place for a cache: neither SERENA_HOME nor HOME is set")
                    return .usage
                }
                do {
                    return try body(BytecodeCacheManager(configuration), environment)
                } catch {
                    environment.terminal.problem("\(error)")
                    return .usage
                }
            }
        }
    }

    struct Stats: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Print what each program was worth keeping for, and which tasks are asked for.",
            discussion: """
                Examples:
                  serena-bench cache stats
                  serena-bench cache stats --format json
                """)

        @Option(help: "text or json.") var format = Format.text
        @OptionGroup var place: Place

        func run() async throws {
            let format = format
            try await place.perform { cache, environment in
                let statistics = CacheStatistics(of: cache)
                environment.terminal.result(format == .json ? try statistics.json : statistics.text)
                return .pass
            }
        }
    }

    struct Warm: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Compile tasks before they are needed.",
            discussion: """
                Examples:
                  serena-bench cache warm                  the tasks that come with the assistant
                  serena-bench cache warm ted audience     the tasks of scenarios
                  serena-bench cache warm tasks.ftai       a document
                """)

        @Argument(help: "Scenarios, or documents (.ftai). Default: the tasks that come with the assistant.")
        var names: [String] = []
        @OptionGroup var place: Place

        func run() async throws {
            let names = names
            try await place.perform { cache, environment in
                let documents =
                    try names.isEmpty ? [("assistant.ftai", [])] : names.map { ($0, try $0.documents(environment)) }
                let done = cache.precompile(
                    try documents.map { ($0.0, try StandardTasks.compilation(ofDocuments: $0.1)) })
                cache.flush()
                let (compiled, ready) = (done.compiled.count, done.ready)
                environment.terminal.result(
                    "compiled: \(compiled), ready before: \(ready), failed: \(done.failed.count)")
                for name in done.failed {
                    environment.terminal.problem("the tasks of \(name) do not compile; see 'scripts/ftai lint'")
                }
                return done.failed.isEmpty ? .pass : .usage
            }
        }
    }

    struct Verify: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Read every entry, and say whether any is damaged. Changes nothing.",
            discussion: """
                Example:
                  serena-bench cache verify
                """)

        @OptionGroup var place: Place

        func run() async throws {
            try await place.perform { cache, environment in
                let found = cache.verify()
                if let obstacle = found.obstacle {
                    environment.terminal.problem("the cache was not looked at as a whole: \(obstacle)")
                    return .usage
                }
                environment.terminal.result(found.text)
                return found.isSound ? .pass : .failed
            }
        }
    }

    struct Repair: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Take out what is damaged; what is sound stays.",
            discussion: """
                Example:
                  serena-bench cache repair
                """)

        @OptionGroup var place: Place

        func run() async throws {
            try await place.perform { cache, environment in
                let found = cache.repair()
                if let obstacle = found.obstacle {
                    environment.terminal.problem("nothing was repaired: \(obstacle)")
                    return .usage
                }
                let cleaned = cache.optimizeCache()
                environment.terminal.result(found.text)
                environment.terminal.result("the database takes \(cleaned.size) bytes now")
                return cache.verify().isSound ? .pass : .failed
            }
        }
    }

    struct Clear: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Delete everything in the cache.",
            discussion: """
                Example:
                  serena-bench cache clear
                """)

        @OptionGroup var place: Place

        func run() async throws {
            try await place.perform { cache, environment in
                do throws(CacheObstacle) {
                    try cache.clear()
                } catch {
                    environment.terminal.problem("nothing was deleted: \(error.reason)")
                    return .usage
                }
                environment.terminal.note("the cache is empty")
                return .pass
            }
        }
    }
}

extension String {
    /// The documents that a name means: a document itself, or those of a scenario.
    fileprivate func documents(_ environment: BenchEnvironment) throws -> [String] {
        if hasSuffix(".ftai") { return [self] }
        let path = try ScenarioLocator.find(self, from: environment.directory, home: environment.home)
        let loaded = try LoadedScenario(path: path)
        return (loaded.scenario.assistant["tasks"] ?? []).map { document in
            document.hasPrefix("/") ? document : "\(loaded.folder)/\(document)"
        }
    }
}

extension CacheInspection {
    fileprivate var text: String {
        let entries = "\(sound) sound, \(damaged) damaged, \(ofOtherCompilers) of other compilers"
        return problems.isEmpty ? entries : "\(entries)\nthe file: \(problems.joined(separator: "; "))"
    }
}

/// What `cache stats` prints.
struct CacheStatistics: Encodable {
    struct Task: Encodable {
        /// The program that it belongs to, after which talks are named.
        let program: String
        let task: String
        let uses: Int
        /// Its part of the time that the program has saved, in proportion to its uses, in nanoseconds.
        let savedNs: Int
    }

    let schemaVersion = 1
    let kind = "cacheStatistics"
    let database: String
    let sizeBytes: Int
    let programs: [ProgramFigures]
    let tasks: [Task]

    init(of cache: BytecodeCacheManager) {
        programs = cache.programs
        let (patterns, programs) = (cache.patterns, self.programs)
        tasks = patterns.talks.flatMap { talk in
            let saved = programs.filter { $0.program == talk }.reduce(0) { $0 + $1.savedNs }
            let totals = patterns.totals(ofTalk: talk)
            let all = Double(max(1, totals.reduce(0) { $0 + $1.count }))
            return totals.map { operation, count in
                Task(
                    program: talk, task: operation, uses: count, savedNs: Int(Double(saved) * Double(count) / all))
            }
        }.sorted { ($1.savedNs, $1.uses, $0.task) < ($0.savedNs, $0.uses, $1.task) }
        database = cache.databasePath ?? ""
        sizeBytes = cache.sizeOnDisk
    }

    var json: String {
        get throws {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
            return String(decoding: try encoder.encode(self), as: UTF8.self)
        }
    }

    var text: String {
        let hits = programs.reduce(0) { $0 + $1.memoryHits + $1.diskHits }
        let misses = programs.reduce(0) { $0 + $1.compilations }
        var report = EvaluationReport(name: "cache", title: "\(database): \(sizeBytes) bytes")
        report.tables.append(
            EvaluationTable(
                title: "Programs",
                columns: [
                    "program", "level", "compiler", "memory", "disk", "compiled", "takes µs", "saved ms", "bytes",
                ],
                rows: programs.map { program in
                    [
                        program.program, program.level, program.compiler, "\(program.memoryHits)",
                        "\(program.diskHits)",
                        "\(program.compilations)", "\(program.compilationNs / 1_000)",
                        String(format: "%.1f", Double(program.savedNs) / 1e6), "\(program.size)",
                    ]
                }))
        if !tasks.isEmpty {
            report.tables.append(
                EvaluationTable(
                    title: "Tasks that were asked for", columns: ["program", "task", "uses", "saved ms"],
                    rows: tasks.map {
                        [$0.program, $0.task, "\($0.uses)", String(format: "%.1f", Double($0.savedNs) / 1e6)]
                    }))
        }
        if hits + misses > 0 {
            let rate = Double(hits) / Double(hits + misses) * 100
            report.notes.append(String(format: "hit rate %.0f %% of %d requests", rate, hits + misses))
        }
        return EvaluationText.render(report, usesColour: false)
    }
}
