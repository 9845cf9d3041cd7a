// Reading and writing the program's own JSON files: strict on the way in, sorted on the way out.

import Foundation

/// Reads and writes results, baselines and the notes beside recordings.
enum JSONDocument {
    /// The largest file that is read, in bytes.
    static let largestFile = 256 << 20

    static func encode(_ value: some Encodable) throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
        return try encoder.encode(value) + Data("\n".utf8)
    }

    /// Reads a document of one kind.
    ///
    /// - Parameter failure: the exit code of the error when the file is missing, cut in half, of another kind or
    ///   version, or does not fit the schema of its kind. The message names line and column.
    static func read<Value: Codable>(
        _ type: Value.Type, kind: String, version: Int, from path: String, failure: ExitCode
    ) throws(BenchError) -> Value {
        let data = try bytes(of: path, failure: failure)
        return try decode(type, kind: kind, version: version, from: data, path: path, failure: failure)
    }

    static func decode<Value: Codable>(
        _ type: Value.Type, kind: String, version: Int, from data: Data, path: String, failure: ExitCode
    ) throws(BenchError) -> Value {
        guard !data.isEmpty else { throw BenchError(failure, "\(path) is empty") }
        let bytes = [UInt8](data)
        func refused(_ problem: JSONProblem) -> BenchError {
            BenchError(failure, "\(path):\(TextPlace(offset: problem.offset, in: bytes)): \(problem.message)")
        }
        let document: JSONNode
        do {
            document = try JSONScanner.parse(bytes)
        } catch {
            let hint = error.isCut ? "; the file may have been cut off" : ""
            throw refused(
                JSONProblem(offset: error.offset, message: "this is not whole JSON: \(error.message)\(hint)"))
        }
        try checkIdentity(of: document, kind: kind, version: version, path: path, failure: failure)
        if let schema = SchemaKind(rawValue: kind), let problem = try problem(in: document, against: schema) {
            throw refused(problem)
        }
        do {
            let value = try JSONDecoder().decode(type, from: data)
            // A kind without a published schema: what writing the value again does not bring back is unknown.
            if SchemaKind(rawValue: kind) == nil, let problem = try unknownKey(in: document, comparedWith: value) {
                throw refused(problem)
            }
            return value
        } catch let error as BenchError {
            throw error
        } catch let error as DecodingError {
            throw refused(describe(error, in: document))
        } catch {
            throw BenchError(failure, "\(path) cannot be read: \(error.localizedDescription)")
        }
    }

    private static func checkIdentity(
        of document: JSONNode, kind: String, version: Int, path: String, failure: ExitCode
    ) throws(BenchError) {
        guard let found = document["kind"]?.text else {
            throw BenchError(failure, "\(path) is not a file of this program: it has no 'kind'")
        }
        guard found == kind else {
            throw BenchError(failure, "\(path) is a \(Terminal.plain(String(found.prefix(40)))), not a \(kind)")
        }
        guard let number = document["schemaVersion"]?.integer else {
            throw BenchError(failure, "\(path) has no 'schemaVersion'")
        }
        guard number <= Double(version) else {
            throw BenchError(
                failure, "\(path) has version \(number.formatted()) of the format; this program reads \(version)",
                remedy: "a newer serena-bench wrote it: update this one")
        }
        guard number == Double(version) else {
            throw BenchError(
                failure, "\(path) has version \(number.formatted()) of the format; this program reads \(version)",
                remedy: "measure again: an older serena-bench wrote it")
        }
    }

    private static func problem(in document: JSONNode, against kind: SchemaKind) throws(BenchError) -> JSONProblem? {
        do {
            return try JSONSchema(kind).problem(in: document)
        } catch {
            throw BenchError(.internalError, "the schema of \(kind.rawValue) is damaged: \(error.message)")
        }
    }

    private static func bytes(of path: String, failure: ExitCode) throws(BenchError) -> Data {
        do {
            return try FileReading.bytes(of: path, limit: largestFile)
        } catch {
            throw BenchError(failure, error.message, remedy: error.remedy)
        }
    }

    private static func unknownKey(in found: JSONNode, comparedWith value: some Encodable) throws -> JSONProblem? {
        let known = try JSONScanner.parse([UInt8](try JSONEncoder().encode(value)))
        return unknownKey(in: found, comparedWith: known, at: "")
    }

    /// The first key that writing the value again does not bring back.
    private static func unknownKey(in found: JSONNode, comparedWith known: JSONNode, at path: String) -> JSONProblem? {
        for member in found.members ?? [] {
            let place = path.isEmpty ? member.key : "\(path).\(member.key)"
            guard let partner = known[member.key] else {
                return JSONProblem(offset: member.keyOffset, message: "unknown key '\(place)'")
            }
            if let unknown = unknownKey(in: member.node, comparedWith: partner, at: place) { return unknown }
        }
        for (index, (element, partner)) in zip(found.elements ?? [], known.elements ?? []).enumerated() {
            if let unknown = unknownKey(in: element, comparedWith: partner, at: "\(path)[\(index)]") { return unknown }
        }
        return nil
    }

    private static func describe(_ error: DecodingError, in document: JSONNode) -> JSONProblem {
        switch error {
        case .keyNotFound(let key, let context):
            JSONProblem(
                offset: document.nearest(to: context.codingPath).offset,
                message: "'\(place(context.codingPath + [key]))' is missing")
        case .valueNotFound(_, let context):
            JSONProblem(
                offset: document.nearest(to: context.codingPath).offset,
                message: "'\(place(context.codingPath))' must not be null")
        case .typeMismatch(_, let context), .dataCorrupted(let context):
            JSONProblem(
                offset: document.nearest(to: context.codingPath).offset,
                message: "'\(place(context.codingPath))' has a value that does not fit")
        @unknown default: JSONProblem(offset: 0, message: "the file does not fit its format")
        }
    }

    private static func place(_ path: [any CodingKey]) -> String {
        path.reduce("") { text, key in
            key.intValue.map { "\(text)[\($0)]" } ?? (text.isEmpty ? key.stringValue : "\(text).\(key.stringValue)")
        }
    }
}
