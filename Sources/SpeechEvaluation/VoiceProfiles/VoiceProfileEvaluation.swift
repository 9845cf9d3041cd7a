// Voice profiles: what they do for names and jargon, and to ordinary speech.

import EvaluationInterface
import Foundation
import SerenaAudio
import SerenaSpeech

/// Enrols each voice with a few sentences, and measures other sentences with and without the profile.
public struct VoiceProfileEvaluation: Evaluation {
    public let name = "voice-profiles"
    public let summary = "errors on names and jargon, and on ordinary speech, with and without a voice profile"

    public init() {}

    static let improvementGoal = 0.5
    static let harmGoal = 0.01

    /// What one voice said, as it was heard, and its profile.
    private struct Speaker {
        let name: String
        let profile: VoiceProfile
        let sentences: [HeardSentence]
    }

    public func run(_ context: EvaluationContext) async throws -> EvaluationReport {
        let recognizer = try RecognitionFigures.moonshine(context)
        let count = context.isQuick ? 2 : ProfileSentences.reportedTerms.count
        let terms = Array(ProfileSentences.reportedTerms.prefix(count))
        let voices = try SyntheticSpeaker.voices().prefix(context.isQuick ? 1 : 4)
        var report = EvaluationReport(name: name, title: "Voice profiles")
        if !context.isQuick {
            var development: [Speaker] = []
            for voice in voices {
                development.append(try enrol(voice, ProfileSentences.developmentTerms, recognizer))
            }
            let ordinary = try ordinarySpeech(seed: context.seed &+ 77, sentences: 60, recognizer)
            report.tables.append(Self.tuning(development, ordinary))
        }
        var speakers: [Speaker] = []
        for (index, voice) in voices.enumerated() {
            try Task.checkCancellation()
            context.progress("enrolling \(voice.name)", 0.2 + 0.6 * Double(index) / Double(voices.count))
            speakers.append(try enrol(voice, terms, recognizer))
        }
        context.progress("ordinary speech", 0.8)
        var ordinary = try ordinarySpeech(seed: context.seed, sentences: context.isQuick ? 3 : 120, recognizer)
        ordinary += try hear(
            HumanRecordings.load() + ScenarioRecordings.load(home: context.home), recognizer, isQuick: context.isQuick)
        report.tables += [Self.table(speakers, ordinary), Self.voices(speakers)]
        report.goals = Self.goals(speakers, ordinary)
        report.notes = [
            "the voices are flite's, which pronounces names by the very rules that the correction compares by: with people, a vocabulary alone will "
                + "gain less than here; forms that were heard at enrolment don't depend on it",
            "enrolment: \(ProfileSentences.enrolment.count) sentences for each term, by the same voice; reported: \(ProfileSentences.heldOut.count) others; "
                + "the tolerance was chosen on other terms",
        ]
        return report
    }

    private func enrol(
        _ voice: SyntheticSpeaker, _ terms: [String], _ recognizer: any SpeechRecognizer
    ) throws -> Speaker {
        var recordings: [EnrolmentRecording] = []
        var sentences: [HeardSentence] = []
        for term in terms {
            for frame in ProfileSentences.enrolment {
                let text = ProfileSentences.sentence(frame, term)
                let sound = Recording(samples: try voice.say(text), sampleRate: AudioFrame.sampleRate)
                recordings.append(EnrolmentRecording(sound, text: text))
            }
            for frame in ProfileSentences.heldOut {
                let text = ProfileSentences.sentence(frame, term)
                let heard = try recognizer.transcribe(voice.say(text), sampleRate: AudioFrame.sampleRate).text
                sentences.append(HeardSentence(said: text, transcript: heard, term: term))
            }
        }
        let enrolment = try Enrolment.make(
            userId: voice.name, vocabulary: terms, recordings: recordings, recognizer: recognizer)
        return Speaker(name: voice.name, profile: enrolment.profile, sentences: sentences)
    }

    /// Synthetic everyday talk, in which no term is meant.
    private func ordinarySpeech(
        seed: UInt64, sentences: Int, _ recognizer: any SpeechRecognizer
    ) throws -> [HeardSentence] {
        var text = TalkText(seed: seed)
        let voices = try SyntheticSpeaker.voices()
        return try (0..<sentences).map { index in
            let said = text.sentence()
            let sound = try voices[index % voices.count].say(said)
            let heard = try recognizer.transcribe(sound, sampleRate: AudioFrame.sampleRate).text
            return HeardSentence(said: said, transcript: heard, term: nil)
        }
    }

    private func hear(
        _ samples: [SpokenSample], _ recognizer: any SpeechRecognizer, isQuick: Bool
    ) throws -> [HeardSentence] {
        try samples.prefix(isQuick ? 2 : samples.count).map { sample in
            let heard = try recognizer.transcribe(sample.samples, sampleRate: AudioFrame.sampleRate).text
            return HeardSentence(said: sample.text, transcript: heard, term: nil)
        }
    }

    // MARK: Tables

    private static func tuning(_ speakers: [Speaker], _ ordinary: [HeardSentence]) -> EvaluationTable {
        var table = EvaluationTable(
            title: "Choice of the tolerance, on development terms; in use: \(VocabularyCorrection.defaultTolerance)",
            columns: [
                "tolerance", "terms wrong, vocabulary only", "terms wrong, enrolled", "ordinary sentences changed",
            ])
        for tolerance in [0.0, 0.15, 0.22, 0.3, 0.4] {
            let (vocabulary, enrolled, harm) = trials(speakers, ordinary, tolerance: tolerance)
            table.rows.append([
                RecognitionFigures.decimal(tolerance, 2), RecognitionFigures.percent(vocabulary.termErrors),
                RecognitionFigures.percent(enrolled.termErrors),
                "\(harm.changed) of \(ordinary.count * speakers.count)",
            ])
        }
        return table
    }

    /// The same speakers with the vocabulary alone and with all of the profile, and ordinary speech under every profile.
    private static func trials(
        _ speakers: [Speaker], _ ordinary: [HeardSentence], tolerance: Double
    ) -> (vocabulary: ProfileTrial, enrolled: ProfileTrial, ordinary: ProfileTrial) {
        var (vocabulary, enrolled, plain) = (ProfileTrial(), ProfileTrial(), ProfileTrial())
        for speaker in speakers {
            var bare = speaker.profile
            bare.heardForms = []
            let byVocabulary = VocabularyCorrection(bare, tolerance: tolerance)
            let byProfile = VocabularyCorrection(speaker.profile, tolerance: tolerance)
            for sentence in speaker.sentences {
                vocabulary.add(sentence, byVocabulary)
                enrolled.add(sentence, byProfile)
            }
            for sentence in ordinary { plain.add(sentence, byProfile) }
        }
        return (vocabulary, enrolled, plain)
    }

    private static func uncorrected(_ sentences: [HeardSentence]) -> ProfileTrial {
        var trial = ProfileTrial()
        for sentence in sentences { trial.add(sentence, nil) }
        return trial
    }

    private static func table(_ speakers: [Speaker], _ ordinary: [HeardSentence]) -> EvaluationTable {
        let (vocabulary, enrolled, plain) = trials(
            speakers, ordinary, tolerance: VocabularyCorrection.defaultTolerance)
        let rows: [(String, String, ProfileTrial)] = [
            ("names and jargon", "none", uncorrected(speakers.flatMap(\.sentences))),
            ("names and jargon", "vocabulary only", vocabulary),
            ("names and jargon", "enrolled", enrolled),
            ("ordinary", "none", uncorrected(ordinary)),
            ("ordinary", "enrolled, every voice's", plain),
        ]
        return EvaluationTable(
            title: "Held-out sentences",
            columns: [
                "speech", "profile", "terms wrong", "word error rate", "sentences changed", "for the worse", "such as",
            ],
            rows: rows.map { [$0.0, $0.1] + $0.2.cells })
    }

    private static func voices(_ speakers: [Speaker]) -> EvaluationTable {
        EvaluationTable(
            title: "Profiles",
            columns: ["voice", "words per minute", "level, dBFS", "terms", "forms heard", "such as"],
            rows: speakers.map { speaker in
                let profile = speaker.profile
                return [
                    speaker.name, profile.speakingRate.map { RecognitionFigures.decimal($0, 0) } ?? "–",
                    profile.speechLevel.map { RecognitionFigures.decimal($0, 1) } ?? "–",
                    String(profile.customVocabulary.count), String(profile.heardForms.count),
                    profile.heardForms.prefix(2).map { "\($0.heard) → \($0.written)" }.joined(separator: ", "),
                ]
            })
    }

    private static func goals(_ speakers: [Speaker], _ ordinary: [HeardSentence]) -> [EvaluationGoal] {
        let without = uncorrected(speakers.flatMap(\.sentences)).termErrors
        let (_, enrolled, plain) = trials(speakers, ordinary, tolerance: VocabularyCorrection.defaultTolerance)
        let removed = without > 0 ? 1 - enrolled.termErrors / without : 1
        let harm = Double(plain.harmed) / Double(max(1, ordinary.count * speakers.count))
        return [
            EvaluationGoal(
                "errors on terms removed by enrolment", goal: "≥ \(RecognitionFigures.percent(improvementGoal))",
                measured: RecognitionFigures.percent(removed), isMet: removed >= improvementGoal),
            EvaluationGoal(
                "ordinary sentences made worse", goal: "≤ \(RecognitionFigures.percent(harmGoal))",
                measured: RecognitionFigures.percent(harm), isMet: harm <= harmGoal),
        ]
    }
}
