// A project in a temporary folder, and an environment in which its scenario takes no time.

import AssistantInterface
import Foundation
import Instrumentation
import SerenaAudio
import Synchronization

@testable import SerenaBench

/// A folder with a scenario `tiny` of burst steps. Thrown away at the end.
final class TinyProject: Sendable {
    let folder: String
    let said = Mutex("")

    /// - Parameter steps: the lines below `steps:`; the recording is `burst.wav`.
    init(
        _ steps: String = "  - {id: one, say: tone, audio: burst.wav}\n  - {id: two, say: tone, audio: burst.wav}\n",
        thresholds: String = "[p(50)<500ms]"
    ) throws {
        folder = try temporaryFolder()
        let scenarios = folder + "/Scenarios"
        try FileManager.default.createDirectory(atPath: scenarios, withIntermediateDirectories: true)
        try Data("name: tiny\nthresholds: \(thresholds)\nsteps:\n\(steps)".utf8)
            .write(to: URL(fileURLWithPath: scenarios + "/tiny.yaml"))
        let silence = [Float](repeating: 0, count: 1_600)
        try AudioFile.write(
            Recording(samples: silence + CalibrationAssistant.burst + silence, sampleRate: 16_000),
            to: scenarios + "/burst.wav")
    }

    deinit {
        try? FileManager.default.removeItem(atPath: folder)
    }

    /// An environment whose assistant follows `script`, one list of acts for each utterance of a run.
    func environment(_ script: [[Act]]) -> BenchEnvironment {
        let clock = JumpClock()
        let write: Terminal.Writer = { text in self.said.withLock { $0 += text } }
        return BenchEnvironment(
            directory: folder, clock: clock, now: { Date(timeIntervalSince1970: 1_767_225_600) },
            terminal: Terminal(isInteractive: false, usesColour: false, isQuiet: false, out: write, err: write),
            makeAssistant: { _ in ScriptedAssistant(script, clock: clock) })
    }

    var output: String { said.withLock(\.self) }
}

extension Act {
    /// A whole answer, with marks that add up, `delay` milliseconds after a burst of 300 ms.
    static func answer(turn: Int, after delay: Int, misplacedBy error: Int = 0) -> [Act] {
        [
            .begin(at: 50, turn: turn), .play(at: 300 + delay),
            Act(
                at: .milliseconds(300 + delay + 20),
                deed: .endMarked(
                    turn: turn, endpoint: .milliseconds(300 + delay - 10),
                    firstAudio: .milliseconds(300 + delay + error),
                    response: "tone")),
        ]
    }
}
