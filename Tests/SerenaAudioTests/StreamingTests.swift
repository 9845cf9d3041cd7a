// Sound that is taken piece by piece: files of every kind, resampling, levels.

import CSndfile
import Foundation
import Instrumentation
import Synchronization
import Testing

@testable import SerenaAudio

@Suite struct StreamingTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    @Test(arguments: [(8_000, 16_000), (44_100, 16_000), (48_000, 16_000), (16_000, 22_050), (44_101, 16_000)])
    func piecesAreResampledLikeTheWhole(from source: Int, to target: Int) throws {
        let length = source == 44_101 ? 2_000 : 5_000
        let sound = Array(Signal.noise(-20, seconds: 1, seed: 7, rate: source).prefix(length))
        var streaming = try StreamingResampler(from: source, to: target)
        var random = SeededRandom(3)
        for _ in 0..<2 {
            var pieces: [Float] = []
            var rest = sound[...]
            while !rest.isEmpty {
                let piece = rest.prefix(Int.random(in: 1...700, using: &random))
                rest = rest.dropFirst(piece.count)
                pieces += streaming.process(Array(piece))
            }
            pieces += streaming.finish()
            #expect(pieces == (try Resampler(from: source, to: target).resample(sound)))
        }
    }

    struct File: Sendable, CustomTestStringConvertible {
        let format: Int
        let channels: Int
        let rate: Int
        var testDescription: String { "format \(format), \(channels) channels, \(rate) Hz" }
    }

    @Test(arguments: [
        File(format: SF_FORMAT_WAV | SF_FORMAT_PCM_U8, channels: 1, rate: 8_000),
        File(format: SF_FORMAT_AIFF | SF_FORMAT_PCM_16, channels: 2, rate: 11_025),
        File(format: SF_FORMAT_OGG | SF_FORMAT_VORBIS, channels: 2, rate: 22_050),
        File(format: SF_FORMAT_WAV | SF_FORMAT_PCM_24, channels: 1, rate: 44_100),
        File(format: SF_FORMAT_WAVEX | SF_FORMAT_PCM_16, channels: 6, rate: 48_000),
        File(format: SF_FORMAT_WAV | SF_FORMAT_FLOAT, channels: 2, rate: 96_000),
        File(format: SF_FORMAT_FLAC | SF_FORMAT_PCM_24, channels: 1, rate: 192_000),
    ])
    func everyFileIsHeardInFrames(file: File) async throws {
        let tone = Signal.tone(440, amplitude: 0.5, seconds: 0.3, rate: file.rate)
        let interleaved = tone.flatMap { Array(repeating: $0, count: file.channels) }
        try #require(
            folder.write(interleaved, format: file.format, channels: file.channels, rate: file.rate, to: "sound"))
        let frames = try await heard(folder.file("sound"), trailing: .milliseconds(20))
        #expect(frames.count == 32 && frames.map(\.index) == Array(0..<32))
        #expect(frames.allSatisfy { $0.samples.count == AudioFrame.sampleCount })
        #expect(frames.indices.dropFirst().allSatisfy { frames[$0].time - frames[$0 - 1].time == AudioFrame.duration })
        #expect(abs(Level.rms(of: frames[2..<28].flatMap(\.samples)) + 9.03) < 0.3)
        #expect(frames[30...].allSatisfy { Level.peak(of: $0.samples) < -60 })
    }

    @Test func whatIsNoSoundIsRefusedWithTheReason() async throws {
        let float = SF_FORMAT_WAV | SF_FORMAT_FLOAT
        try #require(folder.write([0, .nan, 0], format: float, channels: 1, rate: 8_000, to: "nan"))
        try #require(folder.write([], format: float, channels: 1, rate: 8_000, to: "none"))
        try #require(folder.write([0, 0], format: float, channels: 1, rate: 4_000, to: "slow"))
        try AudioFile.write(Recording(samples: Signal.silence(1), sampleRate: 16_000), to: folder.file("whole"))
        let whole = [UInt8](try Data(contentsOf: URL(fileURLWithPath: folder.file("whole"))))
        let cut = try folder.write([UInt8](whole.prefix(8_044)), to: "cut")
        var noChannels = whole
        noChannels.replaceSubrange(22..<24, with: [0, 0])
        try #require(mkfifo(folder.file("pipe"), 0o600) == 0)
        let cases: [(path: String, part: String)] = [
            (folder.file("nan"), "sample 1 is not a finite number"), (folder.file("none"), "holds no sound"),
            (folder.file("slow"), "4000 Hz"), (cut, "ends after 0.3 s of the 1.0 s"), (folder.path, "directory"),
            (folder.file("pipe"), "not a regular file"), (folder.file("nowhere"), "no such file"),
            (try folder.write([], to: "empty"), "empty"),
            (try folder.write(Array("words".utf8), to: "text"), "not a sound file"),
            (try folder.write(noChannels, to: "channels"), ""),
        ]
        for (path, part) in cases {
            let error = await #expect(throws: AudioFileError.self) { try await heard(path) }
            #expect(error?.description.contains(part) == true || part.isEmpty, "\(path): \(error as Any)")
        }
    }

    @Test func aFileOfMoreThanAnHourIsHeardFromItsBeginning() async throws {
        // 3700 s of silence that take no room on the disk.
        let path = folder.file("long.wav")
        try AudioFile.waveHeader(sampleCount: 3_700 * 16_000, sampleRate: 16_000)
            .write(to: URL(fileURLWithPath: path))
        try #require(truncate(path, 44 + 3_700 * 32_000) == 0)
        #expect(throws: AudioFileError.self) { try AudioFile.read(path) }
        let count = Mutex(0)
        let source = AudioFileSource(path: path, clock: RealtimeClock(), pace: .unhurried)
        let task = Task {
            try await source.deliver { _ in
                let isEnough = count.withLock { count in
                    count += 1
                    return count == 6_000
                }
                if isEnough { withUnsafeCurrentTask { $0?.cancel() } }
            }
        }
        try await task.value
        #expect(count.withLock { $0 } == 6_000)
    }

    enum Hostile: String, CaseIterable {
        case silence, offset, square, nan, infinite, huge

        var samples: [Float] {
            switch self {
            case .silence: [Float](repeating: 0, count: 32_000)
            case .offset: [Float](repeating: 0.9, count: 32_000)
            case .square: (0..<32_000).map { ($0 / 80).isMultiple(of: 2) ? 1 : -1 }
            case .nan: [Float](repeating: .nan, count: 32_000)
            case .infinite: [Float](repeating: -.infinity, count: 32_000)
            case .huge: [Float](repeating: .greatestFiniteMagnitude, count: 32_000)
            }
        }
    }

    @Test(arguments: Hostile.allCases)
    func hostileSoundDoesNoHarm(sound: Hostile) throws {
        let samples = sound.samples
        var detector = EnergyVoiceActivityDetector()
        var meter = LevelMeter()
        for frame in Signal.frames(samples) {
            let activity = detector.process(frame)
            #expect(activity.level.isFinite && activity.noiseFloor.isFinite && !activity.probability.isNaN)
            let reading = meter.process(frame.samples)
            #expect(reading.peak.isFinite && reading.rms.isFinite)
        }
        for frame in Signal.frames(Signal.voice(-20, seconds: 0.5)) { _ = detector.process(frame) }
        let found = SpeechAnnotation.find(in: samples, sampleRate: 16_000)
        #expect(found.map { $0.firstSample <= $0.lastSample } ?? true)
    }

    @Test func theMeterHoldsPeaksAndSeesOverload() {
        var meter = LevelMeter()
        let loud = meter.process([0, 0.5, -0.25])
        #expect(abs(loud.peak + 6.02) < 0.01 && loud.heldPeak == loud.peak && !loud.isOverloaded)
        let quiet = meter.process([0.01])
        #expect(quiet.peak < -39 && quiet.heldPeak == loud.peak)
        #expect(!meter.process([1, 1, 0, -1, -1]).isOverloaded && meter.process([0, 1, 1, 1]).isOverloaded)
        let readings = (0..<LevelMeter.hold).map { _ in meter.process([0.01]) }
        #expect(readings[0].isOverloaded && readings[0].heldPeak == 0)
        #expect(readings.last?.isOverloaded == false && readings.last?.heldPeak == quiet.peak)
        #expect(meter.overloads == 1)
    }

    @Test func aWaveFileGrowsAndGetsItsNameInTheEnd() throws {
        let path = folder.file("grown.wav")
        let writer = try WaveFileWriter(path, sampleRate: 16_000)
        let samples = Signal.tone(300, seconds: 0.2)
        for start in stride(from: 0, to: samples.count, by: 700) {
            try writer.append(Array(samples[start..<min(start + 700, samples.count)]))
        }
        #expect(!FileManager.default.fileExists(atPath: path))
        try writer.finish()
        try AudioFile.write(Recording(samples: samples, sampleRate: 16_000), to: folder.file("whole.wav"))
        #expect(
            try Data(contentsOf: URL(fileURLWithPath: path))
                == Data(contentsOf: URL(fileURLWithPath: folder.file("whole.wav"))))
        #expect(throws: AudioFileError.self) { try WaveFileWriter(folder.file("no/such.wav"), sampleRate: 16_000) }
    }

    private func heard(_ path: String, trailing: Duration = .zero) async throws -> [AudioFrame] {
        let frames = Mutex<[AudioFrame]>([])
        let source = AudioFileSource(
            path: path, clock: RealtimeClock(), pace: .unhurried, trailingSilence: trailing)
        try await source.deliver { frame in frames.withLock { $0.append(frame) } }
        return frames.withLock { $0 }
    }
}
