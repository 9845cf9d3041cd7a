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

    /// Whether `transcript` wants the floor: a request, or more than a word that is no acknowledgement.
    public static func wantsFloor(_ transcript: String) -> Bool {
        let words = SpokenText.normalizedWords(transcript).filter { !acknowledgements.contains($0) }
        return words.count > 1 || words.contains(where: requests.contains)
    }
}
