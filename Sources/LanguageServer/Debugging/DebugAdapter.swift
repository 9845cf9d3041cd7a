// The debug adapter as an editor sees it: requests in, responses and events out.

import FTAI
import Foundation
import Instrumentation
import SerenaNetVM
import Synchronization
import TaskInspection

/// What is debugged, and the world that it finds itself in.
public struct LaunchedTask {
    let subject: DebugSubject
    let answer: (HostRequest) async -> HostAnswer
    let finish: () async -> String?

    /// - Parameters:
    ///   - answer: does what the task asks the outside for, except to say something and to tell of events.
    ///   - finish: called when the task has ended; tells what went wrong then, such as that not everything was remembered.
    public init(
        subject: DebugSubject, answer: @escaping (HostRequest) async -> HostAnswer,
        finish: @escaping () async -> String?
    ) {
        self.subject = subject
        self.answer = answer
        self.finish = finish
    }
}

/// Why a task cannot be debugged, in words for the user of the editor.
public struct LaunchFailure: Error {
    let message: String

    public init(_ message: String) {
        self.message = message
    }
}

/// What has come from the editor and is still to be looked at. Whatever comes interrupts the task that runs, for a moment.
public final class DebugInbox: Sendable {
    let interruption = Interruption()
    private let pieces = Mutex<[[UInt8]]>([])
    private let isClosed = Atomic(false)

    /// Takes a piece of what the editor sends, from any thread.
    public func put(_ piece: [UInt8]) {
        pieces.withLock { $0.append(piece) }
        interruption.request()
    }

    /// Nothing more will come: whoever debugs is gone.
    public func close() {
        isClosed.store(true, ordering: .sequentiallyConsistent)
        interruption.request()
    }

    var isAtEnd: Bool { isClosed.load(ordering: .sequentiallyConsistent) }

    func take() -> [[UInt8]] {
        pieces.withLock { pieces in
            defer { pieces = [] }
            return pieces
        }
    }
}

/// Speaks the Debug Adapter Protocol about one task. It neither reads nor writes itself: whoever has a channel does.
///
/// ```swift
/// let adapter = DebugAdapter(clock: clock, files: files, load: load, send: write)
/// for await piece in pieces {            // elsewhere: adapter.inbox.put(piece)
///     try await adapter.work()
///     if adapter.isOver { break }
/// }
/// ```
/// While the task runs, ``work()`` runs it; what comes meanwhile is looked at between two instructions.
public final class DebugAdapter {
    /// A task is one thread.
    static let thread = 1

    enum State {
        /// Before the task is known.
        case fresh
        /// The task is known, and the editor says where to stop.
        case launched
        case running, stopped
        /// The task has failed and can still be looked at.
        case failed(VMError)
        case ended
    }

    public let inbox = DebugInbox()
    /// Whether the editor has left.
    public private(set) var isOver = false

    let clock: any EngineClock
    let files: any IncludedFiles
    let load: (DebugLaunch) throws(LaunchFailure) -> LaunchedTask
    var state = State.fresh
    var launch: DebugLaunch?
    var launched: LaunchedTask?
    var task: DebuggedTask?
    /// How the program goes on when it runs next; nil when it goes on as before.
    var plan: Debugger.Plan?
    /// Why the program stops when its plan is fulfilled.
    var stepReason = "step"
    /// What the editor's variables stand for while the program stands still; it counts them from 1.
    var shown: [ShownPart] = []
    /// Counted from 1 or from 0, as the editor wants them.
    private(set) var firstLine = 1
    private(set) var firstColumn = 1
    private var reader = MessageReader()
    private let send: ([UInt8]) -> Void
    private var lastMessage = 0

    /// - Parameters:
    ///   - files: finds out which names stand for the same file.
    ///   - load: finds and compiles what is to be debugged.
    ///   - send: takes what the editor is to be sent.
    public init(
        clock: any EngineClock, files: any IncludedFiles,
        load: @escaping (DebugLaunch) throws(LaunchFailure) -> LaunchedTask, send: @escaping ([UInt8]) -> Void
    ) {
        self.clock = clock
        self.files = files
        self.load = load
        self.send = send
    }

    /// Does what has been asked for, and runs the task until it stops or something else comes.
    ///
    /// - Throws: when nothing that comes can be understood any more.
    public func work() async throws(FramingError) {
        repeat {
            inbox.interruption.clear()
            let isAtEnd = inbox.isAtEnd
            for piece in inbox.take() {
                for message in try reader.receive(piece) where !isOver {
                    if case .content(let content) = message { await take(Data(content)) }
                }
            }
            if isAtEnd { isOver = true }
            if isRunning, !isOver { await run() }
        } while isRunning && !isOver
    }

    private var isRunning: Bool { if case .running = state { true } else { false } }

    // MARK: Requests

    /// Does what a request asks for. What is no request is passed over: there is nobody to answer.
    private func take(_ content: Data) async {
        guard let envelope = try? JSONDecoder().decode(DebugEnvelope.self, from: content), envelope.type == "request",
            let name = envelope.command
        else { return }
        let request = Incoming(number: envelope.seq, command: name, content: content)
        guard let command = DebugCommand(rawValue: name) else {
            return refuse(request, DebugRefusal("there is no request `\(name.prefix(64))`"))
        }
        switch command {
        case .initialize, .launch, .configurationDone, .restart: begin(command, request)
        case .terminate, .disconnect: await end(command, request)
        case .setBreakpoints, .setFunctionBreakpoints, .setInstructionBreakpoints, .setExceptionBreakpoints,
            .breakpointLocations:
            place(command, request)
        case .continue, .next, .stepIn, .stepOut: await proceed(command, request)
        case .pause:
            answer(request) { (_: Empty) throws(DebugRefusal) in Empty() }
            guard case .running = state else { return }
            stop(StoppedBody(reason: "pause"))
        case .threads, .stackTrace, .scopes, .variables, .evaluate, .exceptionInfo, .disassemble: look(command, request)
        }
    }

    private func begin(_ command: DebugCommand, _ request: Incoming) {
        switch command {
        case .initialize:
            answer(request) { (arguments: InitializeArguments) throws(DebugRefusal) in
                self.firstLine = arguments.linesStartAt1 ?? true ? 1 : 0
                self.firstColumn = arguments.columnsStartAt1 ?? true ? 1 : 0
                return AdapterAbilities()
            }
        case .launch:
            let isLaunched = answer(request) { (arguments: DebugLaunch) throws(DebugRefusal) in
                try self.launch(arguments)
                return Empty()
            }
            if isLaunched { tell("initialized", Empty?.none) }
        case .configurationDone:
            answer(request) { (_: Empty) throws(DebugRefusal) in
                guard case .launched = self.state else { throw DebugRefusal("nothing waits for it") }
                self.start()
                return Empty()
            }
        default:
            answer(request) { (_: Empty) throws(DebugRefusal) in
                guard let task = self.task else { throw DebugRefusal("nothing was launched") }
                do throws(VMError) { try task.restart() } catch { throw DebugRefusal("\(error)") }
                self.start()
                return Empty()
            }
        }
    }

    private func launch(_ arguments: DebugLaunch) throws(DebugRefusal) {
        guard case .fresh = state else { throw DebugRefusal("a task was launched already") }
        let launched: LaunchedTask
        do throws(LaunchFailure) {
            launched = try load(arguments)
        } catch {
            throw DebugRefusal(error.message)
        }
        do throws(VMError) {
            task = try DebuggedTask(launched.subject, clock: clock, files: files, interruption: inbox.interruption)
        } catch {
            throw DebugRefusal("\(error)")
        }
        self.launched = launched
        launch = arguments
        state = .launched
    }

    private func start() {
        let stopsOnEntry = launch?.stopsOnEntry == true && launch?.isRun == false
        plan = stopsOnEntry ? .into : .run
        stepReason = "entry"
        state = .running
    }

    private func end(_ command: DebugCommand, _ request: Incoming) async {
        answer(request) { (_: Empty) throws(DebugRefusal) in Empty() }
        if case .ended = state {} else if case .fresh = state {} else { await finish(exitCode: nil) }
        if command == .disconnect { isOver = true }
    }

    // MARK: Messages

    /// A request that has come.
    struct Incoming {
        let number: Int
        let command: String
        let content: Data
    }

    /// Answers a request, or tells why not.
    ///
    /// - Returns: whether it was done.
    @discardableResult
    func answer<Arguments: Decodable, Body: Encodable>(
        _ request: Incoming, _ body: (Arguments) throws(DebugRefusal) -> Body
    ) -> Bool {
        do {
            let arguments = try Self.arguments(of: request) as Arguments
            let response = DebugResponse(
                seq: number(), requestNumber: request.number, success: true, command: request.command,
                body: try body(arguments))
            send(MessageWriter.framed(response))
            return true
        } catch let refusal as DebugRefusal {
            refuse(request, refusal)
        } catch {
            refuse(request, DebugRefusal("the arguments are not those of the request"))
        }
        return false
    }

    private static func arguments<Arguments: Decodable>(of request: Incoming) throws -> Arguments {
        // Requests without arguments may leave them out.
        if let none = Empty() as? Arguments { return none }
        return try JSONDecoder().decode(DebugRequest<Arguments>.self, from: request.content).arguments
    }

    private func refuse(_ request: Incoming, _ refusal: DebugRefusal) {
        let body = RefusalBody(
            error: .init(id: 1, format: refusal.message.replacing("{", with: "(").replacing("}", with: ")")))
        send(
            MessageWriter.framed(
                DebugResponse(
                    seq: number(), requestNumber: request.number, success: false, command: request.command,
                    message: refusal.message, body: body)))
    }

    func tell(_ event: String, _ body: (some Encodable)?) {
        send(MessageWriter.framed(DebugEvent(seq: number(), event: event, body: body)))
    }

    /// Shows a text in the editor's console, which may be a terminal.
    func write(_ text: String, to category: String) {
        tell("output", OutputBody(category: category, output: TerminalText.lines(text) + "\n"))
    }

    private func number() -> Int {
        lastMessage += 1
        return lastMessage
    }
}
