// Profiles as JSON files. The format is described in docs/profile.md.

/// Why a text is no profile, and where in it that was seen.
public struct ProfileError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Such as `functions[2].calls`; empty for the whole text.
    public let place: String
    public let reason: String

    public var description: String { "not a profile: \(place.isEmpty ? "" : "\(place): ")\(reason)" }
}

extension ExecutionProfile {
    /// The value of `format` in every profile.
    private static let format = "ftai-profile"

    /// The profile as a JSON text, a line for each function. Ends with a line break.
    public var json: String {
        let head: [(String, VMValue)] = [
            ("format", .string(Self.format)), ("version", .int(Self.version)), ("program", .string(program)),
            ("source", .string(sourceFile)), ("sha256", .string(sourceHash)), ("cacheKey", .string(cacheKey)),
            ("level", .string(level.rawValue)), ("task", .string(task)),
        ]
        let lines = head.map { "  \(VMValue.string($0.0).json): \($0.1.json),\n" }.joined()
        let functions = functions.map { "    \($0.value.json)" }.joined(separator: ",\n")
        return "{\n\(lines)  \"functions\": [\n\(functions)\n  ]\n}\n"
    }

    /// Reads a profile. Members that are not known are passed over, so that later ones can say more.
    ///
    /// - Throws: ``ProfileError`` for a text that is not JSON, not a profile, or one of another version.
    public init(json text: String) throws(ProfileError) {
        let value: VMValue
        do { value = try VMValue(json: text) } catch { throw ProfileError(place: "", reason: "\(error)") }
        let object = try ProfileObject(value, at: "")
        guard try object.text("format") == Self.format else {
            throw ProfileError(place: "format", reason: "it is not \(Self.format)")
        }
        guard try object.count("version") == UInt64(Self.version) else {
            throw ProfileError(place: "version", reason: "only version \(Self.version) can be read; record it again")
        }
        guard let level = OptimizationLevel(rawValue: try object.text("level")) else {
            throw ProfileError(place: "level", reason: "there is no such level")
        }
        var functions: [FunctionProfile] = []
        for function in try object.objects("functions") { functions.append(try FunctionProfile(function)) }
        self.init(
            program: try object.text("program"), sourceFile: try object.text("source"),
            sourceHash: try object.text("sha256"), cacheKey: try object.text("cacheKey"), level: level,
            task: try object.text("task"), functions: functions)
    }
}

extension FunctionProfile {
    fileprivate var value: VMValue {
        .object([
            ("name", .string(name)), ("calls", .count(calls)), ("executions", .list(executions.map(VMValue.count))),
            (
                "jumps",
                .list(jumps.map { .object([("at", .int(Int64($0.instruction))), ("taken", .count($0.taken))]) })
            ),
            (
                "callSites",
                .list(
                    callSites.map {
                        .object([
                            ("line", .int(Int64($0.line))), ("callee", .string($0.callee)), ("calls", .count($0.calls)),
                        ])
                    })
            ),
            (
                "lines",
                .list(
                    lines.map {
                        .object(
                            [
                                ("line", .int(Int64($0.line))), ("visits", .count($0.visits)),
                                ("instructions", .count($0.instructions)), ("allocations", .count($0.allocations)),
                                ("bytes", .count($0.bytes)),
                            ] + ($0.file.map { [("file", .string($0))] } ?? []))
                    })
            ),
        ])
    }

    fileprivate init(_ object: ProfileObject) throws(ProfileError) {
        let executions = try object.counts("executions")
        self.init(name: try object.text("name"), calls: try object.count("calls"), executions: executions)
        for jump in try object.objects("jumps") {
            let position = try jump.position("at", below: executions.count)
            let taken = try jump.count("taken")
            guard taken <= executions[position] else {
                throw ProfileError(place: jump.place, reason: "it was taken more often than it was executed")
            }
            jumps.append(JumpProfile(instruction: position, taken: taken))
        }
        for site in try object.objects("callSites") {
            callSites.append(
                CallSiteProfile(
                    line: try site.position("line", below: Int(Int32.max)), callee: try site.text("callee"),
                    calls: try site.count("calls")))
        }
        for line in try object.objects("lines") {
            lines.append(
                LineProfile(
                    file: try line.has("file") ? line.text("file") : nil,
                    line: try line.position("line", below: Int(Int32.max)), visits: try line.count("visits"),
                    instructions: try line.count("instructions"), allocations: try line.count("allocations"),
                    bytes: try line.count("bytes")))
        }
    }
}

extension VMValue {
    fileprivate static func object(_ members: [(String, VMValue)]) -> VMValue {
        .map(members.map { VMMapEntry(key: $0.0, value: $0.1) })
    }

    /// A count as a number that every reader of JSON can hold as a 64-bit integer.
    fileprivate static func count(_ value: UInt64) -> VMValue { .int(Int64(clamping: value)) }
}

/// An object of a profile, with its place for messages.
private struct ProfileObject {
    let place: String
    private var members: [String: VMValue] = [:]

    init(_ value: VMValue, at place: String) throws(ProfileError) {
        guard case .map(let entries) = value else { throw ProfileError(place: place, reason: "an object is expected") }
        self.place = place
        for entry in entries { members[entry.key] = entry.value }
    }

    private func error(_ name: String, _ expected: String) -> ProfileError {
        ProfileError(place: path(name), reason: "\(expected) is expected")
    }

    private func path(_ name: String) -> String { place.isEmpty ? name : "\(place).\(name)" }

    func has(_ name: String) -> Bool { members[name] != nil }

    func text(_ name: String) throws(ProfileError) -> String {
        guard case .string(let text) = members[name] else { throw error(name, "a text") }
        return text
    }

    func count(_ name: String) throws(ProfileError) -> UInt64 {
        guard case .int(let value) = members[name], value >= 0 else { throw error(name, "a count") }
        return UInt64(value)
    }

    func position(_ name: String, below limit: Int) throws(ProfileError) -> Int {
        guard case .int(let value) = members[name], value >= 0, value < limit else {
            throw error(name, "a whole number from 0 to \(limit - 1)")
        }
        return Int(value)
    }

    func counts(_ name: String) throws(ProfileError) -> [UInt64] {
        guard case .list(let values) = members[name] else { throw error(name, "a list") }
        var counts: [UInt64] = []
        counts.reserveCapacity(values.count)
        for (index, value) in values.enumerated() {
            guard case .int(let count) = value, count >= 0 else { throw error("\(name)[\(index)]", "a count") }
            counts.append(UInt64(count))
        }
        return counts
    }

    func objects(_ name: String) throws(ProfileError) -> [ProfileObject] {
        guard case .list(let values) = members[name] else { throw error(name, "a list") }
        var objects: [ProfileObject] = []
        for (index, value) in values.enumerated() {
            objects.append(try ProfileObject(value, at: "\(path(name))[\(index)]"))
        }
        return objects
    }
}
