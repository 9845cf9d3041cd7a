// A scenario: a scripted talk, step by step, and what is expected of the assistant.

import AssistantInterface
import Instrumentation
import SerenaAudio

/// A talk with an assistant that can be replayed: what is said, when, and what must come of it.
public struct Scenario: Hashable, Sendable {
    /// Names the scenario in folders and baselines: lower-case letters, digits, `-` and `_`.
    public var name: String
    public var title: String
    public var description: String
    /// For everything random in a run.
    public var seed: UInt64
    /// How many runs are counted when the command line does not say.
    public var runs: Int
    /// How many runs come before the counted ones when the command line does not say.
    public var warmup = 0
    /// Settings for the assistant, handed on as they are; a single value is a list of one.
    public var assistant: [String: [String]]
    /// How each voice is made, by the name that steps use.
    public var voices: [String: String]
    /// The values that stand for `${name}`, by name.
    public var parameters: [String: String] = [:]
    /// What is varied from result to result.
    public var matrix: [MatrixAxis] = []
    /// Words to choose scenarios and steps by.
    public var tags: [String] = []
    /// What the whole talk is heard through.
    public var conditions: [Condition] = []
    public var repetition = Repetition.times(1)
    /// How many talks go on at once, each with an assistant of its own.
    public var users = 1
    public var thresholds: [Threshold]
    /// How long after the end of speech an answer may begin before the step counts as not answered.
    public var patience: Duration
    public var steps: [Step]

    /// How long a step that expects silence listens after the end of speech.
    public static let silencePatience = Duration.milliseconds(1_200)
    /// ``patience`` where the scenario does not say.
    public static let defaultPatience = Duration.milliseconds(1_500)
    /// ``Step/pause`` where the step does not say.
    public static let defaultPause = Duration.milliseconds(600)
    /// Who speaks a step that names no voice.
    public static let defaultVoice = "presenter"
    /// ``runs`` where neither the scenario nor the command line says.
    public static let defaultRuns = 1

    public init(
        name: String, title: String? = nil, description: String = "", seed: UInt64 = 0,
        runs: Int = defaultRuns,
        assistant: [String: [String]] = [:], voices: [String: String] = [:],
        thresholds: [Threshold] = [.standard],
        patience: Duration = defaultPatience, steps: [Step]
    ) {
        self.name = name
        self.title = title ?? name
        self.description = description
        self.seed = seed
        self.runs = runs
        self.assistant = assistant
        self.voices = voices
        self.thresholds = thresholds
        self.patience = patience
        self.steps = steps
    }
}

/// How often the talk is held in one run.
public enum Repetition: Hashable, Sendable {
    case times(Int)
    /// As long as no more than this has passed when it would begin again.
    case lasting(Duration)
}

/// Something that takes one value after the other, each with a result of its own.
public struct MatrixAxis: Hashable, Sendable {
    public var name: String
    public var values: [String]

    public init(name: String, values: [String]) {
        self.name = name
        self.values = values
    }
}

/// When a step begins.
public enum StepStart: Hashable, Sendable {
    /// When the steps before it are over, after a pause.
    case following
    /// So long after the beginning of the talk, whatever goes on.
    case at(Duration)
    /// So long after the first audible sample of another step's answer: an interruption.
    case during(step: String, after: Duration)
}

/// Who answers a turn, which decides the budget that it is held against.
public enum TurnClass: String, CaseIterable, Codable, Sendable {
    /// The assistant on this machine.
    case local
    /// A language model or a service elsewhere.
    case elsewhere
}

/// One utterance of the talk and what is expected to come of it.
public struct Step: Hashable, Sendable {
    /// Unique in the scenario: lower-case letters, digits, `-` and `_`.
    public var id: String
    /// The words that are spoken, which are also the transcript expected.
    public var say: String
    /// The WAV file, relative to the scenario's folder.
    public var audio: String
    public var voice: String?
    /// An earlier step that must be over; nil is the step before.
    public var after: String?
    public var start = StepStart.following
    /// From the end of the answer before to the first sample of this step's recording.
    public var pause: Duration
    /// Brought about right before the recording begins.
    public var faults: [Fault]
    /// Whether the run fails when the step does.
    public var isRequired: Bool
    /// Why the step cannot pass yet; nil for a step that should pass.
    public var expectedFailure: String?
    public var tags: [String] = []
    /// What this step is heard through, besides what the whole talk is.
    public var conditions: [Condition] = []
    public var turnClass = TurnClass.local
    public var expect: StepExpectation

    public init(
        id: String, say: String, audio: String, voice: String? = nil, after: String? = nil,
        pause: Duration = Scenario.defaultPause, faults: [Fault] = [], isRequired: Bool = true,
        expect: StepExpectation = StepExpectation()
    ) {
        self.id = id
        self.say = say
        self.audio = audio
        self.voice = voice
        self.after = after
        self.pause = pause
        self.faults = faults
        self.isRequired = isRequired
        self.expect = expect
    }
}

/// What must come of a step. Whatever is nil or empty is not checked.
public struct StepExpectation: Hashable, Sendable {
    public var intent: String?
    /// Slots that must be found with these values; other slots don't matter.
    public var slots: [String: String]
    /// All of these must hold for what was said.
    public var response: [ResponseExpectation]
    /// False when the assistant must keep silent.
    public var isAnswered: Bool
    /// Whether a turn without an answer passes when the assistant's report names the problem.
    public var mayFailByName = false
    /// The answer must begin earlier than this after the end of speech.
    public var latency: Duration?
    /// The greatest word error rate allowed, 0 to 1 or above.
    public var wordErrorRate: Double?
    public var route: Route?
    /// These must happen in the turn, in this order; others may come in between.
    public var events: [String] = []
    /// The answer that the step breaks into must fall silent so soon after the first sample of the step's speech.
    public var stopsWithin: Duration?
    /// Whether the answer that the step falls into must be heard to its end all the same.
    public var isHeardToEnd = false

    public init(
        intent: String? = nil, slots: [String: String] = [:], response: [ResponseExpectation] = [],
        isAnswered: Bool = true, latency: Duration? = nil, wordErrorRate: Double? = nil,
        route: Route? = nil, events: [String] = [], stopsWithin: Duration? = nil
    ) {
        self.intent = intent
        self.slots = slots
        self.response = response
        self.isAnswered = isAnswered
        self.latency = latency
        self.wordErrorRate = wordErrorRate
        self.route = route
        self.events = events
        self.stopsWithin = stopsWithin
    }
}

/// Something that must hold for the text of an answer.
public indirect enum ResponseExpectation: Hashable, Sendable {
    /// The words occur in this order, side by side; case, punctuation and the way numbers are written don't matter.
    case contains(String)
    /// The regular expression matches somewhere; case does not matter.
    case matches(String)
    /// One of these holds.
    case any([ResponseExpectation])
}
