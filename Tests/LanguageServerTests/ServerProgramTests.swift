// `ftai lsp` and `ftai dap` as programs: what comes through their pipes, and how they exit.

import Foundation
import Testing

@testable import LanguageServer

@Suite(.enabled(if: InstalledProgram.ftai != nil, "ftai is not built"))
struct ServerProgramTests {
    /// A program that speaks through pipes.
    private final class Conversation {
        private let process = Process()
        private let input = Pipe()
        private let output = Pipe()
        private var reader = MessageReader()
        private var waiting: [Data] = []

        init(_ arguments: [String]) throws {
            process.executableURL = URL(filePath: try #require(InstalledProgram.ftai))
            process.arguments = arguments
            process.standardInput = input
            process.standardOutput = output
            process.standardError = FileHandle.nullDevice
            try process.run()
        }

        func send(_ text: String) throws { try input.fileHandleForWriting.write(contentsOf: Data(Editor.framed(text))) }

        /// Waits for a message that holds a text.
        func wait(for text: String) throws -> String {
            while true {
                while !waiting.isEmpty {
                    let message = String(decoding: waiting.removeFirst(), as: UTF8.self)
                    if message.contains(text) { return message }
                }
                let piece = output.fileHandleForReading.availableData
                try #require(!piece.isEmpty, "the program has ended, and nothing held \(text)")
                for case .content(let content) in try reader.receive(piece) { waiting.append(Data(content)) }
            }
        }

        /// Says nothing more, and waits for the exit code.
        func end() throws -> Int32 {
            try input.fileHandleForWriting.close()
            process.waitUntilExit()
            return process.terminationStatus
        }
    }

    static let endings: [(methods: [String], code: Int32)] = [
        (["initialize", "shutdown", "exit"], 0), (["initialize", "exit"], 1), ([], 1), (["initialize", "shutdown"], 1),
    ]

    @Test(.timeLimit(.minutes(1)), arguments: endings)
    func theLanguageServerExitsAsTheProtocolHasIt(methods: [String], code: Int32) throws {
        let conversation = try Conversation(["lsp"])
        for (id, method) in methods.enumerated() {
            let number = method == "exit" ? "" : #""id":\#(id),"#
            try conversation.send(#"{"jsonrpc":"2.0",\#(number)"method":"\#(method)","params":{}}"#)
        }
        #expect(try conversation.end() == code)
    }

    @Test(.timeLimit(.minutes(1)))
    func aTaskIsDebuggedThroughPipes() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "debug-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appending(path: "tip.ftai").path()
        let text = """
            @ftai v2.0
            @task tip
              @input bill:float
              @input rates:list<float> [0.1]
              @output tip:float
              @do
                let known = recall "rate"
                let weather = call weather(place: "here")
                say "{known ?? "no rate"}"
                return bill * rates[0]
              @end
            @end

            """
        try Data(text.utf8).write(to: URL(filePath: file))
        let conversation = try Conversation(["dap"])
        var number = 0
        func ask(_ command: String, _ arguments: String) throws -> String {
            number += 1
            try conversation.send(
                #"{"seq":\#(number),"type":"request","command":"\#(command)","arguments":\#(arguments)}"#)
            return try conversation.wait(for: #""request_seq":\#(number),"#)
        }
        _ = try ask("initialize", "{}")
        #expect(try ask("launch", #"{"program":"\#(file)","inputs":{"bil":1}}"#).contains("did you mean `bill`?"))
        #expect(
            try ask("launch", #"{"program":"\#(file)","inputs":{"bill":[]}}"#).contains("is no value for the input"))
        let given = #""inputs":{"bill":"80","rates":[0.25]},"answers":{"weather":{"degrees":21}}"#
        #expect(try ask("launch", #"{"program":"\#(file)",\#(given)}"#).contains(#""success":true"#))
        _ = try ask("setBreakpoints", #"{"source":{"path":"\#(file)"},"breakpoints":[{"line":9}]}"#)
        _ = try ask("configurationDone", "{}")
        _ = try conversation.wait(for: #""reason":"breakpoint""#)
        #expect(try ask("evaluate", #"{"expression":"weather","frameId":1}"#).contains(#"[\"degrees\": 21]"#))
        _ = try ask("continue", #"{"threadId":1}"#)
        #expect(try conversation.wait(for: "stdout").contains(#"no rate\n"#))
        #expect(try conversation.wait(for: "tip = ").contains("tip = 20.0"))
        _ = try conversation.wait(for: "terminated")
        _ = try ask("disconnect", "{}")
        #expect(try conversation.end() == 0)
    }

    /// A document that does not compile is no reason to end: the editor is told what is wrong.
    @Test(.timeLimit(.minutes(1)))
    func aDocumentThatDoesNotCompileIsShownWithItsProblems() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "debug-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appending(path: "bad.ftai").path()
        try Data("@ftai v2.0\n@task main\n  @do\n    say nobody\n  @end\n@end\n".utf8).write(to: URL(filePath: file))
        let conversation = try Conversation(["dap"])
        try conversation.send(#"{"seq":1,"type":"request","command":"launch","arguments":{"program":"\#(file)"}}"#)
        let answer = try conversation.wait(for: "request_seq")
        #expect(answer.contains("FTAI0201") && answer.contains(#""success":false"#), "\(answer)")
        #expect(try conversation.end() == 0)
    }
}
