// What is said in a word or two while another speaks.

import AssistantInterface

/// Tells "uh-huh" and "yeah" from a short request for the floor.
public enum Remark {
    /// What people say while another goes on speaking, in the spellings of recognisers. After the continuers, agreements and assessments that are counted
    /// in D. Jurafsky, E. Shriberg, B. Fox and T. Curl, *Lexical, prosodic, and syntactic cues for dialog acts*, 1998; without those that may as well be
    /// an answer or a request, such as "no" and "well".
    private static let acknowledgements: Set<String> = [
        "uh", "huh", "uhhuh", "ah", "aha", "oh", "ooh", "um", "hm", "hmm", "hmmm", "mm", "mmm", "mmhm", "mmhmm", "mhm",
        "mhmm",
        "yeah", "yea", "yep", "yup", "ya", "yes", "okay", "ok", "right", "sure", "wow",
    ]

    /// What takes the floor all alone. Recognisers make single words of all kinds of a short "uh-huh", so that an unknown one proves nothing.
    private static let requests: Set<String> = [
        "stop", "wait", "no", "nope", "enough", "quiet", "silence", "cancel", "pause", "halt", "hold", "please",
        "excuse", "sorry", "pardon",
        "what", "why", "how", "who", "whose", "when", "where", "which", "question", "hey", "hello", "listen", "help",
        "actually",
        "next", "again", "repeat", "back", "skip", "continue", "louder", "softer", "slower", "faster", "thanks",
        "goodbye", "bye",
    ]

    /// What people say to show that they listen, as recognisers write it, each a sentence of its own: what goes on is more than that.
    public static let spellings = [
        "Uh-huh.", "Uh huh.", "Yeah.", "Mm-hmm.", "Mm.", "Hmm.", "Right.", "Okay.", "Yes.", "Oh.", "Sure.",
        "Uh-huh, uh-huh.",
        "Uh huh, uh huh.", "Yeah, yeah.", "Yeah yeah.",
    ]

    /// More words than this are no acknowledgement that was misheard.
    private static let mostDoubtfulWords = 5
    /// How much the recogniser may prefer what it has written over the acknowledgement that fits best, in nats: up to here it has misheard one, whatever it has written…
    private static let likeness = -3.5
    /// …and beyond this, even a single word that nobody knows is no acknowledgement. Both were chosen on the voices that the network for onsets has learned from: none of 45
    /// short sentences fits better than the first, and no hum worse than the second.
    private static let unlikeness = -6.0

    /// Whether the words leave it open what was said, so that it is worth asking how well it fits ``spellings``.
    public static func isDoubtful(_ transcript: String) -> Bool {
        let words = otherWords(transcript)
        return (1...mostDoubtfulWords).contains(words.count) && !words.contains(where: requests.contains)
    }

    /// Whether `transcript` wants the floor: a request, or more than a word that is no acknowledgement.
    ///
    /// - Parameter fit: how well the sound fits ``spellings``; nil when that is not known.
    public static func wantsFloor(_ transcript: String, fit: PhraseFit? = nil) -> Bool {
        let words = otherWords(transcript)
        if let fit, isDoubtful(transcript) {
            if fit.preference >= likeness { return false }
            if fit.preference < unlikeness { return true }
        }
        return words.count > 1 || words.contains(where: requests.contains)
    }

    /// The words that are no acknowledgements.
    private static func otherWords(_ transcript: String) -> [String] {
        SpokenText.normalizedWords(transcript).filter { !acknowledgements.contains($0) }
    }
}
