// What a program asks of the world around it.

/// Does for a program what goes beyond computing.
public protocol VMHost: Sendable {
    /// Speaks `text`, or keeps it until it may be spoken. Returns when the program may go on, not when the sound has ended.
    func say(_ text: String) async

    /// Keeps `value` under `key`, in place of what was there.
    func remember(key: String, value: String) async throws

    /// What is kept under `key`; nil when nothing is.
    func recall(key: String) async throws -> String?
}

/// One thing that a suspended program waits for.
public enum HostRequest: Hashable, Sendable {
    case say(String)
    case remember(key: String, value: String)
    case recall(key: String)
}

/// What the host has to tell to a suspended program.
public enum HostAnswer: Hashable, Sendable {
    /// It is done. To a ``HostRequest/recall(key:)`` this means that nothing is kept.
    case done
    /// What is kept under the key; nil when nothing is.
    case recalled(String?)
    /// It could not be done; the program ends.
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
            }
        } catch {
            return .failed(reason: "\(error)")
        }
    }
}
