// What an assistant tells about a turn: what it heard, understood, decided and said, and when.

import Instrumentation

/// Is told about turns while a run goes on. Calls come from the assistant's own threads, in order.
public protocol TurnObserver: Sendable {
    /// The user began to speak.
    func turnBegan(_ turn: Int, at time: Instant)
    /// The transcript so far, while the user still speaks.
    ///
    /// - Parameter stable: how many of its first words, normalised as in ``SpokenText/normalizedWords(_:)``, will hardly change any more.
    func turn(_ turn: Int, heardPartial text: String, stable: Int, at time: Instant)
    /// The assistant is done with the turn: everything it will say has been handed to the output.
    func turnEnded(_ report: TurnReport)
}

/// Everything that an assistant knows about one of its turns.
public struct TurnReport: Sendable {
    /// Counted from 0 in the run.
    public var turn: Int
    /// The final transcript; empty when nothing was understood.
    public var transcript: String
    /// The intent that was recognised; nil when the speech is unknown.
    public var intent: String?
    /// Of the intent, 0 to 1.
    public var confidence: Double
    /// The slots of the intent, as text.
    public var slots: [String: String]
    /// Everything that was said, sentence by sentence, joined by a space; empty when the assistant kept silent.
    public var response: String
    /// Which way the turn was answered.
    public var route: Route
    /// Why that route was taken, in a sentence.
    public var routeReason: String
    public var trace: TurnTrace
    /// Figures of the turn that noise cannot touch, by name: `instructions`, `allocatedBytes`, `bytecodeBytes`. Those that the assistant
    /// does not count are absent.
    public var exact: [String: Int]
    /// What happened, in order, by name and without times, such as `intent tip` or `recall name`.
    public var events: [String]
    /// A part that failed during the turn, and what was done instead.
    public var problem: String?
    /// What was done ahead in the turn; nil from an assistant that does nothing ahead, or does not count it.
    public var speculation: Speculation?
    /// The stages that fell behind during the turn, such as `recognition`: work had to be dropped or waited for.
    public var backlog: [String]
    /// How often the assistant fell silent for somebody since the report before; nil when it never did.
    public var holds: Holds?

    public init(
        turn: Int, transcript: String = "", intent: String? = nil, confidence: Double = 0,
        slots: [String: String] = [:], response: String = "", route: Route = .ignored, routeReason: String = "",
        trace: TurnTrace = TurnTrace(),
        exact: [String: Int] = [:], events: [String] = [], problem: String? = nil, speculation: Speculation? = nil,
        backlog: [String] = []
    ) {
        self.turn = turn
        self.transcript = transcript
        self.intent = intent
        self.confidence = confidence
        self.slots = slots
        self.response = response
        self.route = route
        self.routeReason = routeReason
        self.trace = trace
        self.exact = exact
        self.events = events
        self.problem = problem
        self.speculation = speculation
        self.backlog = backlog
    }
}

/// Work that was begun before it was known whether it is needed: recognition, understanding or running ahead of the endpoint.
public struct Speculation: Hashable, Sendable {
    /// Pieces of work whose outcome the answer was made from.
    public var used: Int
    /// Pieces of work that were thrown away, because the user went on or nothing had to be answered.
    public var wasted: Int
    /// The processor time of the pieces that were thrown away.
    public var wastedCPU: Duration

    public init(used: Int = 0, wasted: Int = 0, wastedCPU: Duration = .zero) {
        self.used = used
        self.wasted = wasted
        self.wastedCPU = wastedCPU
    }
}

/// How often an assistant held its answer because somebody seemed to want to speak.
public struct Holds: Hashable, Sendable {
    public var count: Int
    /// Those after which the answer went on, because nobody had wanted to speak.
    public var inVain: Int
    /// The silence of those in vain.
    public var silence: Duration

    public init(count: Int = 0, inVain: Int = 0, silence: Duration = .zero) {
        self.count = count
        self.inVain = inVain
        self.silence = silence
    }
}

/// The way in which a turn was answered.
public enum Route: String, CaseIterable, Codable, Sendable {
    /// By a task, run as bytecode by the VM.
    case vm
    /// By the fall-back on this machine, because no task fits.
    case traditional
    /// Not at all: the speech was not meant for the assistant.
    case ignored
}
