// Whether the assistant takes its own voice for somebody else's, and still hears others through it from its first answer on.

import BenchStatistics
import EvaluationInterface
import Foundation
import Instrumentation
import SerenaAudio
import SerenaSpeech

/// The assistant's own voice in every situation in which it is not known yet, on voices and sentences that nothing was chosen by.
struct OwnVoiceEvaluation: Evaluation {
    let name = "own-voice"
    let summary =
        "turns that the assistant's own voice begins: first answers, sudden echoes, other delays, drifting clocks"

    /// What came of one talk without anybody else.
    private struct EchoFinding {
        var situation: OwnVoiceSituation
        var path: LoudspeakerPath
        var turns: Int
        var holds: Int
        var seconds: Double
        var cost: Double
    }

    /// What came of somebody who spoke into an answer.
    private struct InterruptionFinding {
        var situation: OwnVoiceSituation
        var level: Double?
        var stop: Duration?
        var isHeard: Bool
    }

    private static let texts = [
        "I can tell you the time, set a timer, convert miles to kilometers, and remember what you like.",
        "The quick answer is yes, but if you want to know why, it takes a little longer to explain.",
        "Forty two times nineteen is seven hundred and ninety eight, which you may check by hand.",
        "Good evening everybody, my name is Serena, and I am very happy to be on this stage with you.",
        "Your favorite season is autumn, your favorite instrument is the cello, and your city is Lisbon.",
        "Sound travels about three hundred and forty meters in a second, much slower than light does.",
    ]

    func run(_ context: EvaluationContext) async throws -> EvaluationReport {
        let voices = [try FliteSynthesizer(voice: .slt), try FliteSynthesizer(voice: .awb)]
        let answers = try voices.map { voice in try Self.texts.map { try ClipLibrary.speak($0, with: voice) } }
        let echoes = try echoes(answers.flatMap { $0 }, context)
        let interruptions = try interruptions(answers[0], context)
        return report(echoes, interruptions)
    }

    private func echoes(_ answers: [[Float]], _ context: EvaluationContext) throws -> [EchoFinding] {
        var random = SeededGenerator(seed: context.seed)
        var findings: [EchoFinding] = []
        let levels = context.isQuick ? [-12] : LoudspeakerPath.levels
        let rooms = context.isQuick ? [LoudspeakerPath.rooms[0]] : LoudspeakerPath.rooms
        let count = OwnVoiceSituation.allCases.count * levels.count * LoudspeakerPath.delays.count * rooms.count
        for situation in OwnVoiceSituation.allCases {
            for level in levels {
                for (index, delay) in LoudspeakerPath.delays.enumerated() {
                    for room in rooms {
                        try Task.checkCancellation()
                        let next = LoudspeakerPath.delays[(index + 2) % LoudspeakerPath.delays.count]
                        let path = LoudspeakerPath(level: level, delay: delay, room: room)
                        let parts = situation.paths(path, next: next).map {
                            (answer: answers[Int.random(in: 0..<answers.count, using: &random)], path: $0)
                        }
                        findings.append(
                            listen(OwnVoiceTalk(parts, seed: random.next() >> 1), situation, path))
                        context.progress("echoes", Double(findings.count) / Double(count))
                    }
                }
            }
        }
        return findings
    }

    private func listen(_ talk: OwnVoiceTalk, _ situation: OwnVoiceSituation, _ path: LoudspeakerPath) -> EchoFinding {
        var listener = DuplexListener(detector: EnergyVoiceActivityDetector())
        let before = ProcessUsage.current().cpu
        let outcome = talk.listen(&listener)
        return EchoFinding(
            situation: situation, path: path, turns: outcome.turns.count, holds: outcome.holds.count,
            seconds: talk.seconds, cost: (ProcessUsage.current().cpu - before).milliseconds / 1_000)
    }

    // MARK: - Others

    private func interruptions(_ answers: [[Float]], _ context: EvaluationContext) throws -> [InterruptionFinding] {
        var random = SeededGenerator(seed: context.seed &+ 5)
        let clips = try ClipLibrary(home: context.home, seed: context.seed).test.filter { $0.kind == .speech }
            .shuffled(using: &random)
        guard !clips.isEmpty else { return [] }
        let count = context.isQuick ? 10 : 300
        let levels = [nil] + LoudspeakerPath.levels.map(Optional.some)
        var findings: [InterruptionFinding] = []
        for situation in [OwnVoiceSituation.first, .sudden] {
            for index in 0..<count {
                try Task.checkCancellation()
                let level = levels[index % levels.count]
                let path = LoudspeakerPath(
                    level: level, delay: LoudspeakerPath.delays[index / levels.count % LoudspeakerPath.delays.count],
                    room: LoudspeakerPath.rooms[index / 20 % 2])
                let clip = clips[(index + index / clips.count) % clips.count]
                    .at(level: speechLevel + Double.random(in: -4...4, using: &random))
                findings.append(interrupt(answers, clip, path, situation, &random))
                context.progress("interruptions", Double(findings.count) / Double(2 * count))
            }
        }
        return findings
    }

    /// Somebody begins to speak 0.2 to 0.5 s after an answer does whose echo is not known.
    private func interrupt(
        _ answers: [[Float]], _ clip: SoundClip, _ path: LoudspeakerPath, _ situation: OwnVoiceSituation,
        _ random: inout SeededGenerator
    ) -> InterruptionFinding {
        let chosen = answers.shuffled(using: &random).prefix(2)
        var parts = chosen.map { (answer: $0, path: path) }
        if situation == .first { parts.removeFirst() } else { parts[0].path = LoudspeakerPath() }
        var talk = OwnVoiceTalk(parts, seed: random.next() >> 1)
        let lead = AudioFrame.sampleRate
        let begin = lead + parts.dropLast().reduce(0) { $0 + $1.answer.count + lead }
        let onset = begin + Int.random(in: 3_200...8_000, using: &random)
        talk.add(clip.samples, at: onset)
        var listener = DuplexListener(detector: EnergyVoiceActivityDetector())
        let outcome = talk.listen(&listener, until: onset + clip.samples.count + 3_200)
        let stop = outcome.holds.first { $0 > onset }
        return InterruptionFinding(
            situation: situation, level: path.level,
            stop: stop.map { .samples($0 - onset, at: AudioFrame.sampleRate) },
            isHeard: outcome.turns.contains { $0 > onset })
    }

    // MARK: - The report

    private func report(_ echoes: [EchoFinding], _ interruptions: [InterruptionFinding]) -> EvaluationReport {
        var report = EvaluationReport(name: name, title: "The assistant's own voice in its microphone")
        report.tables = [situations(echoes), levels(echoes), stops(interruptions)]
        let turns = echoes.reduce(0) { $0 + $1.turns }
        let minutes = echoes.reduce(0) { $0 + $1.seconds } / 60
        report.goals = [
            EvaluationGoal(
                "turns begun by the assistant's own voice in \(String(format: "%.0f", minutes)) min", goal: "0",
                measured: "\(turns)", isMet: turns == 0)
        ]
        let cost = echoes.reduce(0) { $0 + $1.cost } / max(1, echoes.reduce(0) { $0 + $1.seconds })
        report.notes = [
            "the assistant speaks with the voices slt and awb of flite, two answers to a talk, over delays of 10, 80, 200 and 300 ms, "
                + "in rooms of 0, 0.3 and 0.8 s of reverberation; what is played has a noise of −70 dBFS around it",
            "a turn counts when the detector of levels finds speech that the listener lets through, also in the second after an answer",
            "whoever interrupts begins 0.2 to 0.5 s after an answer whose echo is not known, at −30 to −22 dBFS",
            String(
                format: "the whole ear took %.1f %% of a core while the assistant spoke and after", 100 * cost),
        ]
        return report
    }

    private func situations(_ findings: [EchoFinding]) -> EvaluationTable {
        var table = EvaluationTable(
            title: "Nobody speaks but the assistant, by situation",
            columns: ["situation", "talks", "sound, min", "false turns", "false holds"])
        for situation in OwnVoiceSituation.allCases {
            table.rows.append(Self.row(situation.rawValue, findings.filter { $0.situation == situation }))
        }
        table.rows.append(Self.row("all", findings))
        return table
    }

    private func levels(_ findings: [EchoFinding]) -> EvaluationTable {
        var table = EvaluationTable(
            title: "The same by echo and room", columns: ["echo", "talks", "sound, min", "false turns", "false holds"])
        for level in LoudspeakerPath.levels {
            table.rows.append(Self.row("\(Int(level)) dB", findings.filter { $0.path.level == level }))
        }
        for room in LoudspeakerPath.rooms {
            let title = room.map { String(format: "room of %.1f s", $0.milliseconds / 1_000) } ?? "no room"
            table.rows.append(Self.row(title, findings.filter { $0.path.room == room }))
        }
        return table
    }

    private static func row(_ title: String, _ some: [EchoFinding]) -> [String] {
        [
            title, "\(some.count)", String(format: "%.1f", some.reduce(0) { $0 + $1.seconds } / 60),
            "\(some.reduce(0) { $0 + $1.turns })", "\(some.reduce(0) { $0 + $1.holds })",
        ]
    }

    private func stops(_ findings: [InterruptionFinding]) -> EvaluationTable {
        var table = EvaluationTable(
            title: "Interruptions of answers whose echo is not known yet: from the first sample of speech to the stop",
            columns: ["answer", "echo", "trials", "p50, ms", "p95, ms", "missed, %", "no turn, %"])
        for situation in [OwnVoiceSituation.first, .sudden] {
            for level in [nil] + LoudspeakerPath.levels.map(Optional.some) {
                let some = findings.filter { $0.situation == situation && $0.level == level }
                let stops = some.map(\.stop)
                table.rows.append([
                    situation == .first ? "first of all" : "after one without echo",
                    level.map { "\(Int($0)) dB" } ?? "none", "\(some.count)",
                    EvaluationFigures.milliseconds(EvaluationFigures.quantile(0.5, of: stops)),
                    EvaluationFigures.milliseconds(EvaluationFigures.quantile(0.95, of: stops)),
                    EvaluationFigures.percent(stops.count { $0 == nil }, of: some.count),
                    EvaluationFigures.percent(some.count { !$0.isHeard }, of: some.count),
                ])
            }
        }
        return table
    }
}
