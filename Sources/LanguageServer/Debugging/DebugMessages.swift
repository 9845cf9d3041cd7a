// The messages of the Debug Adapter Protocol 1.6x, as far as this adapter speaks it.

import SerenaNetBytecode

/// What an editor can ask for.
enum DebugCommand: String {
    case initialize, launch, configurationDone, disconnect, terminate, restart
    case setBreakpoints, setFunctionBreakpoints, setInstructionBreakpoints, setExceptionBreakpoints
    case breakpointLocations
    case `continue`, next, stepIn, stepOut, pause
    case threads, stackTrace, scopes, variables, evaluate, exceptionInfo, disassemble
}

struct DebugEnvelope: Decodable {
    let seq: Int
    let type: String
    let command: String?
}

struct DebugRequest<Arguments: Decodable>: Decodable {
    let arguments: Arguments
}

struct DebugResponse<Body: Encodable>: Encodable {
    let seq: Int
    let type = "response"
    let requestNumber: Int
    let success: Bool
    let command: String
    var message: String?
    let body: Body?

    private enum CodingKeys: String, CodingKey {
        case seq, type, success, command, message, body
        case requestNumber = "request_seq"
    }
}

struct DebugEvent<Body: Encodable>: Encodable {
    let seq: Int
    let type = "event"
    let event: String
    let body: Body?
}

/// Why a request is not done, in words for the user of the editor.
struct DebugRefusal: Error {
    let message: String

    init(_ message: String) {
        self.message = message
    }

    /// The program runs: what it holds can be looked at when it stands still.
    static let notStopped = DebugRefusal("notStopped")
}

/// The body of a response that says why something is not done ("ErrorResponse").
struct RefusalBody: Encodable {
    struct Message: Encodable {
        let id: Int
        let format: String
        let showUser = true
    }

    let error: Message
}

/// Of messages without arguments or a body.
struct Empty: Codable {}

// MARK: What is asked

struct InitializeArguments: Decodable {
    let linesStartAt1: Bool?
    let columnsStartAt1: Bool?
}

/// A value of JSON, whatever it is.
struct GivenValue: Decodable {
    private struct Key: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }

        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    let value: VMValue

    init(from decoder: any Decoder) throws {
        if let entries = try? decoder.container(keyedBy: Key.self) {
            let keys = entries.allKeys.sorted { $0.stringValue < $1.stringValue }
            value = .map(
                try keys.map {
                    .init(key: $0.stringValue, value: try entries.decode(GivenValue.self, forKey: $0).value)
                })
        } else if var elements = try? decoder.unkeyedContainer() {
            var values: [VMValue] = []
            while !elements.isAtEnd { values.append(try elements.decode(GivenValue.self).value) }
            value = .list(values)
        } else {
            value = try Self.plain(try decoder.singleValueContainer())
        }
    }

    private static func plain(_ container: any SingleValueDecodingContainer) throws -> VMValue {
        if container.decodeNil() { return .null }
        if let flag = try? container.decode(Bool.self) { return .bool(flag) }
        if let number = try? container.decode(Int64.self) { return .int(number) }
        if let number = try? container.decode(Double.self) { return .float(number) }
        return .string(try container.decode(String.self))
    }
}

/// What is to be debugged, as the editor's configuration says it.
public struct DebugLaunch: Decodable, Sendable {
    /// The path of a document, or of a compiled program.
    public let program: String
    /// The task; nil for the one that can only be meant.
    public let task: String?
    /// By the name of the input.
    public let inputs: [String: VMValue]
    /// What tools and agents answer, by name.
    public let answers: [String: VMValue]
    /// The file that the task remembers in; nil when it forgets.
    public let memory: String?
    /// The folder that included documents are kept to; nil for that of the document.
    public let root: String?
    public let level: OptimizationLevel
    let stopsOnEntry: Bool
    /// Whether it is only run.
    let isRun: Bool

    private enum Key: String, CodingKey {
        case program, task, inputs, answers, memory, root, level, stopOnEntry, noDebug
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        func values(_ key: Key) throws -> [String: VMValue] {
            (try container.decodeIfPresent([String: GivenValue].self, forKey: key) ?? [:]).mapValues(\.value)
        }
        program = try container.decode(String.self, forKey: .program)
        task = try container.decodeIfPresent(String.self, forKey: .task)
        inputs = try values(.inputs)
        answers = try values(.answers)
        memory = try container.decodeIfPresent(String.self, forKey: .memory)
        root = try container.decodeIfPresent(String.self, forKey: .root)
        stopsOnEntry = try container.decodeIfPresent(Bool.self, forKey: .stopOnEntry) ?? false
        isRun = try container.decodeIfPresent(Bool.self, forKey: .noDebug) ?? false
        let name = try container.decodeIfPresent(String.self, forKey: .level) ?? OptimizationLevel.none.rawValue
        guard let level = OptimizationLevel(rawValue: name) else {
            throw DecodingError.dataCorruptedError(
                forKey: .level, in: container, debugDescription: "there is no level \(name)")
        }
        self.level = level
    }
}

struct DocumentPath: Codable {
    var name: String?
    var path: String?
}

/// A breakpoint as it is wanted: at a line, in front of a task, or at an instruction.
struct WantedBreakpoint: Decodable {
    var line: Int?
    let name: String?
    let instructionReference: String?
    let offset: Int?
    let condition: String?
    let hitCondition: String?
    let logMessage: String?
}

struct BreakpointArguments: Decodable {
    /// Of breakpoints at lines alone.
    let source: DocumentPath?
    let breakpoints: [WantedBreakpoint]?
}

struct LineArguments: Decodable {
    let source: DocumentPath
    let line: Int
    let endLine: Int?
}

struct StepArguments: Decodable {
    /// `statement`, `line` or `instruction`.
    let granularity: String?
}

struct StackArguments: Decodable {
    let startFrame: Int?
    let levels: Int?
}

struct ScopeArguments: Decodable {
    let frameId: Int
}

struct VariableArguments: Decodable {
    let variablesReference: Int
    let start: Int?
    let count: Int?
}

struct EvaluateArguments: Decodable {
    let expression: String
    let frameId: Int?
    let context: String?
}

struct DisassembleArguments: Decodable {
    let memoryReference: String
    let offset: Int?
    let instructionOffset: Int?
    let instructionCount: Int
}

// MARK: What is answered

struct AdapterAbilities: Codable {
    var supportsConfigurationDoneRequest = true
    var supportsFunctionBreakpoints = true
    var supportsConditionalBreakpoints = true
    var supportsHitConditionalBreakpoints = true
    var supportsLogPoints = true
    var supportsInstructionBreakpoints = true
    var supportsBreakpointLocationsRequest = true
    var supportsEvaluateForHovers = true
    var supportsClipboardContext = true
    var supportsSteppingGranularity = true
    var supportsDisassembleRequest = true
    var supportsExceptionInfoRequest = true
    var supportsRestartRequest = true
    var supportsTerminateRequest = true
}

struct ShownBreakpoint: Codable, Hashable {
    var id: Int
    var verified: Bool
    var line: Int?
    var message: String?
    var instructionReference: String?
}

struct BreakpointsBody: Codable {
    var breakpoints: [ShownBreakpoint]
}

struct LinesBody: Codable {
    struct Line: Codable {
        var line: Int
    }

    var breakpoints: [Line]
}

struct ThreadsBody: Codable {
    struct Thread: Codable {
        var id: Int
        var name: String
    }

    var threads: [Thread]
}

struct StackBody: Codable {
    struct Frame: Codable {
        var id: Int
        var name: String
        var source: DocumentPath
        var line: Int
        var column: Int
        var instructionPointerReference: String
    }

    var stackFrames: [Frame]
    var totalFrames: Int
}

struct ScopesBody: Codable {
    struct Scope: Codable {
        var name: String
        var presentationHint: String
        var variablesReference: Int
        var expensive: Bool
    }

    var scopes: [Scope]
}

struct VariablesBody: Codable {
    struct Variable: Codable {
        var name: String
        var value: String
        var type: String
        var evaluateName: String?
        var variablesReference = 0
        var indexedVariables: Int?
        var namedVariables: Int?
    }

    var variables: [Variable]
}

struct ResultBody: Codable {
    var result: String
    var type: String
    var variablesReference: Int
    var indexedVariables: Int?
    var namedVariables: Int?
}

struct ExceptionBody: Codable {
    var exceptionId: String
    var description: String
    var breakMode = "unhandled"
}

struct InstructionsBody: Codable {
    struct Instruction: Codable {
        var address: String
        var instruction: String
        var symbol: String?
        var location: DocumentPath?
        var line: Int?
        var presentationHint: String?
    }

    var instructions: [Instruction]
}

struct ContinuedBody: Codable {
    var allThreadsContinued = true
}

struct StoppedBody: Codable {
    var reason: String
    var description: String?
    var text: String?
    var threadId = DebugAdapter.thread
    var allThreadsStopped = true
    var hitBreakpointIds: [Int]?
}

struct OutputBody: Codable {
    /// `stdout` for what a task says, `stderr` for failures, `console` for the rest.
    var category: String
    var output: String
}

struct ExitedBody: Codable {
    var exitCode: Int
}
