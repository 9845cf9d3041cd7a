// Talk that is not meant for an assistant, in any amount.

import Instrumentation

/// Makes sentences of everyday talk, the same ones for the same seed: hundreds of thousands of different ones.
struct TalkText {
    enum Kind: CaseIterable {
        /// What people say to each other.
        case ordinary
        /// Every sentence has a word or name that resembles a wake phrase, most of them at its beginning.
        case nearMisses

        fileprivate var patterns: [String] {
            switch self {
            case .ordinary: TalkText.ordinaryPatterns
            case .nearMisses: TalkText.nearPatterns
            }
        }
    }

    private var random: SeededGenerator
    private let kind: Kind

    init(_ kind: Kind = .ordinary, seed: UInt64) {
        self.kind = kind
        random = SeededGenerator(seed: seed)
    }

    mutating func sentence() -> String {
        let pattern = kind.patterns.randomElement(using: &random) ?? ""
        var words: [String] = []
        for word in pattern.split(separator: " ") {
            let name = word.filter(\.isLetter)
            let chosen = Self.lists[name]?.randomElement(using: &random) ?? name
            words.append(chosen + word.filter { !$0.isLetter })
        }
        let text = words.joined(separator: " ")
        return text.prefix(1).uppercased() + text.dropFirst() + "."
    }

    private static let ordinaryPatterns = [
        "PERSON VERB THING TIME", "PERSON VERB THING because PERSON VERB OTHER", "we should OPINION THING TIME",
        "the THING near the PLACE was ADJECTIVE", "hey PERSON, have you seen the THING in the PLACE",
        "PERSON said that the OTHER are ADJECTIVE", "there are NUMBER OTHER in the PLACE TIME",
        "it took NUMBER hours to get from the PLACE to the PLACE", "do you think PERSON will OPINION the OTHER",
        "when PERSON VERB THING nobody was in the PLACE", "I would rather OPINION the OTHER than the THING",
        "PERSON, could you please OPINION the OTHER TIME", "so we talked about THING, and then PERSON VERB OTHER",
        "well, I don't know, PERSON is always so ADJECTIVE TIME", "where did you put the OTHER from the PLACE",
        "they say that the PLACE will be ADJECTIVE TIME", "no, the NUMBER OTHER are for PERSON",
        "how was the PLACE TIME", "sorry, I have to OPINION THING before PERSON comes from the PLACE",
        "yes, and PERSON VERB NUMBER OTHER TIME, which was quite ADJECTIVE",
    ]

    private static let nearPatterns = [
        "NEAR is what PERSON called it TIME", "PERSON and NEARNAME talked about NEAR and the OTHER",
        "the NEARNAME in the PLACE is more ADJECTIVE than the THING", "NEARNAME, put NUMBER of the OTHER beside NEAR",
        "so what NEARNAME really wants is NEAR and NUMBER OTHER", "NEARNAME VERB THING TIME",
        "hey NEARNAME, have you seen NEAR in the PLACE", "NEARNAME said that NEAR is ADJECTIVE",
    ]

    private static let lists: [String: [String]] = [
        "PERSON": [
            "Catherine", "Peter", "my sister", "the teacher", "Thomas", "our neighbour", "the doctor", "Angela",
            "Robert",
            "everybody", "Helen", "Susan", "mister Miller", "Simon", "somebody", "Rachel", "she", "he", "Samuel",
            "the children", "Sandra", "his brother", "Henry", "Paul",
        ],
        "NEARNAME": [
            "Sabrina", "Marina", "Selena", "Irina", "Sirius", "Corinna", "Celine", "Tina", "Serge", "Sharon", "Arena",
            "the computer", "my computer", "a commuter", "Jupiter", "Peter",
        ],
        "NEAR": [
            "a serenade", "the arena", "a siren", "a serene lake", "the marina", "a commuter", "the computer",
            "computing", "a computation", "the commuter train", "a computer game", "serenity", "the siren",
            "a subpoena",
            "a ballerina", "the cantina", "a concertina", "a receiver", "the scenery", "an old computer",
        ],
        "VERB": [
            "found", "wrote about", "bought", "forgot", "painted", "carried", "explained", "sold", "wanted", "opened",
            "remembered", "moved", "broke", "repaired", "photographed", "described", "lost", "hid", "ordered", "built",
        ],
        "THING": [
            "the bicycle", "a yellow umbrella", "the garden", "an orchestra", "the newspaper", "a piano", "the report",
            "the kitchen table", "a winter coat", "the telephone", "a letter", "the piece of music", "a cinema",
            "the museum",
            "a sandwich", "the window", "the machine", "a camera", "a sailing boat", "the blackboard",
        ],
        "OTHER": [
            "questions", "answers", "mountains", "students", "engineers", "rivers", "stories", "tickets", "buildings",
            "languages", "horses", "paintings", "candles", "batteries", "islands", "recipes", "problems", "numbers",
            "clouds", "shoes",
        ],
        "PLACE": [
            "theatre", "station", "library", "harbour", "kitchen", "office", "hospital", "forest", "village", "airport",
            "university", "basement", "market", "stadium", "restaurant", "mountains",
        ],
        "TIME": [
            "yesterday", "last summer", "in the morning", "before the concert", "on Tuesday", "after lunch",
            "a year ago",
            "at the end of the day", "every evening", "during the break", "this week", "in November",
        ],
        "ADJECTIVE": [
            "beautiful", "expensive", "serious", "silent", "surprising", "certain", "complete", "complicated",
            "similar",
            "scenic", "sincere", "severe", "secret", "ordinary", "enormous",
        ],
        "OPINION": [
            "consider", "sell", "keep", "change", "visit", "celebrate", "compute", "repeat", "choose", "support",
            "ignore",
            "discuss",
        ],
        "NUMBER": [
            "two", "three", "seven", "ten", "eleven", "twenty", "a hundred", "several", "thirteen", "forty two",
        ],
    ]
}
