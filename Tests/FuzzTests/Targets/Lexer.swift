// The fuzz target of the lexer: whatever the bytes are, words stand in their order, within the text, and cover all but blanks,
// comments and what is reported.

import FTAI
@testable import FTAICompiler

func fuzzLexer(_ bytes: [UInt8]) {
    let source = FTAISource(file: "fuzz.ftai", bytes: bytes)
    var problems = DiagnosticCollector(source: source, mode: .strict)
    let words = Lexer.words(of: SourceRange(0, bytes.count), in: source, problems: &problems)
    precondition(words.tokens.last?.kind == .endOfCode)
    var end = 0
    for token in words.tokens {
        precondition(token.range.start >= end && token.range.end >= token.range.start)
        precondition(token.range.end <= bytes.count)
        end = token.range.end
        guard case .text(let index) = token.kind else { continue }
        for case .expression(let inner) in words.texts[index] {
            precondition(inner.start > token.range.start && inner.start <= inner.end && inner.end < bytes.count)
            _ = Lexer.words(of: inner, in: source, problems: &problems)
        }
    }
    for problem in problems.sorted() { precondition(problem.line <= source.lineStarts.count && problem.column >= 1) }
}
