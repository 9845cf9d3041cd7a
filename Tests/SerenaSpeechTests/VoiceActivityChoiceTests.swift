// That the engine gets the best detector that is there, and says what is missing.

import Foundation
import SerenaAudio
import Testing

@testable import SerenaSpeech

@Suite struct VoiceActivityChoiceTests {
    @Test func theLevelStandsInForANetworkThatIsMissing() throws {
        let choice = try VoiceActivityChoice.load(environment: [:], searchRoots: ["/nowhere"])
        #expect(choice.kind == .energy && choice.weightsFile == nil)
        let notice = try #require(choice.notice)
        #expect(notice.contains("/nowhere/.models/silero") && notice.contains("scripts/serena-bench setup"))
    }

    @Test func aBrokenFileIsNamedAndTheLevelStandsIn() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "models-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appending(path: "silero_vad_16k.safetensors")
        try Data(repeating: 7, count: 100).write(to: file)
        let choice = try VoiceActivityChoice.load(environment: ["SERENA_MODELS": folder.path], searchRoots: [])
        #expect(choice.kind == .energy)
        #expect(choice.notice?.contains("silero_vad_16k.safetensors: its header claims") == true)
    }

    @Test func theEnvironmentForcesADetector() throws {
        let forced = try VoiceActivityChoice.load(environment: ["SERENA_VOICE_ACTIVITY": "energy"])
        #expect(forced.kind == .energy && forced.notice == nil)
        #expect(throws: VoiceActivityChoice.Problem.self) {
            try VoiceActivityChoice.load(environment: ["SERENA_VOICE_ACTIVITY": "silero"], searchRoots: ["/nowhere"])
        }
        #expect(throws: VoiceActivityChoice.Problem.self) {
            try VoiceActivityChoice.load(environment: ["SERENA_VOICE_ACTIVITY": "guess"])
        }
    }
}
