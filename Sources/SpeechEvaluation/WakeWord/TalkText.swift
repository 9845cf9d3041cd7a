// Talk that is not meant for an assistant, in any amount.

import Instrumentation

/// Makes sentences of everyday talk, the same ones for the same seed: some tens of thousands of different ones, many with words that sound like wake words.
struct TalkText {
    private var random: SeededGenerator

    init(seed: UInt64) {
        random = SeededGenerator(seed: seed)
    }

    mutating func sentence() -> String {
        let pattern = Self.patterns.randomElement(using: &random) ?? ""
        var words: [String] = []
        for word in pattern.split(separator: " ") {
            let list = Self.lists[String(word)]
            words.append(list?.randomElement(using: &random) ?? String(word))
        }
        return words.joined(separator: " ") + "."
    }

    private static let patterns = [
        "PERSON VERB THING TIME", "PERSON VERB THING because PERSON VERB OTHER", "we should OPINION THING TIME",
        "the THING near the PLACE was ADJECTIVE", "hey PERSON have you seen the THING in the PLACE",
        "PERSON said that the OTHER is ADJECTIVE", "there are NUMBER OTHER in the PLACE TIME",
        "it took NUMBER hours to get from the PLACE to the PLACE", "do you think PERSON will OPINION the THING",
        "when PERSON VERB THING nobody was in the PLACE", "I would rather OPINION the OTHER than the THING",
        "NEAR is what PERSON called it TIME", "PERSON and PERSON talked about NEAR and the OTHER",
        "the NEAR in the PLACE is more ADJECTIVE than the THING", "please put NUMBER of the THING beside the NEAR",
        "so what PERSON really wants is a NEAR and NUMBER OTHER",
    ]

    private static let lists: [String: [String]] = [
        "PERSON": [
            "Sabrina", "Marina", "Selena", "Irina", "Sirius", "Corinna", "Catherine", "Peter", "my sister",
            "the teacher",
            "Thomas", "our neighbour", "the doctor", "Angela", "Robert", "everybody", "Celine", "Tina", "Serge",
            "Helen",
        ],
        "NEAR": [
            "a serenade", "the arena", "a siren", "a serene lake", "the marina", "a commuter", "the computer",
            "computing",
            "a computation", "the commuter train", "a computer game", "serenity", "the siren", "a subpoena",
            "a ballerina",
            "the cantina", "a concertina", "a receiver", "the scenery", "an old computer",
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
