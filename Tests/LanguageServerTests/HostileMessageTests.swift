// Messages that no editor would send: whatever comes, the servers go on or end, and neither traps nor hangs.

import Foundation
import Testing

@testable import LanguageServer

/// SplitMix64 (Steele, Lea, Flood 2014): the same messages every time.
private struct Chance: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }
}

@Suite struct HostileMessageTests {
    private static let document =
        #"@ftai v2.0\n@include ./a.ftai\n@task tip\n  phrases: [\"tip on {bill:float}\"]\n  @input bill:float 63\n  @do\n    let x = [bill]\n    for y in x\n      say \"🍵 {round(y, 2)}\"\n    end\n  @end\n@end\n"#
    private static let place = #""textDocument":{"uri":"file:///a.ftai"},"position":{"line":6,"character":9}"#

    /// Method and parameters.
    private static let requests: [(String, String)] = [
        ("textDocument/hover", "{\(place)}"), ("textDocument/definition", "{\(place)}"),
        ("textDocument/references", "{\(place)}"), ("textDocument/documentHighlight", "{\(place)}"),
        ("textDocument/documentSymbol", "{\(place)}"), ("textDocument/completion", "{\(place)}"),
        ("textDocument/formatting", "{\(place)}"), ("textDocument/prepareRename", "{\(place)}"),
        ("textDocument/rename", #"{\#(place),"newName":"z"}"#),
        (
            "textDocument/codeAction",
            #"{\#(place),"range":{"start":{"line":0,"character":0},"end":{"line":9,"character":9}},"context":{}}"#
        ),
        (
            "textDocument/didChange",
            #"{"textDocument":{"uri":"file:///a.ftai","version":2},"contentChanges":[{"range":{"start":{"line":6,"character":4},"end":{"line":7,"character":2}},"text":"@"}]}"#
        ),
    ]

    private static let numbers = ["-1", "0", "9223372036854775807", "-9223372036854775808", "1e300", "4294967296", "3"]

    /// The text with one thing changed: a number, a piece left out, or a byte.
    private static func changed(_ text: String, _ chance: inout Chance) -> String {
        var bytes = Array(text.utf8)
        let digits = text.matches(of: /\d+/)
        switch Int.random(in: 0..<4, using: &chance) {
        case 0, 1:
            guard let match = digits.randomElement(using: &chance), let number = numbers.randomElement(using: &chance)
            else { return text }
            return text.replacingCharacters(in: match.range, with: number)
        case 2:
            let start = Int.random(in: 0..<bytes.count, using: &chance)
            bytes.removeSubrange(start..<min(bytes.count, start + Int.random(in: 1...20, using: &chance)))
        default: bytes[Int.random(in: 0..<bytes.count, using: &chance)] = UInt8.random(in: 32..<127, using: &chance)
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    @Test(arguments: 0..<4)
    func theLanguageServerGoesOn(seed: UInt64) throws {
        var chance = Chance(state: seed)
        let server = LanguageServer(files: FilesOfATest(texts: ["/a.ftai": ""]), root: nil)
        _ = try server.receive(Editor.framed(#"{"id":0,"method":"initialize","params":{}}"#))
        let open =
            #"{"method":"textDocument/didOpen","params":{"textDocument":{"uri":"file:///a.ftai","version":1,"text":""#
        for number in 1...60 {
            _ = try server.receive(Editor.framed(open + Self.document + #""}}}"#))
            guard let (method, parameters) = Self.requests.randomElement(using: &chance) else { return }
            let text = #"{"id":\#(number),"method":"\#(method)","params":\#(parameters)}"#
            _ = try server.receive(Editor.framed(Self.changed(text, &chance)))
        }
        let answer = try server.receive(Editor.framed(#"{"id":99,"method":"shutdown"}"#))
        #expect(String(decoding: answer, as: UTF8.self).contains(#""id":99"#))
    }

    private static let debugRequests: [(String, String)] = [
        ("stackTrace", #"{"threadId":1,"startFrame":0,"levels":3}"#), ("scopes", #"{"frameId":1}"#),
        ("variables", #"{"variablesReference":1,"start":0,"count":2}"#),
        ("evaluate", #"{"expression":"words[1]","frameId":1}"#), ("next", #"{"threadId":1}"#),
        ("disassemble", #"{"memoryReference":"0x3","offset":1,"instructionOffset":-2,"instructionCount":4}"#),
        ("breakpointLocations", #"{"source":{"path":"/tasks/main.ftai"},"line":1,"endLine":9}"#),
        ("setBreakpoints", #"{"source":{"path":"/tasks/main.ftai"},"breakpoints":[{"line":5,"hitCondition":"% 2"}]}"#),
        ("setInstructionBreakpoints", #"{"breakpoints":[{"instructionReference":"0x2","offset":1}]}"#),
        ("stepIn", #"{"threadId":1,"granularity":"instruction"}"#), ("restart", "{}"), ("pause", #"{"threadId":1}"#),
    ]

    @Test(arguments: 0..<4)
    func theDebugAdapterGoesOn(seed: UInt64) async throws {
        var chance = Chance(state: seed)
        let text =
            "@ftai v2.0\n@task main\n  @do\n    let words = [\"tea\", \"milk\"]\n    for word in words\n      say word\n    end\n  @end\n@end\n"
        let editor = DebugEditor(files: ["/tasks/main.ftai": text])
        try await editor.launch(#"{"stopOnEntry":true}"#)
        for _ in 1...60 {
            guard let (command, arguments) = Self.debugRequests.randomElement(using: &chance) else { return }
            let request = #"{"seq":7000,"type":"request","command":"\#(command)","arguments":\#(arguments)}"#
            editor.adapter.inbox.put(Editor.framed(Self.changed(request, &chance)))
            try await editor.adapter.work()
        }
        try await editor.tell("disconnect")
        #expect(editor.adapter.isOver)
    }
}
