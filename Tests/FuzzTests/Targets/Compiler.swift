// The fuzz target of the compiler: whatever the bytes are, compiling ends with a program that the verifier accepts and that does
// the same at every level, or with an error that has a place.

import FTAI
import FTAICompiler
import SerenaNetBytecode
import SerenaNetVM

func fuzzCompiler(_ bytes: [UInt8]) {
    // Much of what a fuzzer makes up is no document; as the code of a task it gets further.
    let isDocument = bytes.starts(with: Array("@ftai".utf8))
    let frame = isDocument ? (head: "", foot: "") : (head: "@ftai v2.0\n@task main\n@do\n", foot: "\n@end\n@end\n")
    let source = FTAISource(file: "fuzz.ftai", bytes: Array(frame.head.utf8) + bytes + Array(frame.foot.utf8))
    var plain: [ProgramRun?]?
    for level in [OptimizationLevel.none, .performance, .size] {
        do throws(CompilationError) {
            let outcome = try FTAICompiler().compileWithOptimization(source, level: level)
            let runs = checkedRuns(of: outcome.bytecode)
            checkAgreement(plain ?? runs, runs)
            plain = plain ?? runs
        } catch {
            precondition(level == .none, "one level refuses what another takes")
            check(error.diagnostics, of: source)
            return
        }
    }
}

/// A program keeps to what the verifier asks, survives its binary form, and runs to an end.
private func checkedRuns(of bytecode: FTAIBytecode) -> [ProgramRun?] {
    guard let program = try? LoadedProgram(bytecode) else { preconditionFailure("the verifier refuses the compiler") }
    let encoded = bytecode.encoded()
    guard let decoded = try? FTAIBytecode(decoding: encoded) else {
        preconditionFailure("what was written is not read")
    }
    precondition(decoded == bytecode && decoded.encoded() == encoded)
    return bytecode.tasks.map { ProgramRun.of($0, in: program) }
}

private func checkAgreement(_ plain: [ProgramRun?], _ runs: [ProgramRun?]) {
    precondition(plain.count == runs.count)
    for (one, other) in zip(plain, runs) {
        precondition((one == nil) == (other == nil))
        guard let one, let other, !one.isCut, !other.isCut else { continue }
        precondition(one == other, "two levels do not do the same")
    }
}

private func check(_ diagnostics: [Diagnostic], of source: FTAISource) {
    precondition(diagnostics.contains { $0.severity == .error })
    for diagnostic in diagnostics {
        precondition(diagnostic.line >= 1 && diagnostic.column >= 1 && diagnostic.line <= source.lineStarts.count)
    }
    let report = DiagnosticReport(files: [.init(source: source, diagnostics: diagnostics)])
    for format in DiagnosticReport.Format.allCases { _ = report.rendered(format) }
    _ = DiagnosticFixer.fixed(source) { FTAICompiler().validateSyntax($0) }
}
