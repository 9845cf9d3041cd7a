// That an onset is where the first word begins: no click before it, and no breath.

import Foundation
import SerenaAudio
import Testing

@testable import SpeechEvaluation

@Suite struct SpeechStretchesTests {
    /// A piece of sound: from when to when, in milliseconds, and how far below the word, in dB.
    struct Piece: Sendable {
        var from: Int
        var to: Int
        var level = 0.0
    }

    static let word = Piece(from: 500, to: 900)

    private static func sound(_ pieces: [Piece]) -> [Float] {
        var samples = [Float](repeating: 0, count: 16 * 1_200)
        for piece in pieces {
            let amplitude = 0.2 * Level.amplitude(of: piece.level)
            for index in piece.from * 16..<piece.to * 16 {
                samples[index] = Float(amplitude * sin(2 * .pi * 400 * Double(index) / 16_000))
            }
        }
        return samples
    }

    @Test(arguments: [
        (name: "a word", pieces: [word], start: 500),
        ("a soft consonant", [Piece(from: 440, to: 500, level: -22), word], 440),
        ("a breath that runs into the word", [Piece(from: 100, to: 500, level: -22), word], 400),
        ("a breath on its own", [Piece(from: 100, to: 400, level: -22), word], 500),
        ("a smack of the lips", [Piece(from: 370, to: 430, level: -10), word], 500),
        ("a plosive with its closure", [Piece(from: 430, to: 450), word], 430),
        ("nothing but a click", [Piece(from: 370, to: 430)], nil),
    ])
    func anOnsetIsWhereTheFirstWordBegins(name: String, pieces: [Piece], start: Int?) throws {
        let samples = Self.sound(pieces)
        let annotation = try #require(SpeechAnnotation.find(in: samples, sampleRate: 16_000))
        let active = try #require(ActiveSpeechLevel.measure(samples, sampleRate: 16_000))
        let found = SpeechStretches(samples, activeLevel: active, annotation: annotation)
        let length = samples.count / SpeechStretches.windowLength
        #expect(found.firstWord(within: 0..<length).map { $0 * 5 } == start, "\(name)")
    }

    @Test func aClipIsCountedFromItsFirstWord() throws {
        let breath = Piece(from: 100, to: 400, level: -22)
        let clip = try #require(SoundClip(kind: .speech, source: "", recording: Self.sound([breath, Self.word])))
        #expect(abs(clip.onset - 400 * 16) <= 80)
        #expect(clip.at(level: -40).onset == clip.onset)
        #expect(clip.played(at: 8_000)?.onset == 2 * clip.onset)
    }
}
