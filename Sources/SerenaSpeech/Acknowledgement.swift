// Words by which listeners show that they listen.

import AssistantInterface

/// Tells "uh-huh" and "yeah" from words that want an answer.
public enum Acknowledgement {
    /// What people say while another goes on speaking, in the spellings of recognisers. After the continuers, agreements and assessments that are counted
    /// in D. Jurafsky, E. Shriberg, B. Fox and T. Curl, *Lexical, prosodic, and syntactic cues for dialog acts*, 1998; without those that may as well be
    /// an answer or a request, such as "no", "really" and "well".
    private static let words: Set<String> = [
        "uh", "huh", "uhhuh", "ah", "aha", "oh", "ooh", "um", "hm", "hmm", "hmmm", "mm", "mmm", "mmhm", "mmhmm", "mhm",
        "mhmm",
        "yeah", "yea", "yep", "yup", "ya", "yes", "okay", "ok", "right", "sure", "wow",
    ]

    /// Whether `transcript` is nothing but acknowledgements, or nothing at all.
    public static func isAll(of transcript: String) -> Bool {
        SpokenText.normalizedWords(transcript).allSatisfy(words.contains)
    }
}
