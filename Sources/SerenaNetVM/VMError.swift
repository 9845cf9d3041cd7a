// What can go wrong with a program, and where in its source it went wrong.

import Instrumentation
import SerenaNetBytecode

/// Why a program was refused or ended before its time.
public enum VMError: Error, Hashable, Sendable {
    /// The source could not be made into bytecode.
    case compilationFailed(reason: String)
    /// The program computed for `duration`, longer than ``PerformanceRequirements/maxExecutionTime``.
    case executionTimeout(duration: Duration)
    /// An allocation of `requested` bytes would have crossed ``PerformanceRequirements/maxMemoryUsage``.
    case memoryExhausted(requested: Int, available: Int)
    /// The verifier refused the program.
    case invalidBytecode(instruction: VerificationError)
    /// The agent that a task belongs to cannot be reached.
    case agentUnavailable(agentName: String)
    /// A saved context cannot be used.
    case contextCorrupted(contextId: String)
    /// A budget other than time and memory was used up: `instructions`.
    case performanceThresholdExceeded(metric: String, value: Double)
    /// The program itself did what has no result, or was asked for what it does not have.
    case programFault(RuntimeFault)
    /// The VM was not initialised, or has been shut down.
    case notRunning
}

extension VMError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .compilationFailed(let reason): "the compilation failed: \(reason)"
        case .executionTimeout(let duration): "the program was stopped after \(Int(duration.milliseconds)) ms"
        case .memoryExhausted(let requested, let available):
            "the program asked for \(requested) bytes of memory and \(available) are left"
        case .invalidBytecode(let error): "the bytecode is not valid: \(error)"
        case .agentUnavailable(let name): "the agent \(name) is not available"
        case .contextCorrupted(let id): "the context \(id) is damaged"
        case .performanceThresholdExceeded(let metric, let value):
            "the program was stopped at \(NumberText.shortest(value)) \(metric)"
        case .programFault(let fault): fault.description
        case .notRunning: "the VM is not running"
        }
    }
}

/// A place in the source of a program, and how control came there.
public struct ProgramLocation: Hashable, Sendable {
    /// The file, as the compiler was told.
    public let file: String
    /// 1-based; nil where the code has no line.
    public let line: Int?
    /// The names of the tasks on the way, the one that was running first.
    public let stack: [String]

    public init(file: String, line: Int?, stack: [String]) {
        self.file = file
        self.line = line
        self.stack = stack
    }
}

/// An error of the program, with its place.
public struct RuntimeFault: Error, Hashable, Sendable, CustomStringConvertible {
    public enum Kind: Hashable, Sendable {
        case integerOverflow
        case divisionByZero
        case indexOutside(index: Int64, count: Int)
        case nullValue
        /// A number that the other type cannot hold, such as the integer of "not a number".
        case numberConversion(value: String)
        /// A list was changed that was never made. Compiled code does not do this.
        case missingList
        case callDepth(limit: Int)
        case cancelled
        case unknownTask(String)
        case missingInput(name: String, type: ValueType)
        case mistypedInput(name: String, type: ValueType)
        case unknownInput(name: String)
        /// The host could not do what the program asked for.
        case hostFailed(reason: String)
        case toolFailed(name: String, reason: String)
        case agentFailed(name: String, reason: String)
        /// The program said so itself, with `fail`.
        case failed(message: String)
        case notJSON(reason: String)
        /// A value has no form in JSON or outside of the VM: it is nested too deep, or contains itself.
        case valueTooDeep(limit: Int)
    }

    public let kind: Kind
    public let location: ProgramLocation

    public init(_ kind: Kind, at location: ProgramLocation) {
        self.kind = kind
        self.location = location
    }

    /// Such as `tip.ftai:12: division by zero in task average, called by main`.
    public var description: String { location.describe("\(kind)") }
}

extension ProgramLocation {
    /// What happened there, between the place and the tasks on the way to it; of a deep recursion only the first and the last.
    func describe(_ event: String) -> String {
        let place = line.map { "\(file):\($0)" } ?? file
        guard let innermost = stack.first else { return "\(place): \(event)" }
        var callers = Array(stack.dropFirst())
        if callers.count > 8 {
            let hidden = callers.count - 5
            callers = callers.prefix(4) + ["\(hidden) more"] + callers.suffix(1)
        }
        return "\(place): \(event) in task \(innermost)" + callers.map { ", called by \($0)" }.joined()
    }
}

extension RuntimeFault.Kind: CustomStringConvertible {
    public var description: String {
        switch self {
        case .integerOverflow: "a whole number became too large"
        case .divisionByZero: "division by zero"
        case .indexOutside(let index, let count): "index \(index) is outside a list of \(count)"
        case .nullValue: "a value is null"
        case .numberConversion(let value): "\(value) cannot be converted"
        case .missingList: "a list was changed that was never made"
        case .callDepth(let limit): "more than \(limit) calls within each other"
        case .cancelled: "cancelled"
        case .unknownTask(let name): "there is no task \(name)"
        case .missingInput(let name, let type): "the input \(name) (\(type)) is missing"
        case .mistypedInput(let name, let type): "the input \(name) is not \(type)"
        case .unknownInput(let name): "there is no input \(name)"
        case .hostFailed(let reason): "the host failed: \(reason)"
        case .toolFailed(let name, let reason): "the tool \(name) failed: \(reason)"
        case .agentFailed(let name, let reason): "the agent \(name) failed: \(reason)"
        case .failed(let message): message
        case .notJSON(let reason): "no JSON: \(reason)"
        case .valueTooDeep(let limit): "a value is nested deeper than \(limit), or contains itself"
        }
    }
}

extension RuntimeFault.Kind {
    /// What `catch` calls it; nil for what a program cannot catch, because somebody else has decided that it ends.
    public var name: String? {
        switch self {
        case .integerOverflow: "overflow"
        case .divisionByZero: "division"
        case .indexOutside: "index"
        case .nullValue, .missingList: "null"
        case .numberConversion: "conversion"
        case .hostFailed: "host"
        case .toolFailed: "tool"
        case .agentFailed: "agent"
        case .failed: "failed"
        case .notJSON: "json"
        case .valueTooDeep: "depth"
        case .callDepth, .cancelled, .unknownTask, .missingInput, .mistypedInput, .unknownInput: nil
        }
    }
}
