// Words that only show that somebody listens.

import Testing

@testable import SerenaSpeech

@Suite struct AcknowledgementTests {
    @Test(arguments: [
        ("", true), ("Uh-huh.", true), ("Yeah.", true), ("Uh huh, uh huh.", true), ("Mm-hmm.", true), ("Mhm", true),
        ("Okay, right.", true), ("Oh, wow!", true), ("Yeah, but why?", false), ("Stop.", false), ("No.", false),
        ("Serena?", false), ("Okay, stop.", false), ("Wait", false), ("Really?", false), ("Enough.", false),
    ])
    func acknowledgementsAreNoRequests(_ words: String, _ isAcknowledgement: Bool) {
        #expect(Acknowledgement.isAll(of: words) == isAcknowledgement)
    }
}
