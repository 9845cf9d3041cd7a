// Bytes that are no text, lines without an end and files that were cut: compiling ends, with a program or with an error at a place.

import FTAI
import FTAICompiler
import Foundation
import SerenaNetBytecode
import Testing

@Suite struct HostileBytesTests {
    /// The problems of a document that has errors, or nil when it compiles to what the verifier accepts.
    private static func problems(_ bytes: [UInt8], level: OptimizationLevel = .basic) throws -> [Diagnostic]? {
        let source = FTAISource(file: "hostile.ftai", bytes: bytes)
        do throws(CompilationError) {
            let outcome = try FTAICompiler().compileWithOptimization(source, level: level)
            do {
                try BytecodeVerifier.verify(outcome.bytecode)
            } catch {
                Issue.record("\(error)")
            }
            return nil
        } catch {
            for problem in error.diagnostics {
                #expect(problem.line >= 1 && problem.line <= source.lineStarts.count && problem.column >= 1)
            }
            #expect(error.diagnostics.contains { $0.severity == .error })
            return error.diagnostics
        }
    }

    private static let program = Array(
        Programs.task("let é = \"häuser 🦊 {1 + 2}\"\nsay é // größe", head: "  phrases: [\"grüß [dich]\"]\n").utf8)

    @Test func everyCutThroughACharacterIsAnErrorWithAPlace() throws {
        for length in Self.program.indices { #expect(try Self.problems(Array(Self.program[..<length])) != nil) }
    }

    @Test(arguments: [0x00, 0x07, 0x1B, 0x7F, 0x80, 0xC0, 0xE2, 0xF5, 0xFF] as [UInt8])
    func bytesThatBelongInNoTextAreErrorsWhereverTheyStand(byte: UInt8) throws {
        // An odd stride meets every byte of the characters of several bytes, with one of the nine values or another.
        for place in stride(from: Int(byte) % 3, through: Self.program.count, by: 3) {
            var bytes = Self.program
            bytes.insert(byte, at: place)
            let problems = try #require(try Self.problems(bytes), "\(byte) at \(place)")
            #expect(
                problems.contains { $0.code == .controlCharacter || $0.code == .invalidUTF8 }, "\(byte) at \(place)")
        }
    }

    /// 10 MB with `SERENA_LONG_TESTS=1`, else as much as a debug build reads in a moment.
    private static let size =
        ProcessInfo.processInfo.environment["SERENA_LONG_TESTS"] == nil ? 20_000 : 10_000_000

    /// What the line begins with, what is repeated in it, and what it ends with; and what becomes of it.
    static let lines: [(name: String, begin: String, piece: String, end: String, code: DiagnosticCode?)] = [
        ("text", "say \"", "word ", "\"", nil), ("text without end", "say \"", "word ", "", .textUnterminated),
        ("comment", "say 1 // ", "word ", "", nil), ("name", "say ", "name", "", .nameUnknown),
        ("number", "say ", "1", "", .numberOutOfRange), ("digits", "say 0.", "1", "", nil),
        ("sum", "say 1", " + 1", "", .codeTooDeep), ("list", "let x = [", "1, ", "2]\nsay x[0]", nil),
        ("interpolations", "say \"", "{1}", "\"", nil), ("escapes", "say \"", "\\u{41}", "\"", nil),
        ("braces", "say \"", "{", "\"", nil), ("blanks", "say 1", " ", "", nil),
        ("signs", "say ", "%", "", .syntaxUnexpected), ("backslashes", "say \"", "\\q", "\"", .textEscapeUnknown),
        ("brackets", "say ", "]", "", .syntaxUnexpected),
        ("question marks", "let x: int", "?", " = 1", .syntaxUnexpected),
    ]

    @Test(arguments: lines.indices)
    func linesWithoutEndAreReadInTimeInProportion(index: Int) throws {
        let line = Self.lines[index]
        let middle = String(repeating: line.piece, count: Self.size / line.piece.utf8.count)
        let problems = try Self.problems(Array(Programs.task(line.begin + middle + line.end).utf8))
        if let code = line.code {
            #expect(problems?.first { $0.severity == .error }?.code == code, "\(line.name)")
        } else if let error = problems?.first(where: { $0.severity == .error }) {
            #expect(error.code == .programTooLarge, "\(line.name): \(error.message.prefix(100))")
        }
        #expect((problems ?? []).allSatisfy { $0.message.utf8.count < 500 }, "\(line.name)")
    }
}
