// Who has the floor while an answer is spoken.

import SerenaAudio
import Testing

@testable import SerenaEngine

@Suite struct FloorTests {
    /// What happens, one after the other: bids, words that matter or don't, and frames without any of that.
    enum Event: Sendable {
        case bid(FloorBid)
        case words(Bool)
        case goesOn
        case frames(Int)
    }

    private static func decisions(_ events: [Event], isListening: Bool = true) -> [Floor.Decision] {
        var floor = Floor()
        var decisions: [Floor.Decision] = []
        for event in events {
            switch event {
            case .bid(let bid): decisions.append(floor.step(bid, isListening: isListening))
            case .words(let matter): decisions.append(floor.heardWords(matter: matter))
            case .goesOn: floor.speechGoesOn()
            case .frames(let count):
                for _ in 0..<count { decisions.append(floor.step(nil, isListening: isListening)) }
            }
        }
        return decisions.filter { $0 != .none }
    }

    @Test(
        arguments: [
            // A cough: held, and gone on with.
            ([.bid(.claim), .frames(20), .bid(.nothing)], [.hold, .goOn]),
            // A sentence: its words are not waited for.
            ([.bid(.claim), .frames(90), .bid(.speech)], [.hold, .fallSilent]),
            // "Stop." and "yeah" differ by their words, whichever is known first.
            ([.bid(.claim), .bid(.remark), .frames(10), .words(true)], [.hold, .fallSilent]),
            ([.bid(.claim), .bid(.remark), .frames(10), .words(false)], [.hold, .goOn]),
            ([.bid(.claim), .words(false), .bid(.remark)], [.hold, .goOn]),
            // What was heard before a pause is not all.
            ([.bid(.claim), .words(false), .goesOn, .bid(.remark), .words(true)], [.hold, .fallSilent]),
            // Words from before the sound have nothing to do with it.
            ([.words(true), .bid(.claim), .bid(.remark), .frames(1), .words(false)], [.hold, .goOn]),
            // Words that never come are none.
            ([.bid(.claim), .bid(.remark), .frames(200)], [.hold, .goOn]),
            // Who goes on after a remark is heard out.
            (
                [.bid(.claim), .bid(.remark), .frames(5), .bid(.claim), .frames(200), .bid(.speech)],
                [.hold, .hold, .fallSilent]
            ),
            // Nothing was claimed.
            ([.bid(.nothing), .words(true), .frames(5), .bid(.remark)], []),
        ] as [([Event], [Floor.Decision])])
    func theAnswerIsHeldUntilItIsKnownWhetherItIsWanted(_ events: [Event], _ expected: [Floor.Decision]) {
        #expect(Self.decisions(events) == expected)
    }

    @Test func nobodyWaitsForWordsOfWhatIsNoUtterance() {
        let frames = Int(Floor.patienceWithoutUtterance / AudioFrame.duration)
        let events: [Event] = [.bid(.claim), .bid(.remark), .frames(frames)]
        #expect(Self.decisions(events, isListening: false) == [.hold, .goOn])
        #expect(Self.decisions(events, isListening: true) == [.hold])
    }

    @Test func anAnswerIsContestedFromTheClaimToTheDecision() {
        var floor = Floor()
        #expect(!floor.isContested)
        _ = floor.step(.claim, isListening: true)
        #expect(floor.isContested)
        _ = floor.step(.remark, isListening: true)
        #expect(floor.isContested)
        _ = floor.heardWords(matter: false)
        #expect(!floor.isContested)
    }
}
