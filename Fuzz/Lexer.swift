// The fuzz target of the lexer: whatever the bytes are, words stand in their order, within the text, and cover all but blanks,
// comments and what is reported.

import FTAI
@testable import FTAICompiler

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOne(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: start, count: count))
    let source = FTAISource(file: "fuzz.ftai", bytes: bytes)
    var problems = DiagnosticCollector(source: source, mode: .strict)
    let tokens = Lexer.tokens(of: SourceRange(0, bytes.count), in: source, problems: &problems)
    precondition(tokens.last?.kind == .endOfCode)
    var end = 0
    for token in tokens {
        precondition(token.range.start >= end && token.range.end >= token.range.start)
        precondition(token.range.end <= bytes.count)
        end = token.range.end
        guard case .text(let parts) = token.kind else { continue }
        for case .expression(let inner) in parts {
            precondition(inner.start > token.range.start && inner.start <= inner.end && inner.end < bytes.count)
            _ = Lexer.tokens(of: inner, in: source, problems: &problems)
        }
    }
    for problem in problems.sorted() { precondition(problem.line <= source.lineStarts.count && problem.column >= 1) }
    return 0
}
