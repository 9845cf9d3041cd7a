// An editor as the debug adapter sees it: it asks, and keeps every message that comes back.

import FTAI
import FTAICompiler
import Foundation
import Instrumentation
import SerenaNetBytecode
import SerenaNetVM
import TaskInspection
import Testing

@testable import LanguageServer

/// Time stands still.
struct StoppedClock: EngineClock {
    var now: Instant { Instant(nanoseconds: 0) }

    func sleep(until deadline: Instant) async {}

    func prolong(by duration: Duration) {}
    func makeWorker(named name: String, precedence: WorkerPrecedence) -> any Worker { WorkerThread(name: name) }
}

/// A message with a body of a certain kind.
private struct Heard<Body: Decodable>: Decodable {
    let type: String
    let command: String?
    let event: String?
    let success: Bool?
    let message: String?
    let body: Body?
    let request_seq: Int?
}

final class DebugEditor {
    private(set) var adapter: DebugAdapter
    /// Everything that was heard, in its order.
    private let heard: Log
    private var number = 0

    private final class Log {
        var messages: [Data] = []
    }

    /// - Parameter files: by path; what is launched is compiled from them.
    init(files: [String: String]) {
        let heard = Log()
        self.heard = heard
        let disk = FilesOfATest(texts: files)
        adapter = DebugAdapter(clock: StoppedClock(), files: disk) { launch throws(LaunchFailure) in
            try Self.launched(launch, disk)
        } send: { bytes in
            var reader = MessageReader()
            for case .content(let content) in (try? reader.receive(bytes)) ?? [] {
                heard.messages.append(Data(content))
            }
        }
    }

    private static func launched(_ launch: DebugLaunch, _ files: FilesOfATest) throws(LaunchFailure) -> LaunchedTask {
        guard let text = files.texts[launch.program] else { throw LaunchFailure("there is no \(launch.program)") }
        let includer = DocumentIncluder(root: "/tasks", files: files)
        let document = includer.expand(FTAISource(file: launch.program, text: text))
        do {
            let program = try FTAICompiler().compileForInspection(document, level: launch.level)
            let task = try program.bytecode.task(named: launch.task ?? "main").orFail("there is no such task")
            let sources = Dictionary(
                document.files.map { ($0.source.file, String(decoding: $0.source.bytes, as: UTF8.self)) }
            ) { first, _ in first }
            return LaunchedTask(
                subject: DebugSubject(
                    program: try LoadedProgram(program.bytecode), variables: program.variables, sources: sources,
                    task: task, inputs: launch.inputs
                ) { source throws(CompilationError) in
                    try FTAICompiler().compile(includer.expand(source), level: .basic).bytecode
                }
            ) { request in
                if case .callTool(let name, _) = request, let value = launch.answers[name] { return .returned(value) }
                return .failed(reason: "there is none here")
            } finish: {
                nil
            }
        } catch {
            throw LaunchFailure("\(error)")
        }
    }

    // MARK: Talking

    static func framed(_ number: Int, _ command: String, _ arguments: String) -> [UInt8] {
        Editor.framed(#"{"seq":\#(number),"type":"request","command":"\#(command)","arguments":\#(arguments)}"#)
    }

    /// Hands a request in without waiting for anything.
    ///
    /// - Returns: its number.
    @discardableResult
    func put(_ command: String, _ arguments: String = "{}") -> Int {
        number += 1
        adapter.inbox.put(Self.framed(number, command, arguments))
        return number
    }

    /// Asks, lets the task run until it stops, and gives the answer.
    ///
    /// - Throws: ``Refusal`` when it is refused.
    func ask<Body: Decodable>(_ command: String, _ arguments: String = "{}") async throws -> Body {
        let number = put(command, arguments)
        try await adapter.work()
        for message in heard.messages {
            let answer = try JSONDecoder().decode(Heard<Anything>.self, from: message)
            guard answer.request_seq == number else { continue }
            guard answer.success == true else { throw Refusal(code: 1, message: answer.message ?? "") }
            if let body = try JSONDecoder().decode(Heard<Body>.self, from: message).body { return body }
        }
        throw Refusal(code: 0, message: "no answer to \(command)")
    }

    func tell(_ command: String, _ arguments: String = "{}") async throws {
        let _: Anything = try await ask(command, arguments)
    }

    /// Launches the document at `/tasks/main.ftai`, and says where to stop.
    func launch(_ arguments: String = "{}", breakpoints: String = "[]", path: String = "/tasks/main.ftai") async throws
    {
        try await tell("initialize", #"{"adapterID":"ftai"}"#)
        let more = arguments.dropFirst().dropLast()
        try await tell("launch", #"{"program":"/tasks/main.ftai"\#(more.isEmpty ? "" : ",")\#(more)}"#)
        try await tell("setBreakpoints", #"{"source":{"path":"\#(path)"},"breakpoints":\#(breakpoints)}"#)
        try await tell("configurationDone")
    }

    // MARK: What was heard

    /// The names of all events, in their order.
    var events: [String] {
        heard.messages.compactMap { (try? JSONDecoder().decode(Heard<Anything>.self, from: $0))?.event }
    }

    func bodies<Body: Decodable>(of event: String) -> [Body] {
        heard.messages.compactMap { message in
            guard (try? JSONDecoder().decode(Heard<Anything>.self, from: message))?.event == event else { return nil }
            return (try? JSONDecoder().decode(Heard<Body>.self, from: message))?.body
        }
    }

    /// Why the task stopped last.
    var lastStop: StoppedBody? { (bodies(of: "stopped") as [StoppedBody]).last }

    /// What was written to a category.
    func output(_ category: String) -> String {
        (bodies(of: "output") as [OutputBody]).filter { $0.category == category }.map(\.output).joined()
    }

    /// Everything that was heard, as it was sent.
    var messages: [Data] { heard.messages }

    /// The calls that are open, as `task:line`.
    func stack() async throws -> [String] {
        let body: StackBody = try await ask("stackTrace", #"{"threadId":1}"#)
        return body.stackFrames.map { "\($0.name):\($0.line)" }
    }

    /// The variables of a call, as `name = value`.
    func variables(frame: Int = 1, scope: Int = 0) async throws -> [String] {
        let scopes: ScopesBody = try await ask("scopes", #"{"frameId":\#(frame)}"#)
        return try await children(of: scopes.scopes[scope].variablesReference).map { "\($0.name) = \($0.value)" }
    }

    func children(of reference: Int, more: String = "") async throws -> [VariablesBody.Variable] {
        let body: VariablesBody = try await ask("variables", #"{"variablesReference":\#(reference)\#(more)}"#)
        return body.variables
    }
}

extension Optional {
    fileprivate func orFail(_ message: String) throws(LaunchFailure) -> Wrapped {
        guard let self else { throw LaunchFailure(message) }
        return self
    }
}
