// What a program asks of the world around it.

import SerenaNetBytecode

/// Does for a program what goes beyond computing.
public protocol VMHost: Sendable {
    /// Speaks `text`, or keeps it until it may be spoken. Returns when the program may go on, not when the sound has ended.
    func say(_ text: String) async

    /// Keeps `value` under `key`, in place of what was there.
    func remember(key: String, value: String) async throws

    /// What is kept under `key`; nil when nothing is.
    func recall(key: String) async throws -> String?

    /// What a tool gives back. A host without tools throws.
    func callTool(_ name: String, arguments: [VMMapEntry]) async throws -> VMValue

    /// What an agent answers. A host without agents throws.
    func askAgent(_ name: String, question: String) async throws -> String

    /// Tells whoever listens that something happened. A host that nobody listens to does nothing.
    func emit(_ event: String, values: [VMMapEntry]) async throws

    /// Seconds since 1970 in UTC. A host without a calendar throws.
    func readClock() async throws -> Int64
}

/// A host was asked for what it does not have.
public struct HostLacks: Error, Hashable, Sendable, CustomStringConvertible {
    public let description: String

    public init(_ what: String) {
        description = "there is no \(what)"
    }
}

extension VMHost {
    public func callTool(_ name: String, arguments: [VMMapEntry]) async throws -> VMValue {
        throw HostLacks("such tool")
    }

    public func askAgent(_ name: String, question: String) async throws -> String {
        throw HostLacks("such agent")
    }

    public func emit(_ event: String, values: [VMMapEntry]) async throws {}

    public func readClock() async throws -> Int64 {
        throw HostLacks("calendar")
    }
}

/// One thing that a suspended program waits for.
public enum HostRequest: Hashable, Sendable {
    case say(String)
    case remember(key: String, value: String)
    case recall(key: String)
    case callTool(name: String, arguments: [VMMapEntry])
    case askAgent(name: String, question: String)
    case emit(event: String, values: [VMMapEntry])
    case readClock
    /// Calls of tools and agents that do not wait for each other.
    case together([HostRequest])
}

/// What the host has to tell to a suspended program.
public enum HostAnswer: Hashable, Sendable {
    /// It is done. To a ``HostRequest/recall(key:)`` this means that nothing is kept, to a tool's call that it gives null.
    case done
    /// What is kept under the key; nil when nothing is.
    case recalled(String?)
    /// What a tool gave back, a text that an agent answered, or an int that is the time.
    case returned(VMValue)
    /// An answer to each call of a ``HostRequest/together(_:)``, in their order.
    case together([HostAnswer])
    /// It could not be done; the program ends, unless it catches that.
    case failed(reason: String)
}

extension VMHost {
    /// Does what `request` asks for; an error that is thrown becomes ``HostAnswer/failed(reason:)``.
    public func answer(_ request: HostRequest) async -> HostAnswer {
        do {
            switch request {
            case .say(let text):
                await say(text)
                return .done
            case .remember(let key, let value):
                try await remember(key: key, value: value)
                return .done
            case .recall(let key): return .recalled(try await recall(key: key))
            case .callTool(let name, let arguments):
                return .returned(try await callTool(name, arguments: arguments))
            case .askAgent(let name, let question):
                return .returned(.string(try await askAgent(name, question: question)))
            case .emit(let event, let values):
                try await emit(event, values: values)
                return .done
            case .readClock: return .returned(.int(try await readClock()))
            case .together(let requests): return .together(await answers(to: requests))
            }
        } catch {
            return .failed(reason: "\(error)")
        }
    }

    /// The answers to requests that are worked on at the same time, in the order of the requests.
    private func answers(to requests: [HostRequest]) async -> [HostAnswer] {
        await withTaskGroup(of: (Int, HostAnswer).self) { group in
            for (index, request) in requests.enumerated() {
                group.addTask { (index, await answer(request)) }
            }
            var answers = [HostAnswer](repeating: .failed(reason: "no answer"), count: requests.count)
            for await (index, answer) in group { answers[index] = answer }
            return answers
        }
    }
}
