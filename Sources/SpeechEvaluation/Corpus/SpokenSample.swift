// Speech whose words are known.

/// A stretch of speech and what is said in it.
struct SpokenSample: Sendable {
    /// Such as `librivox 0870`.
    var name: String
    /// The words.
    var text: String
    /// At 16 kHz.
    var samples: [Float]
    var isHuman: Bool
}
