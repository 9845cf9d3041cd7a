// Programs that were made up at random do the same at every level of optimisation, and what a plain evaluator says they do.

import FTAI
import FTAICompiler
import Foundation
import SerenaNetBytecode
import SerenaNetVM
import Testing

@Suite struct LevelAgreementTests {
    private static func text(seed: Int) -> String {
        var author = ProgramAuthor(seed: UInt64(seed))
        return Programs.task(author.program()) + ProgramAuthor.callees
    }

    @Test(arguments: 0..<100)
    func everyLevelDoesTheSame(seed: Int) throws {
        let text = Self.text(seed: seed)
        try #require(Programs.problems(text).filter { $0 < "FTAI0220" } == [], "\(text)")
        let plain = try Programs.run(text, level: .none)
        for level in OptimizationLevel.allCases where level != .none {
            let run = try Programs.run(text, level: level)
            #expect(run.said == plain.said, "\(level)\n\(text)")
            #expect(run.error == plain.error, "\(level)\n\(text)")
        }
        // What a debugger runs does the same as well.
        let level = OptimizationLevel.allCases[seed % OptimizationLevel.allCases.count]
        let options = CompilationOptions(disabledPasses: [.inlining], keepsVariables: true)
        let inspected = try Programs.run(text, level: level, options: options)
        #expect(inspected.said == plain.said, "\(level) with variables\n\(text)")
        #expect(inspected.error == plain.error, "\(level) with variables\n\(text)")
    }

    /// 2,000 programs, or 100,000 with `SERENA_LONG_TESTS=1`, which takes a release build.
    private static let parts = ProcessInfo.processInfo.environment["SERENA_LONG_TESTS"] == nil ? 20 : 1_000

    /// The seeds are apart from those of the other test; the levels take turns.
    @Test(arguments: 0..<parts)
    func theMachineDoesWhatThePlainEvaluatorDoes(part: Int) throws {
        var failed = 0
        for seed in 10_000 + part * 100..<10_100 + part * 100 {
            let text = Self.text(seed: seed)
            let level = OptimizationLevel.allCases[seed % OptimizationLevel.allCases.count]
            let run = try Programs.run(text, level: level)
            let evaluator = Evaluator(FTAISource(file: "test.ftai", text: text))
            var failure: String?
            do {
                try evaluator.run()
            } catch let caught as PlainFailure {
                failure = caught.message
            }
            #expect(run.said == evaluator.said, "seed \(seed), \(level)\n\(text)")
            var error: String?
            if case .programFault(let fault) = run.error { error = "\(fault.kind)" }
            #expect(error == failure && (error == nil) == (run.error == nil), "seed \(seed), \(level)\n\(text)")
            if failure != nil { failed += 1 }
        }
        // Programs that all fail, or never, would show little.
        #expect((5...95).contains(failed))
    }
}
