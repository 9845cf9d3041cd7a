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
}
