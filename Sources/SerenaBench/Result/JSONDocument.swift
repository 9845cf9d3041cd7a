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
    ///   version, or holds a key that this version does not know.
    static func read<Value: Codable>(
        _ type: Value.Type, kind: String, version: Int, from path: String, failure: ExitCode
    ) throws(BenchError) -> Value {
        let data = try bytes(of: path, failure: failure)
        return try decode(type, kind: kind, version: version, from: data, path: path, failure: failure)
    }

    static func decode<Value: Codable>(
        _ type: Value.Type, kind: String, version: Int, from data: Data, path: String, failure: ExitCode
    ) throws(BenchError) -> Value {
        let object: Any
        do {
            object = try JSONSerialization.jsonObject(with: data)
        } catch {
            throw BenchError(failure, "\(path) is not whole JSON; it may have been cut off")
        }
        guard let fields = object as? [String: Any], let found = fields["kind"] as? String else {
            throw BenchError(failure, "\(path) is not a file of this program: it has no 'kind'")
        }
        guard found == kind else { throw BenchError(failure, "\(path) is a \(found), not a \(kind)") }
        guard let number = fields["schemaVersion"] as? Int else {
            throw BenchError(failure, "\(path) has no 'schemaVersion'")
        }
        guard number == version else {
            throw BenchError(
                failure, "\(path) has version \(number) of the format; this program reads \(version)")
        }
        do {
            let value = try JSONDecoder().decode(type, from: data)
            let known = try JSONSerialization.jsonObject(with: try JSONEncoder().encode(value))
            if let key = unknownKey(in: object, comparedWith: known, at: "") {
                throw BenchError(failure, "\(path) has the unknown key '\(key)'")
            }
            return value
        } catch let error as BenchError {
            throw error
        } catch let error as DecodingError {
            throw BenchError(failure, "\(path): \(describe(error))")
        } catch {
            throw BenchError(failure, "\(path) cannot be read: \(error.localizedDescription)")
        }
    }

    private static func bytes(of path: String, failure: ExitCode) throws(BenchError) -> Data {
        do {
            return try FileReading.bytes(of: path, limit: largestFile)
        } catch {
            throw BenchError(failure, error.message, remedy: error.remedy)
        }
    }

    /// The path of the first key that writing the value again does not bring back.
    private static func unknownKey(in found: Any, comparedWith known: Any, at path: String) -> String? {
        if let found = found as? [String: Any], let known = known as? [String: Any] {
            for (key, value) in found.sorted(by: { $0.key < $1.key }) {
                let place = path.isEmpty ? key : "\(path).\(key)"
                guard let partner = known[key] else { return place }
                if let unknown = unknownKey(in: value, comparedWith: partner, at: place) { return unknown }
            }
        } else if let found = found as? [Any], let known = known as? [Any] {
            for (index, (value, partner)) in zip(found, known).enumerated() {
                if let unknown = unknownKey(in: value, comparedWith: partner, at: "\(path)[\(index)]") {
                    return unknown
                }
            }
        }
        return nil
    }

    private static func describe(_ error: DecodingError) -> String {
        switch error {
        case .keyNotFound(let key, let context): "'\(place(context.codingPath + [key]))' is missing"
        case .valueNotFound(_, let context): "'\(place(context.codingPath))' must not be null"
        case .typeMismatch(_, let context), .dataCorrupted(let context):
            "'\(place(context.codingPath))' has a value that does not fit"
        @unknown default: "the file does not fit its format"
        }
    }

    private static func place(_ path: [any CodingKey]) -> String {
        path.map { key in key.intValue.map { "[\($0)]" } ?? key.stringValue }.joined(separator: ".")
    }
}
