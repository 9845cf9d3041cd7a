// Voice profiles: enrolment, files, and the correction of transcripts.

import Foundation
import SerenaAudio
import Testing

@testable import SerenaSpeech

@Suite struct VoiceProfileTests {
    private let folder = VoiceProfileFolder(
        FileManager.default.temporaryDirectory.appending(path: "profiles-\(UUID().uuidString)"))

    private func profile(_ terms: [String], _ forms: [(String, String)] = []) -> VoiceProfile {
        VoiceProfile(
            userId: "ada", acousticModel: "scripted", customVocabulary: terms, speakingRate: 150,
            heardForms: forms.map { VoiceProfile.HeardForm(written: $0.0, heard: $0.1) })
    }

    @Test func filesComeBackAsTheyWere() throws {
        defer { try? FileManager.default.removeItem(at: folder.folder) }
        #expect(try folder.list() == [])
        let written = profile(["Kubernetes", "Aoife Byrne"], [("Kubernetes", "cooper netties")])
        try folder.save(written)
        #expect(try folder.load("ada") == written)
        #expect(try folder.list() == ["ada"])
        try folder.delete("ada")
        #expect(throws: VoiceProfileError.self) { try folder.load("ada") }
        #expect(throws: VoiceProfileError.self) { try folder.delete("ada") }
    }

    @Test(arguments: ["../ada", "/etc/passwd", "", ".hidden", "a/b", "a\u{0}b", String(repeating: "a", count: 65)])
    func namesThatLeaveTheFolderAreRefused(userId: String) {
        #expect(throws: VoiceProfileError.self) { try folder.load(userId) }
        #expect(throws: VoiceProfileError.self) { try folder.delete(userId) }
        #expect(VoiceProfile(userId: userId, acousticModel: "m").problem != nil)
    }

    @Test(arguments: [
        ("", "it is not JSON"), ("{}", "no voice profile"), ("[1]", "wrong type"),
        (#"{"kind":"voice-profile","schemaVersion":9,"profile":{}}"#, "version 9"),
        (#"{"kind":"voice-profile","schemaVersion":1,"profile":{"userId":"ada"}}"#, "language is missing"),
        (
            #"{"kind":"voice-profile","schemaVersion":1,"profile":{"userId":"ada","language":"en","acousticModel":"m","customVocabulary":["a","\u0007"],"heardForms":[]}}"#,
            "customVocabulary[1]"
        ),
        (
            #"{"kind":"voice-profile","schemaVersion":1,"profile":{"userId":"ada","language":"en","acousticModel":"m","customVocabulary":[],"speakingRate":-5,"heardForms":[]}}"#,
            "speakingRate"
        ),
    ])
    func damagedFilesAreRefusedWithTheReason(content: String, reason: String) throws {
        defer { try? FileManager.default.removeItem(at: folder.folder) }
        try FileManager.default.createDirectory(at: folder.folder, withIntermediateDirectories: true)
        try Data(content.utf8).write(to: folder.folder.appending(path: "ada.json"))
        #expect {
            try folder.load("ada")
        } throws: { error in
            "\(error)".contains(reason)
        }
    }

    @Test(arguments: [
        ("Tell me about cooper netties today.", "Tell me about Kubernetes today."),
        ("Tell me about kubernitz.", "Tell me about Kubernetes."),
        ("Ask eva burn, please.", "Ask Aoife Byrne, please."),
        ("kubernetes is up", "Kubernetes is up"),
        ("The train leaves at 10:30 from platform two.", "The train leaves at 10:30 from platform two."),
        ("What's the time?", "What's the time?"), ("", ""),
        ("I said so to the and of it.", "I said so to the and of it."),
    ])
    func termsTakeThePlaceOfWhatTheyWereTakenFor(heard: String, corrected: String) {
        let correction = VocabularyCorrection(
            profile(["Kubernetes", "Aoife Byrne"], [("Aoife Byrne", "eva burn"), ("Kubernetes", "cooper netties")]))
        #expect(correction.correct(heard) == corrected)
    }

    @Test(arguments: [
        (["kubernetes"], "ask about kubernetes today", "ask about cooper netties today", ["cooper netties"]),
        (["aoife", "byrne"], "aoife byrne is here", "eva burn is here", ["eva burn"]),
        (["kubernetes"], "ask about kubernetes today", "ask above cooper today", []),
        (["kubernetes"], "ask about kubernetes", "ask about kubernetes", []),
    ])
    func formsStandBetweenWordsThatWereHeardRight(term: [String], said: String, heard: String, forms: [String]) {
        func words(_ text: String) -> [String] { text.split(separator: " ").map(String.init) }
        let found = Enrolment.misheard(term, said: words(said), heard: words(heard))
        #expect(found.map { $0.joined(separator: " ") } == forms)
    }

    @Test func enrolmentMeasuresRateAndForms() throws {
        var samples = [Float](repeating: 0, count: 8_000)
        try FliteSynthesizer(voice: .kal16).synthesize("Ask about the tool today please.") { chunk in
            samples += chunk.samples
            return true
        }
        samples += [Float](repeating: 0, count: 8_000)
        let recording = EnrolmentRecording(
            Recording(samples: samples, sampleRate: 16_000), text: "Ask about Kubernetes today please.")
        let enrolment = try Enrolment.make(
            userId: "ada", vocabulary: ["Kubernetes", "Grafana"], recordings: [recording],
            recognizer: ScriptedRecognizer(["Ask about cooper netties today please."]))
        #expect(enrolment.profile.heardForms.map(\.heard) == ["cooper netties"])
        #expect(enrolment.unheardTerms == ["Grafana"])
        #expect(enrolment.wordErrors == 2 && enrolment.words == 5)
        #expect((100.0...300).contains(try #require(enrolment.profile.speakingRate)))
        #expect(enrolment.profile.speechLevel != nil)
    }
}
