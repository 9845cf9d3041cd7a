// An editor as the server sees it: it opens documents, asks, and keeps what it is told.

import FTAI
import Foundation
import Testing

@testable import LanguageServer

/// Files that are nowhere but in the test.
struct FilesOfATest: IncludedFiles {
    var texts: [String: String] = [:]

    func canonicalPath(of path: String) -> String? {
        let path = URL(filePath: path).standardized.path()
        let folder = path.hasSuffix("/") ? String(path.dropLast()) : path
        return texts.keys.contains { $0 == folder || $0.hasPrefix(folder + "/") } ? folder : nil
    }

    func bytes(of canonicalPath: String, limit: Int) -> [UInt8]? {
        texts[canonicalPath].map { Array($0.utf8.prefix(limit + 1)) }
    }
}

/// What came back, whatever it is.
private struct Reply<Result: Decodable>: Decodable {
    struct Failure: Decodable {
        let code: Int
        let message: String
    }

    let id: RequestID?
    let method: String?
    let result: Result?
    let params: PublishedDiagnostics?
    let error: Failure?
}

struct Refusal: Error, Hashable {
    let code: Int
    let message: String
}

/// Takes whatever stands there and keeps nothing.
struct Anything: Decodable {
    init(from decoder: any Decoder) throws {}
}

final class Editor {
    let server: LanguageServer
    /// What the editor shows, by URI.
    private(set) var diagnostics: [String: [ShownDiagnostic]] = [:]
    private var version = 0
    private var lastID = 0

    init(files: [String: String] = [:], initializes: Bool = true) throws {
        server = LanguageServer(files: FilesOfATest(texts: files), root: nil)
        guard initializes else { return }
        let _: Anything? = try ask("initialize", #"{"processId": null, "capabilities": {}}"#)
        try tell("initialized", "{}")
    }

    static func framed(_ text: String) -> [UInt8] { Array("Content-Length: \(text.utf8.count)\r\n\r\n\(text)".utf8) }

    /// Sends bytes as they are.
    ///
    /// - Returns: the contents of all messages that came back.
    @discardableResult
    func send(_ bytes: [UInt8]) throws -> [Data] {
        var reader = MessageReader()
        let contents = try reader.receive(try server.receive(bytes)).compactMap { message in
            if case .content(let content) = message { Data(content) } else { nil }
        }
        for content in contents {
            let reply = try JSONDecoder().decode(Reply<Anything>.self, from: content)
            if let report = reply.params { diagnostics[report.uri] = report.diagnostics }
        }
        return contents
    }

    /// - Parameter parameters: JSON.
    func tell(_ method: String, _ parameters: String) throws {
        try send(Self.framed(#"{"jsonrpc":"2.0","method":"\#(method)","params":\#(parameters)}"#))
    }

    /// - Throws: ``Refusal`` when the server does not answer.
    func ask<Result: Decodable>(_ method: String, _ parameters: String) throws -> Result? {
        lastID += 1
        let text = #"{"jsonrpc":"2.0","id":\#(lastID),"method":"\#(method)","params":\#(parameters)}"#
        for content in try send(Self.framed(text)) {
            let reply = try JSONDecoder().decode(Reply<Result>.self, from: content)
            guard reply.id == .number(lastID) else { continue }
            if let error = reply.error { throw Refusal(code: error.code, message: error.message) }
            return reply.result
        }
        throw Refusal(code: 0, message: "no answer")
    }

    func open(_ uri: String, _ text: String) throws {
        try tell(
            "textDocument/didOpen",
            #"{"textDocument":{"uri":"\#(uri)","languageId":"ftai","version":1,"text":\#(Self.quoted(text))}}"#)
    }

    func change(_ uri: String, _ line: Int, _ from: Int, _ to: Int, _ text: String) throws {
        version += 1
        let range =
            #"{"start":{"line":\#(line),"character":\#(from)},"end":{"line":\#(line),"character":\#(to)}}"#
        try tell(
            "textDocument/didChange",
            #"{"textDocument":{"uri":"\#(uri)","version":\#(version)},"contentChanges":[{"range":\#(range),"text":\#(Self.quoted(text))}]}"#
        )
    }

    /// Asks about a place of a document.
    func ask<Result: Decodable>(
        _ method: String, _ uri: String, _ line: Int, _ character: Int, more: String = ""
    ) throws -> Result? {
        try ask(
            "textDocument/\(method)",
            #"{"textDocument":{"uri":"\#(uri)"},"position":{"line":\#(line),"character":\#(character)}\#(more)}"#)
    }

    static func quoted(_ text: String) -> String {
        JSONValue.string(text).text(isCompact: true).trimmingCharacters(in: .newlines)
    }
}
