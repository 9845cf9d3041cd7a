// What the base of the Language Server Protocol asks of a server, and what it does with what is no protocol at all.

import FTAI
import Foundation
import Testing

@testable import LanguageServer

@Suite struct LanguageProtocolTests {
    private func refusal(_ editor: Editor, _ method: String, _ parameters: String) throws -> Int {
        do {
            let _: Anything? = try editor.ask(method, parameters)
            return 0
        } catch let refusal as Refusal {
            return refusal.code
        }
    }

    @Test func initializeComesFirstAndOnce() throws {
        let editor = try Editor(initializes: false)
        #expect(try refusal(editor, "textDocument/hover", "{}") == -32_002)
        #expect(try refusal(editor, "initialize", "{}") == 0)
        #expect(try refusal(editor, "initialize", "{}") == -32_600)
    }

    @Test func theEndIsOrderlyOnlyBehindAShutdown() throws {
        let orderly = try Editor()
        #expect(try refusal(orderly, "shutdown", "null") == 0)
        #expect(try refusal(orderly, "textDocument/hover", "{}") == -32_600)
        #expect(orderly.server.end == nil)
        try orderly.tell("exit", "null")
        #expect(orderly.server.end == .orderly)
        let abrupt = try Editor(initializes: false)
        try abrupt.tell("exit", "null")
        #expect(abrupt.server.end == .abrupt)
    }

    @Test func unknownMethodsAreRefusedAndUnknownNotificationsPassedOver() throws {
        let editor = try Editor()
        #expect(try refusal(editor, "textDocument/moniker", "{}") == -32_601)
        #expect(try refusal(editor, "textDocument/didOpen", "{}") == -32_600)
        try editor.tell("$/setTrace", #"{"value":"off"}"#)
        try editor.tell("workspace/didChangeConfiguration", "{}")
        try editor.tell("textDocument/didOpen", #"{"wrong":1}"#)
        try editor.tell("textDocument/didChange", #"{"textDocument":{"uri":"file:///no"},"contentChanges":[]}"#)
        #expect(editor.diagnostics.isEmpty)
    }

    @Test(arguments: [
        #"{"textDocument":{"uri":"file:///a.ftai"}}"#, "{}", "null", "[]",
        #"{"textDocument":{"uri":"file:///a.ftai"},"position":{"line":"x","character":0}}"#,
        #"{"textDocument":{"uri":"file:///a.ftai"},"position":{"line":1e99,"character":0}}"#,
        #"{"textDocument":{"uri":"file:///not-open.ftai"},"position":{"line":1,"character":0}}"#,
    ])
    func wrongParametersAreRefused(parameters: String) throws {
        let editor = try Editor()
        try editor.open("file:///a.ftai", "@ftai v2.0\n")
        #expect(try refusal(editor, "textDocument/hover", parameters) == -32_602)
    }

    @Test(arguments: [
        ("{", -32_700), ("", -32_700), ("nonsense", -32_700), ("[]", -32_600), ("3", -32_600),
        (#"{"id":{},"method":"x"}"#, -32_600), (String(repeating: "[", count: 100_000), -32_700),
    ])
    func whatIsNoMessageIsAnsweredWithoutANumber(text: String, code: Int) throws {
        let editor = try Editor()
        let reply = try #require(try editor.send(Editor.framed(text)).first)
        let json = String(decoding: reply, as: UTF8.self)
        #expect(json.contains("\"code\":\(code)") && json.contains("\"id\":null"), "\(json)")
        #expect(try refusal(editor, "shutdown", "null") == 0)
    }

    @Test func aRequestThatIsTakenBackWhileItWaitsIsNotAnswered() throws {
        let editor = try Editor()
        let question = #"{"jsonrpc":"2.0","id":"q","method":"textDocument/hover","params":{}}"#
        let cancel = #"{"jsonrpc":"2.0","method":"$/cancelRequest","params":{"id":"q"}}"#
        let reply = try editor.send(Editor.framed(question) + Editor.framed(cancel))
        #expect(reply.count == 1)
        #expect(String(decoding: reply[0], as: UTF8.self).contains("-32800"))
    }

    /// A place in a line with characters of one, two, three and four bytes, and its byte.
    @Test(arguments: [(0, 0), (1, 1), (2, 3), (3, 6), (4, 6), (5, 10), (6, 11), (9, 11)])
    func placesAreCountedInUnitsOfUTF16(character: Int, byte: Int) {
        let source = FTAISource(file: "a", text: "x\naä€🍵b\r\ny")
        #expect(source.offset(of: TextPlace(line: 1, character: character)) == 2 + byte)
        // Within a character of two units, and behind the end of the line, there is no byte of its own.
        if character != 4, character < 7 { #expect(source.place(of: 2 + byte).character == character) }
    }

    @Test(arguments: [
        ("a\nb\nc\n", "a\nx\nc\n"), ("", "a\n"), ("a\n", ""), ("a\na\na\n", "a\na\n"), ("a", "ab"), ("a\nb", "a\nb\n"),
        ("x\na\na\n", "a\na\nx\n"), ("ä\n", "ö\n"),
    ])
    func aChangeMakesOneTextOfAnother(old: String, new: String) throws {
        let source = FTAISource(file: "a", text: old)
        let change = try #require(source.change(to: Array(new.utf8)))
        let range = source.range(of: change.range)
        var bytes = source.bytes
        bytes.replaceSubrange(range.start..<range.end, with: change.newText.utf8)
        #expect(bytes == Array(new.utf8))
        #expect(source.change(to: Array(old.utf8)) == nil)
    }
}
