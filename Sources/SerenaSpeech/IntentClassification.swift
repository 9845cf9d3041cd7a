// What a transcript asks for, and what it can be asked for with.

/// The type of a slot.
public enum SlotType: String, CaseIterable, Codable, Sendable {
    case int, float, bool, string
    /// A time of day and a date; their values are strings in the form of ``SpokenTime`` and ``SpokenDate``.
    case time, date

    /// The type of the values that fill the slot.
    public var valueType: SlotType {
        switch self {
        case .int, .float, .bool, .string: self
        case .time, .date: .string
        }
    }
}

/// The value that speech put into a slot.
public enum SlotValue: Hashable, Sendable {
    case int(Int64)
    case float(Double)
    case bool(Bool)
    /// In the spelling of the transcript.
    case string(String)

    public var type: SlotType {
        switch self {
        case .int: .int
        case .float: .float
        case .bool: .bool
        case .string: .string
        }
    }
}

/// A slot that the phrases of an intent can fill.
public struct SlotDefinition: Hashable, Sendable {
    public let name: String
    public let type: SlotType
    /// Whether the intent cannot be carried out without it.
    public let isRequired: Bool

    public init(name: String, type: SlotType, isRequired: Bool = true) {
        self.name = name
        self.type = type
        self.isRequired = isRequired
    }
}

/// An intent, and what people say when they mean it.
///
/// A phrase is made of words and slots: `what is a {rate:float} percent tip on {bill:float} dollars`. Words in `[brackets]` may be
/// absent; `(one|another)` stands for either.
public struct IntentPattern: Hashable, Sendable {
    public let intent: String
    public let agent: String?
    public let phrases: [String]
    public let slots: [SlotDefinition]

    public init(intent: String, agent: String? = nil, phrases: [String], slots: [SlotDefinition] = []) {
        self.intent = intent
        self.agent = agent
        self.phrases = phrases
        self.slots = slots
    }
}

/// What a transcript asks for.
public struct IntentClassification: Hashable, Sendable {
    /// Nil when the transcript asks for nothing that is known.
    public let intent: String?
    /// The probability that the best candidate is what was meant, from 0 to 1; also when that was not good enough to be the intent.
    /// Calibrated, see ``ConfidenceScale``.
    public let confidence: Double
    /// The best candidate, whose confidence may be too low for it to be the intent; nil when nothing fits at all.
    public let likeliest: String?
    /// The slots that were filled, by name.
    public let parameters: [String: SlotValue]
    /// The agent that the intent belongs to.
    public let suggestedAgent: String?
    /// Whether the speaker called the assistant by its name.
    public let isAddressed: Bool
    /// Whether all required slots are filled, so that the intent could be carried out as it stands, and the words are not much more like
    /// the beginning of a longer phrase.
    public let isComplete: Bool
    /// Whether the last words went into a slot, so that more words could belong to it.
    public let mayContinue: Bool
    /// Whether anything was said besides the assistant's name.
    public let hasContent: Bool
    /// How well the words fit the beginning of something that is known and goes on, from 0 to 1: "what is a fifteen percent tip" waits
    /// for its bill. At most 0.55 when the intent is complete and does not trail off.
    public let expectsMore: Double
    /// Whether the last word is one that nothing ends with ("and", "the", "um"), or announces a correction ("no, I mean"). What was
    /// understood so far may be complete nevertheless.
    public let trailsOff: Bool

    public init(
        intent: String?, confidence: Double, parameters: [String: SlotValue] = [:], suggestedAgent: String? = nil,
        isAddressed: Bool = false, isComplete: Bool = false, mayContinue: Bool = false, hasContent: Bool = true,
        expectsMore: Double = 0, trailsOff: Bool = false, likeliest: String? = nil
    ) {
        self.intent = intent
        self.confidence = confidence
        self.parameters = parameters
        self.suggestedAgent = suggestedAgent
        self.isAddressed = isAddressed
        self.isComplete = isComplete
        self.mayContinue = mayContinue
        self.hasContent = hasContent
        self.expectsMore = expectsMore
        self.trailsOff = trailsOff
        self.likeliest = likeliest ?? intent
    }
}
