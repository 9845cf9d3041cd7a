// `simulate`.

import ArgumentParser
import Foundation
import SerenaBench

struct Simulate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Hold random talks with random faults on the virtual clock.",
        discussion: """
            Talks are made of the steps of a scenario, in random order, with random pauses and faults. Every turn must be answered, or
            fail by the name of a fault that was injected. The same seed gives the same talks.

            Examples:
              serena-bench simulate --talks 10000 --seed 1
              serena-bench simulate ted --seed 1 --talk 4711 --service-times Reports/simulation-20260101T120000Z/service-times.json
            """)

    @Argument(
        help: "The scenario whose steps are used: a file, or its name in the folder Scenarios.",
        completion: .file(extensions: ["yaml"]))
    var scenario = "ted"

    @Option(help: "How many talks.")
    var talks = 1_000

    @Option(help: "The seed of everything random.")
    var seed: UInt64 = 1

    @Option(help: "Hold this talk alone, counted from 0, and show it turn by turn.")
    var talk: Int?

    @Option(help: "Recorded service times. Default: they are recorded first.", completion: .file(extensions: ["json"]))
    var serviceTimes: String?

    @Option(help: "The folder of the report. Default: a new one in Reports.", completion: .directory)
    var output: String?

    @Option(help: "Talks at a time. Default: one for each core.")
    var atOnce: Int?

    @OptionGroup var common: CommonOptions

    func validate() throws {
        guard (1...1_000_000).contains(talks) else { throw ValidationError("--talks must lie between 1 and 1000000") }
        guard (talk ?? 0) >= 0 else { throw ValidationError("--talk is counted from 0") }
        guard (1...256).contains(atOnce ?? 1) else { throw ValidationError("--at-once must lie between 1 and 256") }
    }

    func run() async throws {
        let request = SimulationRequest(
            scenario: scenario, talks: talks, seed: seed, talk: talk, serviceTimes: serviceTimes, output: output,
            atOnce: atOnce ?? ProcessInfo.processInfo.activeProcessorCount)
        try await common.perform { await $0.simulate(request) }
    }
}
