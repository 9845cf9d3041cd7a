// A presenter in front of the microphone: line after line, each as often as it takes.

import Foundation
import Instrumentation
import SerenaAudio

/// A line that is to be recorded.
struct LineToRecord: Hashable, Sendable {
    let id: String
    let text: String
    let voice: String
    /// Of the sound file, absolute.
    let path: String
}

/// What the presenter thinks of a take.
public enum TakeDecision: Sendable {
    case keep, again, skip, quit
}

/// Takes frames, cuts takes out of them, and writes those that are kept.
actor RecordingSession {
    private let lines: [LineToRecord]
    private let environment: BenchEnvironment
    private let ask: (@Sendable () async -> TakeDecision)?
    private let finished: @Sendable () -> Void
    private var detector = EnergyVoiceActivityDetector()
    private var meter = LevelMeter()
    private var take = TakeRecorder()
    private var current = 0
    /// Frames from before are what was heard while the presenter was asked.
    private var resumes = Instant(nanoseconds: .min)
    private var isBusy = false
    private(set) var kept: [String] = []
    private(set) var problem: BenchError?

    /// - Parameters:
    ///   - ask: asks the presenter about a take; nil keeps every take.
    ///   - finished: called when there is nothing more to record.
    init(
        lines: [LineToRecord], environment: BenchEnvironment, ask: (@Sendable () async -> TakeDecision)?,
        finished: @escaping @Sendable () -> Void
    ) {
        self.lines = lines
        self.environment = environment
        self.ask = ask
        self.finished = finished
    }

    /// The ids of the lines that were not recorded.
    var left: [String] {
        lines.map(\.id).filter { !kept.contains($0) }
    }

    /// Shows the line that is to be spoken.
    func announce() {
        guard current < lines.count else { return finished() }
        let line = lines[current]
        environment.terminal.note("\(current + 1)/\(lines.count)  \(line.id): \(Terminal.plain(line.text))")
    }

    func hear(_ frame: AudioFrame) async {
        let isSpeech = detector.process(frame).isSpeech
        guard !isBusy, current < lines.count, problem == nil, frame.time >= resumes else { return }
        let reading = meter.process(frame.samples)
        if frame.index % 10 == 0 {
            environment.terminal.status((take.isSpeaking ? "recording " : "waiting   ") + MeterText.bar(reading))
        }
        guard take.hear(frame.samples, isSpeech: isSpeech) else { return }
        let samples = take.samples
        take = TakeRecorder()
        isBusy = true
        await conclude(samples, at: frame.time)
        isBusy = false
    }

    /// Judges a take, asks what to do with it, and goes on to the next line.
    private func conclude(_ samples: [Float], at time: Instant) async {
        let line = lines[current]
        guard let speech = SpeechAnnotation.find(in: samples, sampleRate: AudioFrame.sampleRate) else {
            environment.terminal.note("     no speech stands out from the background; once more, please")
            return
        }
        for warning in TakeQuality.warnings(samples, speech) {
            environment.terminal.note("     \(environment.terminal.coloured("!", .yellow)) \(warning)")
        }
        var decision = TakeDecision.keep
        if let ask {
            decision = await ask()
            resumes = max(time, environment.clock.now)
        }
        switch decision {
        case .keep: keep(samples, line)
        case .again: break
        case .skip: current += 1
        case .quit: return finished()
        }
        if problem == nil { announce() }
    }

    private func keep(_ samples: [Float], _ line: LineToRecord) {
        do throws(BenchError) {
            let note = try TakeFile.write(samples, of: line)
            kept.append(line.id)
            current += 1
            environment.terminal.result(
                "\(environment.display(line.path)): speech from \(Figures.milliseconds(note.speechStartNs)) to "
                    + Figures.milliseconds(note.speechEndNs))
        } catch {
            problem = error
            finished()
        }
    }
}

/// Puts a take on disk: the sound and the note beside it, both or neither.
enum TakeFile {
    static func write(_ samples: [Float], of line: LineToRecord) throws(BenchError) -> RecordingNote {
        let url = URL(fileURLWithPath: line.path)
        let draft = url.deletingLastPathComponent().appendingPathComponent(".take-\(url.lastPathComponent)").path
        defer { try? FileManager.default.removeItem(atPath: draft) }
        do {
            try FileManager.default.createDirectory(
                at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
            try AudioFile.write(Recording(samples: samples, sampleRate: AudioFrame.sampleRate), to: draft)
        } catch {
            throw BenchError(.output, "\(line.path) cannot be written: \(FileProblem.describe(error))")
        }
        let note = try RecordingNote.annotate(recording: draft, text: line.text, voice: line.voice)
        // The note first: a sound without a note would be used with bounds of its own.
        try note.write(besideRecording: line.path)
        guard rename(draft, line.path) == 0 else {
            throw BenchError(.output, "\(line.path) cannot be written: \(String(cString: strerror(errno)))")
        }
        return note
    }
}
