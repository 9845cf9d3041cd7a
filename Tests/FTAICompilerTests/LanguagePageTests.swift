// The reference page of the language is held to the compiler: every example compiles, and prints what it says it prints.

import FTAI
import FTAICompiler
import Foundation
import SerenaNetBytecode
import Testing

/// A block of the page that is marked `ftai`.
struct PageExample: Sendable, CustomTestStringConvertible {
    let line: Int
    let text: String

    var testDescription: String { "docs/language.md:\(line)" }

    /// What its comments say it prints, in order.
    var prints: [String] {
        text.split(separator: "\n").compactMap { line in
            line.range(of: "// prints: ").map { String(line[$0.upperBound...]) }
        }
    }

    static var page: String {
        get throws {
            let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
                .deletingLastPathComponent()
            return try String(contentsOf: root.appending(path: "docs/language.md"), encoding: .utf8)
        }
    }

    static var all: [PageExample] {
        get throws {
            var examples: [PageExample] = []
            var block: (line: Int, lines: [Substring])?
            for (index, line) in try page.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
                if let open = block {
                    if line == "```" {
                        examples.append(PageExample(line: open.line, text: open.lines.joined(separator: "\n") + "\n"))
                        block = nil
                    } else {
                        block = (open.line, open.lines + [line])
                    }
                } else if line == "```ftai" {
                    block = (index + 1, [])
                }
            }
            return examples
        }
    }
}

@Suite struct LanguagePageTests {
    @Test func thePageHasExamples() throws {
        #expect(try PageExample.all.count >= 10)
    }

    @Test(arguments: try PageExample.all)
    func examplesCompileAndPrintWhatTheySay(example: PageExample) throws {
        #expect(Programs.problems(example.text) == [])
        let bytecode = try Programs.compile(example.text)
        let task = try #require(bytecode.task(named: "main") ?? bytecode.tasks.first)
        for level in OptimizationLevel.allCases {
            let run = try Programs.run(example.text, task: task.name, level: level)
            #expect(run.error == nil)
            #expect(run.said == example.prints)
        }
    }

    @Test func theTableOfDiagnosticsIsComplete() throws {
        #expect(try PageExample.page.contains(DiagnosticCode.referenceTable))
    }

    @Test func theTableOfTheStandardLibraryNamesEveryFunction() throws {
        let page = try PageExample.page
        let names = Set(Builtin.allCases.map(\.signature.name) + ["count", "append", "float", "now"])
        for name in names { #expect(page.contains("`\(name)("), "\(name) is not on the page") }
    }
}
