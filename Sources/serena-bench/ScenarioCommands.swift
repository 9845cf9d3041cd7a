// `scenario`, and the options that choose steps and variants.

import ArgumentParser
import SerenaBench

/// Options that choose what of a scenario is wanted, and set its parameters.
struct SelectionOptions: ParsableArguments {
    @Option(name: .customLong("set"), help: "Set a parameter, an axis or a setting of the assistant: NAME=VALUE.")
    var values: [String] = []

    @Option(name: .customLong("tag"), help: "Only steps with this tag; may be given several times.")
    var tags: [String] = []

    @Option(help: "Only steps whose id or tags, or variants whose values, contain this TEXT or match this /REGEX/.")
    var filter: String?

    /// - Throws: `ValidationError` for what cannot be read.
    func selection() throws -> ScenarioSelection {
        do {
            return ScenarioSelection(
                values: try ScenarioSelection.values(values), tags: tags, filter: try filter.map { try StepFilter($0) })
        } catch let error as BenchError {
            throw ValidationError(error.description)
        }
    }

    func validate() throws {
        _ = try selection()
    }
}

struct ScenarioCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "scenario", abstract: "Check, show and begin scenarios.",
        subcommands: [Lint.self, List.self, Show.self, New.self, Schema.self])

    struct Lint: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Check scenarios with everything they include and every recording.",
            discussion: """
                Example:
                  serena-bench scenario lint ted smoke
                """)

        @Argument(help: "Scenario files, or their names.", completion: .file(extensions: ["yaml"]))
        var scenarios: [String]
        @OptionGroup var common: CommonOptions

        func run() async throws {
            let scenarios = scenarios
            try await common.perform { await $0.lintScenarios(scenarios) }
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Name every scenario.")

        @OptionGroup var common: CommonOptions

        func run() async throws {
            try await common.perform { await $0.listScenarios() }
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show the steps and variants of a scenario.",
            discussion: """
                Example:
                  serena-bench scenario show noisy-room --filter 10dB
                """)

        @Argument(help: "A scenario file, or its name.", completion: .file(extensions: ["yaml"])) var scenario: String
        @OptionGroup var selection: SelectionOptions
        @OptionGroup var common: CommonOptions

        func run() async throws {
            let (scenario, selection) = (scenario, try selection.selection())
            try await common.perform { await $0.showScenario(scenario, selection: selection) }
        }
    }

    struct New: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Write a commented scenario to begin with.")

        @Argument(help: "Its name.") var name: String
        @OptionGroup var common: CommonOptions

        func run() async throws {
            let name = name
            try await common.perform { await $0.newScenario(name) }
        }
    }

    struct Schema: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Print the JSON Schema of scenario files, for editors.")

        @OptionGroup var common: CommonOptions

        func run() async throws {
            try await common.perform { await $0.printScenarioSchema() }
        }
    }
}
