// Conversations of editors with the debug adapter.

import Foundation
import Testing

@testable import LanguageServer

@Suite struct DebugAdapterTests {
    private static let files = [
        "/tasks/main.ftai": """
        @ftai v2.0
        @include ./doubled.ftai
        @task main
          @input first:int 1
          @output sum:int
          @do
            let words = ["tea", "milk", "sugar"]
            var total = first
            for word in words
              let size = length(word)
              total = total + doubled(size)
            end
            let price = call price(item: "tea")
            emit counted(total: total)
            say "{total} letters"
            return total
          @end
        @end
        @task fails
          @do
            let xs = [1]
            let i = 3
            say "{xs[i]}"
          @end
        @end
        @task endless
          @do
            var n = 0
            while true
              n = n + 1
              n = n - 1
            end
          @end
        @end

        """,
        "/tasks/doubled.ftai": """
        @ftai v2.0
        @task doubled
          @input n:int
          @output twice:int
          @do
            let twice = n * 2
            return twice
          @end
        @end

        """,
    ]

    private func editor() -> DebugEditor { DebugEditor(files: Self.files) }

    private static let answers = #"{"answers":{"price":{"cents":250}}}"#

    @Test func aTaskRunsToItsEndAndIsHeard() async throws {
        let editor = editor()
        try await editor.launch(Self.answers)
        #expect(editor.events == ["initialized", "output", "output", "output", "exited", "terminated"])
        #expect(editor.output("stdout") == "25 letters\n")
        #expect(editor.output("console") == "event counted {\"total\":25}\nsum = 25\n")
        #expect((editor.bodies(of: "exited") as [ExitedBody]).map(\.exitCode) == [0])
        try await editor.tell("disconnect")
        #expect(editor.adapter.isOver)
    }

    @Test func whatATaskSaysCannotSteerATerminal() async throws {
        let code = "say \"\\u{1b}[31mred\\u{7}\\nnext\"\n    emit seen(a: 1)\n    fail \"\\u{1b}c\""
        let text = "@ftai v2.0\n@task main\n  @do\n    \(code)\n  @end\n@end\n"
        let editor = DebugEditor(files: ["/tasks/main.ftai": text])
        try await editor.launch(#"{"noDebug":true}"#)
        #expect(editor.output("stdout") == "\u{FFFD}[31mred\u{FFFD}\nnext\n")
        #expect(editor.output("stderr").contains("\u{FFFD}c"))
        #expect(!editor.output("stderr").contains("\u{1B}"))
    }

    @Test func aBreakpointStopsAndWhatIsThereIsShown() async throws {
        let editor = editor()
        try await editor.launch(Self.answers, breakpoints: #"[{"line":11}]"#)
        #expect(editor.lastStop?.reason == "breakpoint" && editor.lastStop?.hitBreakpointIds == [1])
        #expect(try await editor.stack() == ["main:11"])
        #expect(
            try await editor.variables() == [
                "first = 1", "words = [\"tea\", \"milk\", \"sugar\"]", "total = 1", "word = \"tea\"", "size = 3",
            ])
        try await editor.tell("continue", #"{"threadId":1}"#)
        #expect(try await editor.variables().last == "size = 4")
        try await editor.tell("setBreakpoints", #"{"source":{"path":"/tasks/main.ftai"},"breakpoints":[]}"#)
        try await editor.tell("continue", #"{"threadId":1}"#)
        #expect(editor.events.last == "terminated")
    }

    @Test func stepsGoIntoOverAndOut() async throws {
        let editor = editor()
        try await editor.launch(#"{"stopOnEntry":true}"#)
        #expect(editor.lastStop?.reason == "entry")
        #expect(try await editor.stack() == ["main:7"])
        for (command, place) in [
            ("next", "main:8"), ("next", "main:9"), ("stepIn", "main:10"), ("next", "main:11"),
            ("stepIn", "doubled:6"), ("next", "doubled:7"), ("stepOut", "main:11"), ("next", "main:9"),
        ] {
            try await editor.tell(command, #"{"threadId":1}"#)
            #expect(try await editor.stack().first == place)
            #expect(editor.lastStop?.reason == "step")
        }
    }

    @Test func includedDocumentsHaveBreakpointsOfTheirOwn() async throws {
        let editor = editor()
        try await editor.launch(breakpoints: #"[{"line":1}]"#, path: "/tasks/./doubled.ftai")
        let body: StackBody = try await editor.ask("stackTrace", #"{"threadId":1}"#)
        #expect(body.stackFrames.map(\.line) == [6, 11])
        #expect(body.stackFrames.map(\.source.path) == ["/tasks/doubled.ftai", "/tasks/main.ftai"])
        #expect(try await editor.variables() == ["n = 3"])
        #expect(try await editor.variables(frame: 2).last == "size = 3")
        try await editor.tell("continue")
        #expect(try await editor.variables() == ["n = 4"])
    }

    /// A breakpoint, the word that is looked at where it stops, and what it says.
    static let conditions: [(breakpoint: String, word: String?, console: String)] = [
        (#"{"line":11,"condition":"size == 4"}"#, "\"milk\"", ""),
        (#"{"line":11,"hitCondition":"3"}"#, "\"sugar\"", ""), (#"{"line":11,"hitCondition":"% 2"}"#, "\"milk\"", ""),
        (#"{"line":11,"hitCondition":"> 1","condition":"size > 3"}"#, "\"sugar\"", ""),
        (#"{"line":11,"condition":"size > 9"}"#, nil, ""),
        (#"{"line":11,"condition":"nobody"}"#, "\"tea\"", "the condition `nobody`: there is no variable or input"),
        (#"{"line":11,"logMessage":"{word} has {size}, {nobody}"}"#, nil, "milk has 4, {there is no variable"),
    ]

    @Test(arguments: conditions)
    func breakpointsStopWhenTheirConditionsHold(breakpoint: String, word: String?, console: String) async throws {
        let editor = editor()
        try await editor.launch(Self.answers, breakpoints: "[\(breakpoint)]")
        #expect(editor.output("console").contains(console) || console.isEmpty)
        if let word {
            let result: ResultBody = try await editor.ask("evaluate", #"{"expression":"word","frameId":1}"#)
            #expect(result.result == word)
        } else {
            #expect(editor.events.last == "terminated")
        }
    }

    @Test func breakpointsThatCannotBeSayWhy() async throws {
        let editor = editor()
        try await editor.launch(#"{"stopOnEntry":true}"#)
        func set(_ command: String, _ arguments: String) async throws -> ShownBreakpoint? {
            let body: BreakpointsBody = try await editor.ask(command, arguments)
            return body.breakpoints.first
        }
        let source = #""source":{"path":"/tasks/main.ftai"}"#
        #expect(try await set("setBreakpoints", #"{\#(source),"breakpoints":[{"line":99}]}"#)?.verified == false)
        #expect(try await set("setBreakpoints", #"{\#(source),"breakpoints":[{"line":8}]}"#)?.line == 8)
        #expect(try await set("setBreakpoints", #"{\#(source),"breakpoints":[{"line":12}]}"#)?.line == 13)
        let counted = #"{\#(source),"breakpoints":[{"line":8,"hitCondition":"often"}]}"#
        #expect(try await set("setBreakpoints", counted)?.message?.contains("counts nothing") == true)
        #expect(try await set("setFunctionBreakpoints", #"{"breakpoints":[{"name":"no"}]}"#)?.verified == false)
        #expect(try await set("setFunctionBreakpoints", #"{"breakpoints":[{"name":"doubled"}]}"#)?.verified == true)
        try await editor.tell("continue")
        #expect(try await editor.stack() == ["doubled:6", "main:11"])
    }

    @Test func valuesOpenPartByPart() async throws {
        let editor = editor()
        try await editor.launch(Self.answers, breakpoints: #"[{"line":14}]"#)
        let words: ResultBody = try await editor.ask("evaluate", #"{"expression":"words","frameId":1}"#)
        #expect(words.indexedVariables == 3 && words.type == "list")
        let elements = try await editor.children(of: words.variablesReference)
        #expect(elements.map(\.name) == ["[0]", "[1]", "[2]"] && elements[1].evaluateName == "words[1]")
        let part = try await editor.children(of: words.variablesReference, more: #","start":1,"count":1"#)
        #expect(part.map(\.value) == ["\"milk\""])
        let price: ResultBody = try await editor.ask("evaluate", #"{"expression":"price","frameId":1}"#)
        #expect(price.namedVariables == 1)
        #expect(try await editor.children(of: price.variablesReference).map(\.name) == ["cents"])
        let sum: ResultBody = try await editor.ask("evaluate", #"{"expression":"doubled(total) + 1","frameId":1}"#)
        #expect(sum.result == "51" && sum.variablesReference == 0)
        let registers = try await editor.variables(scope: 1)
        #expect(registers.contains("r1 = 1"))
        await #expect(throws: Refusal(code: 1, message: "there is no variable or input `nobody` here")) {
            try await editor.tell("evaluate", #"{"expression":"nobody","frameId":1}"#)
        }
        try await editor.tell("next")
        await #expect(throws: Refusal(code: 1, message: "the program has gone on since")) {
            try await editor.tell("variables", #"{"variablesReference":\#(words.variablesReference)}"#)
        }
    }

    /// What an editor asks for when somebody watches an entry is an expression that fits the map.
    @Test func entriesAreNamedAsTheirMapIsRead() async throws {
        let text = """
            @ftai v2.0
            @task main
              @do
                let rooms = [101: [7: "Ann"]]
                let ages = ["Ann": 31]
                say "{count(rooms)} {count(ages)}"
              @end
            @end

            """
        let editor = DebugEditor(files: ["/tasks/main.ftai": text])
        try await editor.launch(breakpoints: #"[{"line":6}]"#)
        let scopes: ScopesBody = try await editor.ask("scopes", #"{"frameId":1}"#)
        let variables = try await editor.children(of: scopes.scopes[0].variablesReference)
        #expect(variables.map(\.type) == ["map<int, map<int, string>>", "map<string, int>"])
        let rooms = try await editor.children(of: variables[0].variablesReference)
        let inner = try await editor.children(of: rooms[0].variablesReference)
        let ages = try await editor.children(of: variables[1].variablesReference)
        #expect([rooms, inner, ages].map { $0[0].evaluateName } == ["rooms[101]", "rooms[101][7]", #"ages["Ann"]"#])
        let watched: ResultBody = try await editor.ask("evaluate", #"{"expression":"rooms[101]","frameId":1}"#)
        #expect(watched.namedVariables == 1)
    }

    @Test func aTaskThatFailsCanBeLookedAtBeforeItEnds() async throws {
        let editor = editor()
        try await editor.launch(#"{"task":"fails"}"#)
        #expect(editor.lastStop?.reason == "exception")
        #expect(try await editor.variables() == ["xs = [1]", "i = 3"])
        let failure: ExceptionBody = try await editor.ask("exceptionInfo", #"{"threadId":1}"#)
        #expect(failure.description.contains("index 3 is outside a list of 1"))
        try await editor.tell("continue")
        #expect(editor.output("stderr").contains("index 3"))
        #expect((editor.bodies(of: "exited") as [ExitedBody]).map(\.exitCode) == [1])
        try await editor.tell("restart")
        #expect(editor.lastStop?.reason == "exception")
    }

    @Test func aTaskThatRunsIsPausedAndTakesNewBreakpoints() async throws {
        let editor = editor()
        try await editor.tell("initialize")
        try await editor.tell("launch", #"{"program":"/tasks/main.ftai","task":"endless"}"#)
        editor.put("configurationDone")
        let inbox = editor.adapter.inbox
        // What comes while the task runs is put by another thread, some time.
        Thread.detachNewThread {
            inbox.put(
                DebugEditor.framed(
                    901, "setBreakpoints", #"{"source":{"path":"/tasks/main.ftai"},"breakpoints":[{"line":31}]}"#))
        }
        while editor.lastStop == nil { try await editor.adapter.work() }
        #expect(editor.lastStop?.reason == "breakpoint")
        #expect(try await editor.stack() == ["endless:31"])
        try await editor.tell("setBreakpoints", #"{"source":{"path":"/tasks/main.ftai"},"breakpoints":[]}"#)
        editor.put("continue")
        Thread.detachNewThread {
            inbox.put(DebugEditor.framed(902, "stackTrace", #"{"threadId":1}"#))
            inbox.put(DebugEditor.framed(903, "pause", #"{"threadId":1}"#))
        }
        while editor.lastStop?.reason != "pause" { try await editor.adapter.work() }
        #expect(try await editor.stack().first?.hasPrefix("endless:") == true)
        #expect(editor.messages.contains { String(decoding: $0, as: UTF8.self).contains("\"notStopped\"") })
        try await editor.tell("terminate")
        #expect(editor.events.last == "terminated")
    }

    @Test func whoIsGoneStopsATaskThatRuns() async throws {
        let editor = editor()
        try await editor.tell("initialize")
        try await editor.tell("launch", #"{"program":"/tasks/main.ftai","task":"endless"}"#)
        editor.put("configurationDone")
        let inbox = editor.adapter.inbox
        Thread.detachNewThread { inbox.close() }
        while !editor.adapter.isOver { try await editor.adapter.work() }
    }

    @Test func instructionsAreShownAndStepped() async throws {
        let editor = editor()
        try await editor.launch(#"{"stopOnEntry":true}"#)
        let stack: StackBody = try await editor.ask("stackTrace", #"{"threadId":1}"#)
        let place = try #require(stack.stackFrames.first?.instructionPointerReference)
        let code: InstructionsBody = try await editor.ask(
            "disassemble", #"{"memoryReference":"\#(place)","instructionOffset":-99,"instructionCount":101}"#)
        #expect(code.instructions.count == 101)
        #expect(code.instructions.first?.presentationHint == "invalid")
        #expect(code.instructions[99].address == place && code.instructions[99].line == 7)
        try await editor.tell("next", #"{"threadId":1,"granularity":"instruction"}"#)
        let moved: StackBody = try await editor.ask("stackTrace", #"{"threadId":1}"#)
        let next = try #require(moved.stackFrames.first?.instructionPointerReference)
        #expect(next == code.instructions[100].address)
        let set: BreakpointsBody = try await editor.ask(
            "setInstructionBreakpoints", #"{"breakpoints":[{"instructionReference":"\#(next)","offset":2}]}"#)
        #expect(set.breakpoints.first?.verified == true)
        try await editor.tell("continue")
        #expect(editor.lastStop?.reason == "breakpoint")
        for wrong in [
            #"{"memoryReference":"x","instructionCount":1}"#, #"{"memoryReference":"0x0","instructionCount":-1}"#,
            #"{"memoryReference":"0x7fffffffffffffff","instructionOffset":9223372036854775807,"instructionCount":2}"#,
        ] {
            await #expect(throws: Refusal.self) { try await editor.tell("disassemble", wrong) }
        }
    }

    @Test func editorsThatCountFromZeroAreUnderstood() async throws {
        let editor = editor()
        try await editor.tell("initialize", #"{"linesStartAt1":false,"columnsStartAt1":false}"#)
        try await editor.tell("launch", #"{"program":"/tasks/main.ftai"}"#)
        let lines: LinesBody = try await editor.ask(
            "breakpointLocations", #"{"source":{"path":"/tasks/main.ftai"},"line":8,"endLine":11}"#)
        #expect(lines.breakpoints.map(\.line) == [8, 9, 10])
        let body: BreakpointsBody = try await editor.ask(
            "setBreakpoints", #"{"source":{"path":"/tasks/main.ftai"},"breakpoints":[{"line":10}]}"#)
        #expect(body.breakpoints.first?.line == 10)
        try await editor.tell("configurationDone")
        #expect(try await editor.stack() == ["main:10"])
    }

    @Test func whatIsNoRequestIsPassedOverAndWhatIsWrongRefused() async throws {
        let editor = editor()
        for text in ["{", "[]", "", #"{"seq":1,"type":"event","event":"x"}"#, #"{"seq":1,"type":"request"}"#] {
            editor.adapter.inbox.put(Editor.framed(text))
        }
        try await editor.adapter.work()
        #expect(editor.messages.isEmpty)
        for (command, arguments) in [
            ("attach", "{}"), ("launch", "{}"), ("launch", #"{"program":"/no.ftai"}"#),
            ("launch", #"{"program":"/tasks/main.ftai","level":"most"}"#), ("configurationDone", "{}"),
            ("launch", #"{"program":"/tasks/main.ftai","task":"nobody"}"#), ("stackTrace", "{}"), ("next", "{}"),
            ("setBreakpoints", "{}"), ("restart", "{}"), ("variables", #"{"variablesReference":1}"#),
        ] {
            await #expect(throws: Refusal.self, "\(command)") { try await editor.tell(command, arguments) }
        }
        editor.adapter.inbox.put(Array("nonsense\r\n\r\n".utf8))
        await #expect(throws: FramingError.lengthMissing) { try await editor.adapter.work() }
    }
}
