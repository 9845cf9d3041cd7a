// Devices, recording and listening, from the outside; files and ALSA's own plugins stand for devices.

import Foundation
import SerenaAudio
import Testing

@Suite struct DeviceCommandTests {
    private let project: Project

    init() throws {
        project = try Project(
            "steps:\n  - {id: one, say: The first line., voice: amy}\n  - {id: two, say: The second line.}\n")
    }

    /// A voice-like buzz: harmonics that swell and fade five times a second.
    private static func voice(_ seconds: Double, peak: Double = 0.3) -> [Float] {
        let raw = (0..<Int(seconds * 16_000)).map { index -> Double in
            let time = Double(index) / 16_000
            let buzz = (1...8).reduce(0.0) { $0 + cos(2 * .pi * 120 * Double($1) * time) / Double($1) }
            return buzz * (0.55 + 0.45 * cos(2 * .pi * 5 * time))
        }
        let largest = raw.map(abs).max() ?? 1
        return raw.map { Float($0 / largest * peak) }
    }

    private static func silence(_ seconds: Double) -> [Float] {
        [Float](repeating: 0, count: Int(seconds * 16_000))
    }

    /// Both lines with pauses; the first is spoken from 1.0 to 1.8 s.
    private func writeRehearsal(_ name: String = "rehearsal.wav", peak: Double = 0.3) throws {
        let parts = [
            Self.silence(1), Self.voice(0.8, peak: peak), Self.silence(1.6), Self.voice(0.5), Self.silence(1.2),
        ]
        try AudioFile.write(Recording(samples: parts.flatMap(\.self), sampleRate: 16_000), to: project.path(name))
    }

    private func run(_ arguments: [String], devices: String? = nil) async throws -> Outcome {
        var prelude = ""
        if let devices {
            try project.write("asoundrc", devices)
            prelude = "export ALSA_CONFIG_PATH='\(project.path("asoundrc"))'"
        }
        return try await BenchProgram.run(arguments, in: project.folder, prelude: prelude)
    }

    @Test func theLinesOfAScenarioAreCutOutOfAFile() async throws {
        try writeRehearsal()
        let outcome = try await run(["record", "tiny", "--input", "rehearsal.wav", "--voice", "me"])
        #expect(outcome.code == 0, "\(outcome.err)")
        #expect(outcome.err.contains("1/2  one: The first line.") && outcome.err.contains("2/2  two"))
        for (id, text, length) in [("one", "The first line.", 0.8), ("two", "The second line.", 0.5)] {
            let note = try project.json("Scenarios/audio/tiny/\(id).json")
            #expect(note["text"] as? String == text && note["voice"] as? String == "me")
            let first = try #require(note["speechStartSample"] as? Int)
            let last = try #require(note["speechEndSample"] as? Int)
            #expect(abs(Double(last - first) / 16_000 - length) < 0.03)
            let sound = try AudioFile.read(project.path("Scenarios/audio/tiny/\(id).wav"))
            // Half a second before at most, a second behind.
            #expect(first <= 8_800 && sound.samples.count - last > 15_000 && sound.samples.count - last < 17_600)
        }
        #expect(project.names(in: "Scenarios/audio/tiny") == ["one.json", "one.wav", "two.json", "two.wav"])
        #expect(try await run(["scenario", "lint", "tiny"]).code == 0)
    }

    @Test func whatExistsIsReplacedOnlyOnRequest() async throws {
        try writeRehearsal()
        let first = try await run(["record", "tiny", "--step", "two", "--input", "rehearsal.wav", "--into", "mine"])
        #expect(first.code == 0 && project.names(in: "mine") == ["two.json", "two.wav"])
        try Data("mine".utf8).write(to: URL(fileURLWithPath: project.path("mine/two.wav")))
        let kept = try await run(["record", "tiny", "--step", "two", "--input", "rehearsal.wav", "--into", "mine"])
        #expect(kept.code == 0 && kept.err.contains("--replace"))
        #expect(try Data(contentsOf: URL(fileURLWithPath: project.path("mine/two.wav"))) == Data("mine".utf8))
        let replaced = try await run(
            ["record", "tiny", "--step", "two", "--input", "rehearsal.wav", "--into", "mine", "--replace"])
        #expect(replaced.code == 0)
        #expect(try AudioFile.read(project.path("mine/two.wav")).samples.count > 16_000)
    }

    @Test func faultsOfARecordingAreNamed() async throws {
        try writeRehearsal("loud.wav", peak: 8)
        let loud = try await run(["record", "--line", "Hello.", "--output", "line.wav", "--input", "loud.wav"])
        #expect(loud.code == 0 && loud.err.contains("clipped") && project.exists("line.json"))
        try writeRehearsal("quiet.wav", peak: 0.008)
        let quiet = try await run(["record", "--line", "Hello.", "--output", "low.wav", "--input", "quiet.wav"])
        #expect(quiet.err.contains("too quiet"), "\(quiet.err)")
        try AudioFile.write(Recording(samples: Self.silence(3), sampleRate: 16_000), to: project.path("none.wav"))
        let none = try await run(["record", "tiny", "--input", "none.wav"])
        #expect(none.code == 3 && none.err.contains("2 lines not recorded: one, two"))
    }

    @Test(arguments: [
        "record", "record tiny --line x", "record --line x", "record tiny --step three",
        "record tiny --input missing.wav", "record tiny --device no-such-device",
        "listen --input missing.wav --speaker none --assistant calibration:50ms",
        "listen --speaker none --output x.wav", "listen --speaker no-such-device",
    ])
    func wrongUsageIsExplained(line: String) async throws {
        let outcome = try await run(line.split(separator: " ").map(String.init))
        #expect(outcome.code == 64 && !outcome.err.isEmpty, "\(line): \(outcome.err)")
    }

    @Test func devicesAreListed() async throws {
        let configuration = """
            pcm.stage { type null hint { show on description "The stage" } }
            defaults.namehint.showall on
            """
        let outcome = try await run(["devices"], devices: configuration)
        #expect(outcome.code == 0 && outcome.out.contains("in out  stage  The stage"), "\(outcome.out)\(outcome.err)")
        let json = try await run(["devices", "--json"], devices: configuration)
        #expect(json.out.contains("\"name\" : \"stage\"") && json.out.contains("\"isInput\" : true"))
    }

    @Test func aLineIsRecordedFromADevice() async throws {
        try writeRehearsal()
        let sound = try AudioFile.read(project.path("rehearsal.wav")).samples
        let raw = sound.flatMap { sample in
            withUnsafeBytes(of: Int16((sample * 32_767).rounded()).littleEndian) { Array($0) }
        }
        try Data(raw).write(to: URL(fileURLWithPath: project.path("in.raw")))
        let outcome = try await run(
            ["record", "tiny", "--step", "one", "--device", "desk"],
            devices: """
                pcm.nothing { type null }
                pcm.desk {
                    type file slave.pcm nothing file /dev/null infile "\(project.path("in.raw"))" format raw
                }
                """)
        #expect(outcome.code == 0 && project.exists("Scenarios/audio/tiny/one.json"), "\(outcome.err)")
    }

    @Test func aConversationIsShownWithItsTimesAndAnswersAreKept() async throws {
        let outcome = try await run(
            [
                "listen", "--input", "Scenarios/burst.wav", "--assistant", "calibration:50ms", "--output", "answer.wav",
            ])
        #expect(outcome.code == 0 && outcome.out.contains("1 turn, "), "\(outcome.out)\(outcome.err)")
        let answer = try AudioFile.read(project.path("answer.wav"))
        let first = try #require(Audibility.firstAudibleSample(in: answer.samples))
        // The burst ends after 0.4 s, and the answer begins later, at its place in time.
        #expect(first > 6_400 && Level.peak(of: answer.samples) > -20)
    }

    @Test func aConversationOverDevicesTellsWhatWasLost() async throws {
        let outcome = try await run(
            ["listen", "--device", "room", "--speaker", "room", "--assistant", "calibration:50ms", "--for", "600ms"],
            devices: "pcm.room { type null }\n")
        #expect(outcome.code == 0 && outcome.out.contains("microphone: 0 overruns"), "\(outcome.out)\(outcome.err)")
        #expect(outcome.out.contains("loudspeaker: 0 underruns"))
    }

    @Test func anInterruptedConversationEndsTidily() async throws {
        try project.write("asoundrc", "pcm.room { type null }\n")
        let outcome = try await BenchProgram.run(
            ["listen", "--device", "room", "--speaker", "none", "--assistant", "calibration:50ms"],
            in: project.folder, prelude: "export ALSA_CONFIG_PATH='\(project.path("asoundrc"))'",
            watch: { $0.contains("listening to room") ? [SIGINT] : [] })
        #expect(outcome.code == 0 && outcome.out.contains("0 turns, 0 answered"), "\(outcome.out)\(outcome.err)")
    }
}
