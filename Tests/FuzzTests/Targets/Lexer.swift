// The fuzz target of the lexer: whatever the bytes are, words stand in their order, within the text, and cover all but blanks,
// comments and what is reported.

import FTAI
@testable import FTAICompiler

func fuzzLexer(_ bytes: [UInt8]) {
    let source = FTAISource(file: "fuzz.ftai", bytes: bytes)
    var problems = DiagnosticCollector(source: source, mode: .strict)
    var words = Words()
    Lexer.read(SourceRange(0, bytes.count), in: source, into: &words, problems: &problems)
    precondition(words.tokens.last?.kind == .endOfCode)
    var end = 0
    for token in words.tokens {
        precondition(token.range.start >= end && token.range.end >= token.range.start)
        precondition(token.range.end <= bytes.count)
        end = token.range.end
        guard case .text(var place) = token.kind else { continue }
        while words.parts[place] != .end {
            if case .expression(let inner) = words.parts[place] {
                precondition(inner.start > token.range.start && inner.start <= inner.end && inner.end < bytes.count)
                Lexer.read(inner, in: source, into: &words, problems: &problems)
            }
            place += 1
        }
    }
    for problem in problems.sorted() { precondition(problem.line <= source.lineStarts.count && problem.column >= 1) }
}
