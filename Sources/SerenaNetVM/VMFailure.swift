// How a program failed, where, and what can be tried next.

import SerenaNetBytecode

/// What can be done when a program was refused or ended, by whoever asked for it.
public enum RecoveryStep: String, CaseIterable, Hashable, Sendable {
    /// Ask for it again: what was in the way may be gone.
    case retry
    /// Run it with a larger budget of what it lacked.
    case raiseBudget
    /// Do less: fewer elements, a shorter text, a task that asks for less.
    case simplify
    /// Compile it again at a lower level, or for the first time after its source was mended.
    case compileAgain
    /// Give the inputs that it asks for.
    case mendInputs
    /// Change the task, or let it catch the failure.
    case mendTask
    /// Ask another agent, or do without one.
    case askAnother
    /// Begin the task anew instead of going on with it.
    case beginAnew
    /// Initialise the VM.
    case initialize
    /// Answer without the VM.
    case answerWithoutTask

    /// What to do, for a person who runs tasks.
    public var advice: String {
        switch self {
        case .retry: "try again"
        case .raiseBudget: "give the task a larger budget"
        case .simplify: "ask the task for less"
        case .compileAgain: "compile the document again"
        case .mendInputs: "give the inputs that the task asks for"
        case .mendTask: "change the task, or catch the failure with `try`"
        case .askAnother: "answer for it, or let another do so"
        case .beginAnew: "begin the task anew"
        case .initialize: "initialise the VM"
        case .answerWithoutTask: "answer without the task"
        }
    }
}

extension VMError {
    /// What can be tried, the most promising first. An assistant comes to the end of it with an answer in any case.
    public var recovery: [RecoveryStep] {
        switch self {
        case .compilationFailed: [.compileAgain, .answerWithoutTask]
        case .executionTimeout, .performanceThresholdExceeded: [.raiseBudget, .simplify, .answerWithoutTask]
        case .memoryExhausted: [.raiseBudget, .simplify, .retry, .answerWithoutTask]
        case .invalidBytecode: [.compileAgain, .answerWithoutTask]
        case .agentUnavailable: [.askAnother, .retry, .answerWithoutTask]
        case .contextCorrupted: [.beginAnew, .answerWithoutTask]
        case .programFault(let fault): fault.kind.recovery + [.answerWithoutTask]
        case .notRunning: [.initialize, .answerWithoutTask]
        }
    }

    /// A word for the kind of error, the same for all of a kind: for metrics and logs.
    public var name: String {
        switch self {
        case .compilationFailed: "compilation"
        case .executionTimeout: "timeout"
        case .memoryExhausted: "memory"
        case .invalidBytecode: "bytecode"
        case .agentUnavailable: "agent"
        case .contextCorrupted: "context"
        case .performanceThresholdExceeded: "threshold"
        case .programFault(let fault): fault.kind.name ?? fault.kind.nameOfUncaught
        case .notRunning: "not running"
        }
    }
}

extension RuntimeFault.Kind {
    fileprivate var recovery: [RecoveryStep] {
        switch self {
        case .integerOverflow, .divisionByZero, .indexOutside, .nullValue, .numberConversion, .missingList, .failed,
            .notJSON:
            [.mendInputs, .mendTask]
        case .callDepth: [.simplify, .raiseBudget]
        case .valueTooDeep: [.simplify, .mendTask]
        case .cancelled: [.retry]
        case .unknownTask: [.compileAgain]
        case .missingInput, .mistypedInput, .unknownInput: [.mendInputs]
        case .hostFailed: [.retry, .mendTask]
        case .toolFailed, .agentFailed: [.askAnother, .retry, .mendTask]
        }
    }

    /// What cannot be caught has no name in the language.
    fileprivate var nameOfUncaught: String {
        switch self {
        case .callDepth: "calls"
        case .cancelled: "cancelled"
        case .unknownTask: "task"
        default: "inputs"
        }
    }
}

/// An error with the place in the source at which it ended a program.
public struct VMFailure: Error, Hashable, Sendable, CustomStringConvertible {
    public let error: VMError
    /// Nil for what was refused before it began.
    public let location: ProgramLocation?

    public init(_ error: VMError, at location: ProgramLocation? = nil) {
        self.error = error
        self.location = location
    }

    public var recovery: [RecoveryStep] { error.recovery }

    /// Such as `tip.ftai:12: the program was stopped after 500 ms in task average, called by main`.
    public var description: String {
        guard let location, !error.hasPlace else { return "\(error)" }
        return location.describe("\(error)")
    }
}

extension VMError {
    /// Whether the description begins with a place already.
    fileprivate var hasPlace: Bool {
        if case .programFault = self { true } else { false }
    }
}

extension VMExecutionResult {
    /// How the execution failed; nil when it did not.
    public var failure: VMFailure? { error.map { VMFailure($0, at: errorLocation) } }
}

extension Execution {
    /// How the execution failed; nil as long as it has not.
    public var failure: VMFailure? {
        if case .failed(let error) = ending { VMFailure(error, at: errorLocation) } else { nil }
    }
}
