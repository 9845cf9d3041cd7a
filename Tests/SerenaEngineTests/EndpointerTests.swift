// Where utterances begin and end.

import Instrumentation
import SerenaAudio
import Testing

@testable import SerenaEngine

@Suite struct EndpointerTests {
    /// Runs 10 ms frames through an endpointer; gives each event with the frame that it came with.
    private func events(
        _ stretches: [(isSpeech: Bool, frames: Int)], completeness: Completeness
    ) -> [(event: Endpointer.Event, frame: Int)] {
        var endpointer = Endpointer()
        var frame = 0
        var result: [(Endpointer.Event, Int)] = []
        for stretch in stretches {
            for _ in 0..<stretch.frames {
                let event = endpointer.step(isSpeech: stretch.isSpeech, completeness: completeness)
                if event != .none { result.append((event, frame)) }
                frame += 1
            }
        }
        return result
    }

    @Test(arguments: [
        (Completeness.complete, 15), (.extendable, 22), (.unknown, 19), (.broken, 60), (.unfinished, 175),
        (.undecided, 70), (.addressOnly, 100),
    ])
    func waitFollowsFromTheMeaning(completeness: Completeness, frames: Int) {
        let found = events([(false, 20), (true, 100), (false, 200)], completeness: completeness)
        #expect(found.map(\.event) == [.began, .candidate, .endpoint])
        #expect(found.map(\.frame) == [20, 125, 119 + frames])
    }

    @Test(arguments: [
        (pace: 1.0, patience: 1.0, completeness: Completeness.complete, frames: 15), (1.05, 1, .complete, 16),
        (1.4, 1, .complete, 16), (1, 2, .complete, 30), (0.9, 1, .complete, 15), (1.25, 1, .extendable, 24),
        (1.25, 1, .unfinished, 219), (0.9, 1, .unfinished, 175),
    ])
    func waitsGrowWithPatienceAndWithASlowSpeaker(
        pace: Double, patience: Double, completeness: Completeness, frames: Int
    ) {
        var configuration = Endpointer.Configuration()
        configuration.patience = patience
        var endpointer = Endpointer(configuration: configuration)
        endpointer.pace = pace
        _ = endpointer.step(isSpeech: true, completeness: .undecided)
        let end = (1...300).first { _ in endpointer.step(isSpeech: false, completeness: completeness) == .endpoint }
        #expect(end == frames)
    }

    @Test func pauseShorterThanTheWaitDoesNotEndTheUtterance() {
        let found = events([(true, 50), (false, 14), (true, 50), (false, 15)], completeness: .complete)
        #expect(found.map(\.event) == [.began, .candidate, .resumed, .candidate, .endpoint])
    }

    @Test func gapShorterThanACandidateIsPartOfSpeech() {
        let found = events([(true, 50), (false, 5), (true, 50)], completeness: .complete)
        #expect(found.map(\.event) == [.began])
    }

    @Test func speechWithoutEndIsCut() {
        let found = events([(true, 6000)], completeness: .undecided)
        #expect(found.prefix(3).map(\.event) == [.began, .endpoint, .began])
        #expect(found[1].frame == 2499)
    }

    @Test func knowingMoreEndsTheUtteranceBetweenFrames() {
        var endpointer = Endpointer()
        _ = endpointer.step(isSpeech: true, completeness: .undecided)
        for _ in 0..<18 { _ = endpointer.step(isSpeech: false, completeness: .undecided) }
        #expect(endpointer.reconsider(completeness: .unknown) == .none)
        #expect(endpointer.reconsider(completeness: .complete) == .endpoint)
        #expect(endpointer.reconsider(completeness: .complete) == .none)
    }
}
