// A live conversation on the terminal: what was heard, understood and answered, and where the time went.

import AssistantInterface
import Instrumentation
import SerenaAudio
import Synchronization

/// Shows turns as they happen.
final class Conversation: TurnObserver {
    private struct State {
        var begun = 0
        var ended = 0
        var answered = 0
        var latencies: [Int64] = []
        var partial = ""
        var meter = LevelMeter()
    }

    /// Latencies that are kept for the summary.
    private static let mostLatencies = 10_000

    private let terminal: Terminal
    private let state = Mutex(State())

    init(terminal: Terminal) {
        self.terminal = terminal
    }

    /// Whether a turn is under way.
    var isBusy: Bool {
        state.withLock { $0.begun > $0.ended }
    }

    func hear(_ frame: AudioFrame) {
        let line = state.withLock { state -> String? in
            let reading = state.meter.process(frame.samples)
            return frame.index % 10 == 0 ? MeterText.bar(reading) + "  " + state.partial : nil
        }
        if let line { terminal.status(String(line.prefix(110))) }
    }

    func turnBegan(_ turn: Int, at time: Instant) {
        state.withLock { $0.begun += 1 }
    }

    func turn(_ turn: Int, heardPartial text: String, stable: Int, at time: Instant) {
        state.withLock { $0.partial = Terminal.plain(text) }
    }

    func turnEnded(_ report: TurnReport) {
        let stages = StageLine(report.trace)
        state.withLock { state in
            state.ended += 1
            state.partial = ""
            state.answered += report.response.isEmpty ? 0 : 1
            if let total = stages.total, state.latencies.count < Self.mostLatencies {
                state.latencies.append(total.nanoseconds)
            }
        }
        for line in Self.lines(of: report, stages, terminal) { terminal.result(line) }
    }

    private static func lines(of report: TurnReport, _ stages: StageLine, _ terminal: Terminal) -> [String] {
        var lines = [
            terminal.coloured("you     ", .bold) + (report.transcript.isEmpty ? "…" : Terminal.plain(report.transcript))
        ]
        let slots = report.slots.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
        var intent = report.intent ?? "no intent"
        intent += " \(Figures.percent(report.confidence))" + (slots.isEmpty ? "" : " (\(slots))")
        lines.append(
            "        "
                + terminal.coloured(Terminal.plain("\(intent), \(report.route.rawValue): \(report.routeReason)"), .dim))
        if !report.response.isEmpty {
            lines.append(terminal.coloured("serena  ", .bold) + Terminal.plain(report.response))
        }
        if let problem = report.problem {
            lines.append("        " + terminal.coloured(Terminal.plain(problem), .yellow))
        }
        if stages.total != nil { lines.append("        " + terminal.coloured(stages.text, .dim)) }
        return lines
    }

    /// Turns, answers and latencies in a line.
    var summary: String {
        state.withLock { state in
            var text = "\(Figures.count(state.ended, "turn")), \(state.answered) answered"
            let sorted = state.latencies.sorted()
            if let worst = sorted.last {
                let median = sorted[(sorted.count - 1) / 2]
                text +=
                    "; from the last word to the first sound \(Figures.milliseconds(median)) in the middle, "
                    + "\(Figures.milliseconds(worst)) at most"
            }
            return text
        }
    }
}

/// The stages of a turn in one line: `262 ms ▕█████▓▓░▏ endpoint 240, execution 4, firstAudio 18`.
struct StageLine {
    /// From the last word to the first sound; nil when there was none.
    let total: Duration?
    let text: String

    private static let width = 24
    private static let shades: [Character] = ["█", "▓", "▒", "░"]

    init(_ trace: TurnTrace) {
        guard let speechEnd = trace.end(of: .speechEnd), trace.end(of: .firstAudio) != nil else {
            (total, text) = (nil, "")
            return
        }
        let stages = trace.contributions(since: speechEnd).filter { $0.duration >= .microseconds(500) }
        let sum = stages.reduce(Duration.zero) { $0 + $1.duration }
        var bar = ""
        for (index, stage) in stages.enumerated() {
            let share = Double(stage.duration.nanoseconds) / Double(max(1, sum.nanoseconds))
            let cells = max(1, Int((share * Double(Self.width)).rounded()))
            bar += String(repeating: Self.shades[index % Self.shades.count], count: cells)
        }
        let parts = stages.map { "\($0.stage.rawValue) \(Figures.millisecondsNumber($0.duration.nanoseconds))" }
        total = sum
        text = "\(Figures.milliseconds(sum.nanoseconds)) ▕\(bar)▏ \(parts.joined(separator: ", "))"
    }
}
