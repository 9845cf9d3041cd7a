// Short remarks, and whether they ask for the floor.

import Testing

@testable import SerenaSpeech

@Suite struct RemarkTests {
    @Test(arguments: [
        ("", false), ("Uh-huh.", false), ("Yeah.", false), ("Uh huh, uh huh.", false), ("Mm-hmm.", false),
        ("Mhm", false),
        ("Okay, right.", false), ("Oh, wow!", false), ("Butter.", false), ("Yeah, but why?", true), ("Stop.", true),
        ("No.", true), ("Okay, stop.", true), ("Wait", true), ("Enough.", true), ("That is wrong.", true),
        ("Louder please.", true),
    ])
    func acknowledgementsAreNoRequests(_ words: String, _ wantsFloor: Bool) {
        #expect(Remark.wantsFloor(words) == wantsFloor)
    }

    @Test(arguments: [
        ("But her.", -2.0, false), ("But her.", -5, true), ("But her.", nil, true), ("Stop, yes, no.", -2, true),
        ("Butter.", -2, false), ("Butter.", -5, false), ("Butter.", nil, false), ("Clubs.", -9, true),
        ("Yeah.", -30, false), ("The ten of clubs was mine.", 0, true),
    ])
    func howTheSoundFitsAnAcknowledgementSettlesDoubts(_ words: String, _ preference: Double?, _ wantsFloor: Bool) {
        let fit = preference.map { PhraseFit(preference: $0, beginning: "Uh") }
        #expect(Remark.wantsFloor(words, fit: fit) == wantsFloor)
    }

    @Test(arguments: [
        ("", false), ("Yeah.", false), ("Butter.", true), ("Uh, but her.", true), ("Please wait.", false),
        ("The ten of clubs was mine.", false),
    ])
    func aFewUnknownWordsAreInDoubt(_ words: String, _ isDoubtful: Bool) {
        #expect(Remark.isDoubtful(words) == isDoubtful)
    }
}
