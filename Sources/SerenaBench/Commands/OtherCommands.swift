// `serena-bench calibrate`, `annotate`, `lines` and `doctor`.

import Foundation
import Instrumentation

extension BenchEnvironment {
    /// Finds the measuring error and prints it, delay by delay.
    public func calibrate(delays: [Duration], repeats: Int, on runClock: RunClock = .realtime) async -> ExitCode {
        await reporting {
            let terminal = terminal
            let result = try await runClock.perform(realtime: clock) { clock in
                try await Calibration.measure(delays: delays, repeats: repeats, clock: clock) { delay in
                    terminal.status("measuring \(Figures.milliseconds(delay.nanoseconds)) …")
                }
            }.value
            var lines = [
                "delay     error p50     p99      max   (\(Figures.count(repeats, "answer")) each)"
            ]
            for delay in result.delays {
                let figures = [0.5, 0.99, 1].map { Figures.milliseconds(delay.magnitude(at: $0)) }
                lines.append(
                    ([Figures.milliseconds(delay.delayNs)] + figures).map {
                        String(repeating: " ", count: max(0, 9 - $0.count)) + $0
                    }.joined())
            }
            lines.append(
                "measuring error: \(Figures.milliseconds(result.p99Ns)) (p99), limit "
                    + Figures.milliseconds(CalibrationResult.limitNs(on: runClock)))
            terminal.result(lines.joined(separator: "\n"))
            return ExitCode.of(result.isWithinLimit(on: runClock) ? [] : [.invalid])
        }
    }

    /// Prints what a scenario says, one line for each step: the file of the recording, the voice and the words,
    /// separated by tabs. The recordings need not exist.
    public func lines(of scenario: String) async -> ExitCode {
        await reporting {
            let path = try ScenarioLocator.find(scenario, from: directory, home: home)
            let folder = (path as NSString).deletingLastPathComponent
            for step in try LoadedScenario.linesToRecord(in: path) {
                let file = step.audio.hasPrefix("/") ? step.audio : "\(folder)/\(step.audio)"
                let fields = [file, step.voice ?? Scenario.defaultVoice, step.say]
                terminal.result(fields.map(Terminal.plain).joined(separator: "\t"))
            }
            return .pass
        }
    }

    /// Writes the note beside each recording; text and voice of an earlier note are kept unless they are given.
    public func annotate(recordings: [String], text: String?, voice: String?) async -> ExitCode {
        await reporting {
            for recording in recordings {
                let path = absolute(recording)
                let notePath = RecordingNote.path(besideRecording: path)
                let isTold = text != nil && voice != nil
                let hasEarlier = !isTold && FileManager.default.fileExists(atPath: notePath)
                let earlier = hasEarlier ? try RecordingNote.read(notePath) : nil
                let note = try RecordingNote.annotate(
                    recording: path, text: text ?? earlier?.text, voice: voice ?? earlier?.voice)
                try note.write(besideRecording: path)
                terminal.result(
                    "\(display(notePath)): speech from \(Figures.milliseconds(note.speechStartNs)) to "
                        + Figures.milliseconds(note.speechEndNs))
            }
            return .pass
        }
    }

    /// Shows what is present and what is missing.
    ///
    /// - Returns: ``ExitCode/failed`` when something is missing that nothing can stand in for.
    public func doctor(_ checks: [DoctorCheck]) async -> ExitCode {
        for check in checks { terminal.result(check.line(colouring: terminal.coloured)) }
        let missing = checks.filter { $0.state == .missing }
        terminal.result(
            missing.isEmpty ? "ready to run" : "\(Figures.count(missing.count, "part")) missing")
        return missing.isEmpty ? .pass : .failed
    }

    /// What the harness itself needs.
    public func benchChecks() -> [DoctorCheck] {
        let machine = Machine.current()
        let reports = projectFolder + "/Reports"
        return [
            DoctorCheck(
                name: "machine", state: machine.cores >= 2 ? .ok : .warning,
                detail:
                    "\(machine.cpu), \(Figures.count(machine.cores, "core")), \(machine.memoryBytes >> 30) GiB, "
                    + machine.os,
                remedy: machine.cores >= 2
                    ? nil : "use a machine with two cores; frames will be late on one"),
            DoctorCheck.writable(folder: reports, name: "reports"),
            DoctorCheck.scenarios(in: projectFolder + "/" + ScenarioLocator.folder),
        ]
    }
}
