// What sound files are read, written and refused.

import CSndfile
import Foundation
import Testing

@testable import SerenaAudio

@Suite struct AudioFileTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    struct Format: Sendable, CustomStringConvertible {
        let description: String
        let code: Int
        let channels: Int
        let rate: Int
        var tolerance: Float = 1e-4
    }

    @Test(arguments: [
        Format(description: "16-bit WAV", code: SF_FORMAT_WAV | SF_FORMAT_PCM_16, channels: 1, rate: 16_000),
        Format(description: "24-bit WAV", code: SF_FORMAT_WAV | SF_FORMAT_PCM_24, channels: 1, rate: 48_000),
        Format(description: "float WAV", code: SF_FORMAT_WAV | SF_FORMAT_FLOAT, channels: 1, rate: 44_100),
        Format(
            description: "8-bit WAV", code: SF_FORMAT_WAV | SF_FORMAT_PCM_U8, channels: 1, rate: 8_000, tolerance: 0.01),
        Format(
            description: "µ-law WAV", code: SF_FORMAT_WAV | SF_FORMAT_ULAW, channels: 1, rate: 8_000, tolerance: 0.03),
        Format(description: "stereo WAV", code: SF_FORMAT_WAV | SF_FORMAT_PCM_16, channels: 2, rate: 22_050),
        Format(description: "six channels", code: SF_FORMAT_WAVEX | SF_FORMAT_PCM_16, channels: 6, rate: 48_000),
        Format(description: "FLAC", code: SF_FORMAT_FLAC | SF_FORMAT_PCM_16, channels: 2, rate: 192_000),
        Format(description: "AIFF", code: SF_FORMAT_AIFF | SF_FORMAT_PCM_16, channels: 1, rate: 11_025),
    ])
    func everyFormatIsMixedDownToOneChannel(format: Format) throws {
        let mono = Signal.tone(440, amplitude: 0.4, seconds: 0.1, rate: format.rate)
        // The channels differ and have the tone as their mean.
        let interleaved = mono.flatMap { sample in
            (0..<format.channels).map { sample + 0.1 * (Float($0) - Float(format.channels - 1) / 2) }
        }
        try #require(
            folder.write(interleaved, format: format.code, channels: format.channels, rate: format.rate, to: "sound"))
        let recording = try AudioFile.read(folder.file("sound"))
        #expect(recording.sampleRate == format.rate)
        #expect(recording.samples.count == mono.count)
        let largestError = zip(recording.samples, mono).map { abs($0 - $1) }.max() ?? .infinity
        #expect(largestError <= format.tolerance)
    }

    @Test func whatIsWrittenIsReadBackExactly() throws {
        let samples = (-32_768...32_767).map { Float($0) / 32_768 }
        try AudioFile.write(Recording(samples: samples, sampleRate: 16_000), to: folder.file("a.wav"))
        #expect(try AudioFile.read(folder.file("a.wav")) == Recording(samples: samples, sampleRate: 16_000))
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["a.wav"])
    }

    @Test func samplesBeyondFullScaleAreClipped() throws {
        try AudioFile.write(Recording(samples: [2, -2, 1], sampleRate: 8_000), to: folder.file("a.wav"))
        #expect(try AudioFile.read(folder.file("a.wav")).samples == [32_767 / 32_768, -1, 32_767 / 32_768])
    }

    @Test func filesThatAreNoSoundAreRefused() throws {
        let text = try folder.write(Array("RIFF and so on, but text".utf8), to: "text.wav")
        let empty = try folder.write([], to: "empty.wav")
        let riffOnly = try folder.write(Array("RIFF\u{4}\0\0\0WAVE".utf8), to: "riff.wav")
        expect(folder.file("nothing.wav"), .missing)
        expect(folder.file("empty.wav") + "/below", .missing)
        expect("", .missing)
        expect("a\0b", .missing)
        expect(folder.path, .directory)
        expect("/dev/null", .notARegularFile)
        expect(empty, .empty)
        #expect(throws: AudioFileError.self) { try AudioFile.read(text) }
        #expect(throws: AudioFileError.self) { try AudioFile.read(riffOnly) }
    }

    @Test func soundThatCannotBeUsedIsRefused() throws {
        let float = SF_FORMAT_WAV | SF_FORMAT_FLOAT
        try #require(folder.write([0, .nan, 0], format: float, channels: 1, rate: 8_000, to: "nan.wav"))
        try #require(folder.write([0, 0, -.infinity], format: float, channels: 1, rate: 8_000, to: "infinite.wav"))
        try #require(folder.write([], format: float, channels: 1, rate: 8_000, to: "none.wav"))
        try #require(folder.write([0, 0], format: float, channels: 1, rate: 4_000, to: "slow.wav"))
        try #require(folder.write([0, 0], format: float, channels: 1, rate: 384_000, to: "fast.wav"))
        expect(folder.file("nan.wav"), .notFinite(frame: 1))
        expect(folder.file("infinite.wav"), .notFinite(frame: 2))
        expect(folder.file("none.wav"), .noFrames)
        expect(folder.file("slow.wav"), .unsupportedRate(4_000))
        expect(folder.file("fast.wav"), .unsupportedRate(384_000))
    }

    @Test func longRecordingsAreRefusedBeforeTheyAreRead() throws {
        try AudioFile.write(Recording(samples: Signal.silence(2), sampleRate: 16_000), to: folder.file("a.wav"))
        #expect(throws: AudioFileError(path: folder.file("a.wav"), reason: .tooLong(seconds: 2, limitSeconds: 1.5))) {
            try AudioFile.read(folder.file("a.wav"), limitSeconds: 1.5)
        }
    }

    @Test(arguments: [1, 10, 44, 45, 19_244, 38_443])
    func aFileCutAnywhereIsRefused(byteCount: Int) throws {
        try AudioFile.write(
            Recording(samples: Signal.tone(300, seconds: 1.2), sampleRate: 16_000), to: folder.file("whole.wav"))
        let bytes = try Data(contentsOf: URL(fileURLWithPath: folder.file("whole.wav")))
        #expect(bytes.count == 38_444)
        let path = try folder.write([UInt8](bytes.prefix(byteCount)), to: "cut.wav")
        let error = #expect(throws: AudioFileError.self) { try AudioFile.read(path) }
        if byteCount == 19_244 {
            #expect(error?.reason == .truncated(presentSeconds: 0.6, promisedSeconds: 1.2))
            #expect(error?.description.contains("ends after 0.6 s of the 1.2 s its header promises") == true)
        }
    }

    @Test func aCutFlacFileIsRefused() throws {
        let noise = Signal.noise(-10, seconds: 2, seed: 1)
        let flac = SF_FORMAT_FLAC | SF_FORMAT_PCM_16
        try #require(folder.write(noise, format: flac, channels: 1, rate: 16_000, to: "whole.flac"))
        let bytes = try Data(contentsOf: URL(fileURLWithPath: folder.file("whole.flac")))
        let path = try folder.write([UInt8](bytes.prefix(bytes.count / 2)), to: "cut.flac")
        #expect(throws: AudioFileError.self) { try AudioFile.read(path) }
    }

    @Test func aStreamedHeaderPromisesNothing() throws {
        try AudioFile.write(
            Recording(samples: Signal.tone(300, seconds: 0.5), sampleRate: 16_000), to: folder.file("a.wav"))
        var bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: folder.file("a.wav"))))
        bytes.replaceSubrange(40..<44, with: [0xFF, 0xFF, 0xFF, 0xFF])
        let path = try folder.write(bytes, to: "streamed.wav")
        #expect(try AudioFile.read(path).samples.count == 8_000)
    }

    @Test func aFlacFileThatPromisesNoLengthIsReadToItsEnd() throws {
        let flac = SF_FORMAT_FLAC | SF_FORMAT_PCM_16
        try #require(
            folder.write(Signal.noise(-10, seconds: 2, seed: 1), format: flac, channels: 1, rate: 16_000, to: "a.flac"))
        var bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: folder.file("a.flac"))))
        // The 36 bits of the number of samples in the STREAMINFO block; 0 stands for unknown.
        bytes[21] &= 0xF0
        bytes.replaceSubrange(22..<26, with: [0, 0, 0, 0])
        let path = try folder.write(bytes, to: "open.flac")
        #expect(try AudioFile.read(path).samples.count == 32_000)
        #expect(throws: AudioFileError.self) { try AudioFile.read(path, limitSeconds: 1) }
    }

    @Test(arguments: [UInt64](0..<40))
    func damagedFilesNeverTrap(seed: UInt64) throws {
        var random = SeededRandom(seed)
        try AudioFile.write(
            Recording(samples: Signal.tone(300, seconds: 0.1), sampleRate: 16_000), to: folder.file("a.wav"))
        var bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: folder.file("a.wav"))))
        for _ in 0..<Int.random(in: 1...8, using: &random) {
            bytes[Int.random(in: 0..<60, using: &random)] = UInt8.random(in: 0...255, using: &random)
        }
        let path = try folder.write(bytes, to: "damaged.wav")
        do {
            let recording = try AudioFile.read(path)
            #expect(recording.samples.allSatisfy { $0.isFinite })
            #expect(AudioFile.sampleRates.contains(recording.sampleRate))
        } catch {
            #expect(error.path == path)
        }
    }

    @Test func whatCannotBeWrittenIsSaid() throws {
        let sound = Recording(samples: [0], sampleRate: 16_000)
        let path = folder.file("no/such/folder.wav")
        let error = #expect(throws: AudioFileError.self) { try AudioFile.write(sound, to: path) }
        #expect(error?.description.contains("cannot be written") == true)
        #expect(throws: AudioFileError(path: "x", reason: .notFinite(frame: 1))) {
            try AudioFile.write(Recording(samples: [0, .nan], sampleRate: 16_000), to: "x")
        }
    }

    private func expect(_ path: String, _ reason: AudioFileError.Reason) {
        #expect(throws: AudioFileError(path: path, reason: reason)) { try AudioFile.read(path) }
    }
}
