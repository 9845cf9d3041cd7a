// `degrade`: a sound file as it would be heard through noise, a room, a line.

import Foundation
import SerenaAudio

/// What `degrade` is asked for.
public struct DegradeRequest: Sendable {
    public var input: String
    public var output: String
    /// Each as it stands in a scenario.
    public var conditions: [String]
    public var seed: UInt64 = 0
    /// Recordings of speech that babble and a second speaker are made of.
    public var voices: [String] = []
    /// The recording that an echo is of.
    public var ownVoice: String?

    public init(input: String, output: String, conditions: [String]) {
        self.input = input
        self.output = output
        self.conditions = conditions
    }
}

extension BenchEnvironment {
    /// Every condition with an example of how it is written.
    public func listConditions() -> ExitCode {
        let width = ConditionText.examples.map(\.name.count).max() ?? 0
        for (name, example) in ConditionText.examples {
            terminal.result(name.padding(toLength: width + 2, withPad: " ", startingAt: 0) + example)
        }
        return .pass
    }

    /// Puts conditions on a sound file, and writes what is heard as WAV at 16 kHz.
    public func degrade(_ request: DegradeRequest) async -> ExitCode {
        await reporting {
            let conditions = try conditions(of: request)
            let heard: FileDegradation
            do {
                let recording = try AudioFile.read(absolute(request.input))
                heard = try FileDegradation(
                    recording, conditions, seed: request.seed, voices: request.voices.map(sound),
                    ownVoice: request.ownVoice.map(sound) ?? [])
            } catch let error as AudioFileError {
                throw BenchError(.usage, "\(error)")
            }
            guard !heard.samples.isEmpty else {
                throw BenchError(.usage, "nothing is left of \(request.input)", remedy: "a shorter 'unplugged'")
            }
            do {
                try AudioFile.write(
                    Recording(samples: heard.samples, sampleRate: AudioFrame.sampleRate), to: absolute(request.output))
            } catch {
                throw BenchError(.output, "\(error)")
            }
            terminal.result("\(request.output): \(account(of: heard))")
            return .pass
        }
    }

    private func sound(_ path: String) throws -> [Float] {
        try AudioFile.read(absolute(path)).resampled(to: AudioFrame.sampleRate).samples
    }

    private func conditions(of request: DegradeRequest) throws(BenchError) -> [Condition] {
        var conditions: [Condition] = []
        for text in request.conditions {
            do {
                conditions += try ConditionText.parse(text)
            } catch {
                throw BenchError(.usage, error.message, remedy: "serena-bench degrade --list")
            }
        }
        let hasEcho = conditions.contains { if case .echo = $0 { true } else { false } }
        if hasEcho, request.ownVoice == nil {
            throw BenchError(.usage, "an echo needs the sound that it is of", remedy: "--own-voice FILE")
        }
        return conditions
    }

    private func account(of heard: FileDegradation) -> String {
        let seconds = Double(heard.samples.count) / Double(AudioFrame.sampleRate)
        var parts = [String(format: "%.2f s", seconds)]
        if let ratio = heard.signalToNoise { parts.append(String(format: "signal-to-noise ratio %.1f dB", ratio)) }
        parts.append("\(heard.clippedSamples) of \(heard.samples.count) samples clipped")
        if heard.lostFrames > 0 { parts.append("\(heard.lostFrames * 10) ms lost") }
        if heard.missingFrames > 0 { parts.append("\(heard.missingFrames * 10) ms without a microphone") }
        return parts.joined(separator: ", ")
    }
}
