// `suite`.

import ArgumentParser
import SerenaBench

struct Suite: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Run a suite of named checks.",
        discussion: """
            SerenaNetPerformanceTests: sub-500 ms, concurrency, memory per turn, latency trend, open descriptors, queue depth, frame
            drift, throughput, endurance. DemoReadinessTests: readiness of every scenario, fall-backs, recovery, restart.

            Examples:
              serena-bench suite SerenaNetPerformanceTests --quick
              serena-bench suite DemoReadinessTests --output Reports/demo
            """)

    @Argument(help: "SerenaNetPerformanceTests or DemoReadinessTests.")
    var suite: SuiteName

    @Flag(help: "Measure little: shows that nothing speaks against it, proves nothing.")
    var quick = false

    @Option(help: "The folder of suite.json. Default: a new one in Reports.", completion: .directory)
    var output: String?

    @Option(help: "How late frames may be (p99) before a measurement is invalid.", transform: duration)
    var pacingLimit: Duration = RunRequest.standardPacingLimit

    @Option(help: "realtime or virtual.")
    var clock: RunClock = .realtime

    @Option(help: "serena, or calibration:DELAY.", transform: assistantChoice)
    var assistant: AssistantChoice = .serena

    @Flag(help: "Print suite.json instead of the table.")
    var json = false

    @OptionGroup var common: CommonOptions

    func run() async throws {
        var request = SuiteRequest(
            suite: suite, isQuick: quick, output: output, pacingLimit: pacingLimit, printsJSON: json)
        request.clock = clock
        try await common.perform(assistant: assistant) { [request] in await $0.suite(request) }
    }
}

extension SuiteName: ExpressibleByArgument {}
