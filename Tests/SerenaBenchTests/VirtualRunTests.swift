// Runs on the virtual clock: exact, repeatable, and made of what a seed says.

import AssistantInterface
import Foundation
import Instrumentation
import Testing

@testable import SerenaBench

@Suite(.timeLimit(.minutes(2))) struct VirtualRunTests {
    /// Bursts against the calibration assistant.
    private static func run(_ source: ServiceTimeSource, bursts: Int = 3) async throws -> (RunRecord, VirtualRecord) {
        let steps = try (0..<bursts).map { try burstStep("burst\($0)") }
        let (record, virtual) = try await RunClock.virtual.perform(realtime: RealtimeClock(), serviceTimes: source) {
            clock in
            await ScenarioRunner(clock: clock).run(
                number: 1, steps: steps, patience: .milliseconds(1_500),
                assistant: CalibrationAssistant(delay: .milliseconds(250), clock: clock), onStep: { _ in })
        }
        return (record, try #require(virtual))
    }

    @Test func theMeasuringErrorIsBelowATenthOfAMillisecond() async throws {
        let result = try await RunClock.virtual.perform(realtime: RealtimeClock()) { clock in
            try await Calibration.measure(delays: Calibration.standardDelays, repeats: 5, clock: clock)
        }.value
        #expect(result.p99Ns <= 100_000)
    }

    @Test func framesAreNeverLate() async throws {
        let (record, _) = try await Self.run(.measured)
        #expect(record.pacingErrors.max() == 0 && record.steps.count == 3)
    }

    @Test func aRunRepeatsItselfFromItsServiceTimes() async throws {
        let (first, virtual) = try await Self.run(.measured)
        let (again, repeated) = try await Self.run(.recorded(virtual.serviceTimes))
        #expect(repeated.digest == virtual.digest && repeated.events == virtual.events)
        let (turns, repeatedTurns) = (
            first.steps.map { TurnResult($0, run: 1) }, again.steps.map { TurnResult($0, run: 1) }
        )
        #expect(turns.count == repeatedTurns.count && zip(turns, repeatedTurns).allSatisfy { $0.isSameTurn(as: $1) })
    }

    @Test func anotherTalkIsAnotherSequence() async throws {
        #expect(try await Self.run(.measured).1.digest != Self.run(.measured, bursts: 2).1.digest)
    }

    @Test(arguments: [
        ("{", "not whole JSON"), (#"{"kind":"serviceTimes","schemaVersion":1,"stretchesNs":{"a":[-1]}}"#, "negative"),
        (#"{"kind":"serviceTimes","schemaVersion":9,"stretchesNs":{}}"#, "version"),
    ])
    func serviceTimesThatCannotBeAreRefused(_ text: String, _ message: String) throws {
        let path = try temporaryFolder() + "/times.json"
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
        let error = #expect(throws: BenchError.self) { try RecordedServiceTimes.read(path) }
        #expect(error?.exitCode == .usage && error?.message.contains(path) == true)
    }
}

@Suite struct ClockAgreementTests {
    private static func turns(_ latencies: [Int?]) -> [TurnResult] { sampleResult(latencies).turns }

    @Test(arguments: [
        ([300, 400], [300, 400], true), ([300, 400], [314, 419], true), ([300, 400], [316, 400], false),
        ([300, 400], [300, 379], false), ([300, nil], [300, 400], false), ([], [], false),
    ])
    func theClocksAgreeWithinFivePercent(_ realtime: [Int?], _ virtual: [Int?], _ agrees: Bool) {
        let agreement = ClockAgreement(realtime: Self.turns(realtime), virtual: Self.turns(virtual))
        #expect(agreement.agrees == agrees)
    }
}

@Suite struct SimulationTests {
    @Test func theSameSeedAndNumberGiveTheSameTalk() {
        let talks = (0..<200).map { SimulatedTalk(seed: 7, number: $0, poolSize: 17) }
        #expect(talks.map(\.lines) == (0..<200).map { SimulatedTalk(seed: 7, number: $0, poolSize: 17).lines })
        #expect(Set(talks.map(\.lines)).count > 190)
        #expect(talks.map(\.lines) != (0..<200).map { SimulatedTalk(seed: 8, number: $0, poolSize: 17).lines })
    }

    @Test func onlyWhatWentWrongIsMendedAndEveryFaultOccurs() {
        var seen: Set<Fault> = []
        for number in 0..<500 {
            var active: Set<Fault> = []
            for line in SimulatedTalk(seed: 1, number: number, poolSize: 3).lines {
                #expect(line.pause >= .zero && line.pause <= .milliseconds(1_500))
                for fault in line.faults {
                    seen.insert(fault)
                    if fault.recovery == nil {
                        #expect(active.contains { $0.recovery == fault })
                        active = active.filter { $0.recovery != fault }
                    } else {
                        active.insert(fault)
                    }
                }
            }
        }
        #expect(seen == Set(Fault.allCases))
    }

    private static func record(_ response: String, heard: Bool, problem: String? = nil) throws -> StepRecord {
        let report = TurnReport(turn: 0, transcript: "tone", response: response, route: .vm, problem: problem)
        let start = Instant(nanoseconds: 0)
        let observation = StepObservation(
            speechStart: start, speechEnd: start + .milliseconds(300),
            firstAudible: heard ? start + .milliseconds(500) : nil,
            turns: [ObservedTurn(number: 0, began: start, ended: start + .seconds(1), report: report)])
        return StepRecord(
            prepared: try burstStep("a"), observation: observation, answer: RecordedAnswer(played: []),
            pacingErrors: [],
            cpu: .zero, residentBytes: nil)
    }

    @Test func aTurnIsAnsweredOrFailsByNameOrIsUnexplained() throws {
        let slow: Set<Fault> = [.recognizerSlow, .voiceFails]
        #expect(SimulatedOutcome(of: try Self.record("tone", heard: true), active: []) == .answered)
        #expect(SimulatedOutcome(of: try Self.record("tone", heard: true), active: slow) == .answered)
        #expect(
            SimulatedOutcome(of: try Self.record("", heard: false, problem: "the voice failed"), active: slow)
                == .failedByName("recognizer-slow and voice-fails"))
        #expect(
            SimulatedOutcome(of: try Self.record("tone", heard: true, problem: "another stood in"), active: slow)
                == .survived("recognizer-slow and voice-fails"))
        // Nobody broke anything, or nobody says what is wrong.
        #expect(
            SimulatedOutcome(of: try Self.record("tone", heard: true, problem: "the voice failed"), active: [])
                == .unexplained("the voice failed"))
        #expect(
            SimulatedOutcome(of: try Self.record("", heard: false), active: slow)
                == .unexplained("no answer was heard"))
    }

    @Test(.timeLimit(.minutes(2))) func theSameTalksComeOutOnAnyNumberOfCores() async throws {
        let pool = try (0..<3).map { try burstStep("burst\($0)") }
        func digests(_ atOnce: Int, seed: UInt64) async throws -> [String] {
            let simulation = Simulation(
                pool: pool, patience: .milliseconds(1_500), settings: [:], scenarioFolder: "", seed: seed,
                serviceTimes: ServiceTimes(),
                makeAssistant: { CalibrationAssistant(delay: .milliseconds(100), clock: $0.clock) })
            return try await simulation.hold(0..<12, atOnce: atOnce, onTalk: { _ in }).map(\.digest)
        }
        let first = try await digests(1, seed: 1)
        #expect(try await digests(4, seed: 1) == first)
        #expect(try await digests(4, seed: 2) != first)
    }
}
