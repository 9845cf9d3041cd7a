// Loops do the same however they are changed.

import FTAI
import FTAICompiler
import Foundation
import SerenaNetBytecode
import SerenaNetVM
import Testing

@testable import FTAICompiler

@Suite struct LoopAgreementTests {
    /// 4,000 programs with `SERENA_LONG_TESTS=1`.
    private static let parts = ProcessInfo.processInfo.environment["SERENA_LONG_TESTS"] == nil ? 2 : 100

    @Test(arguments: 0..<parts)
    func everyLevelCountsTheSame(part: Int) throws {
        var failed = 0
        for seed in part * 40..<(part + 1) * 40 {
            var author = LoopAuthor(seed: UInt64(seed))
            let text = Programs.task(author.program())
            try #require(Programs.problems(text).filter { $0 < "FTAI0220" } == [], "\(text)")
            let plain = try Programs.run(text, level: .none)
            for level in [OptimizationLevel.performance, .size] {
                let run = try Programs.run(text, level: level)
                #expect(run.said == plain.said, "seed \(seed), \(level)\n\(text)")
                #expect(run.error == plain.error, "seed \(seed), \(level)\n\(text)")
            }
            if plain.error != nil { failed += 1 }
        }
        #expect((1...39).contains(failed))
    }

    @Test(arguments: 0..<20)
    func everyPassLeavesLoopsWhole(seed: Int) {
        var author = LoopAuthor(seed: UInt64(seed) + 5_000)
        var program = Intermediate.program(author.program())
        Optimizer(level: .performance, options: .init()).run(&program) { pass, program in
            #expect(Intermediate.problems(program) == [], "after \(pass.rawValue)")
        }
    }

    /// How many rounds there are is told by an input. Each number is around a multiple of the copies.
    @Test(arguments: [0, 1, 7, 8, 9, 13, 14, 15, 16, 17, 22, 23, 24, 31, 100] as [Int64])
    func everyNumberOfRoundsIsRun(rounds: Int64) throws {
        let text = Programs.task(
            """
            var s = 0
            for i in 1..n
              s = s + (100 - i) + 3
            end
            var j = 0
            while j < n
              if j % 2 == 0
                s = s - 1
              else
                s = s + j
              end
              j = j + 1
            end
            say s
            """, head: "  @input n:int\n")
        let plain = try Programs.run(text, inputs: ["n": .int(rounds)], level: .none)
        let fast = try Programs.run(text, inputs: ["n": .int(rounds)], level: .performance)
        #expect(fast.said == plain.said)
        #expect(rounds < 22 || fast.instructions * 2 < plain.instructions)
    }

    /// The limit lies where the limit less a few does not fit any more, and the number where it cannot be counted up.
    @Test(arguments: [Int64.min, Int64.min + 3, -1, 5])
    func limitsAtTheEndsOfTheNumbersAreSafe(limit: Int64) throws {
        let text = Programs.task(
            "var s = 0\nvar i = n\nwhile i < 5\n  s = s + 1\n  i = i + 1\n  if s == 20\n    break\n  end\nend\nsay s\n"
                + "for _j in n..n + 2\n  s = s + 1\nend\nsay s", head: "  @input n:int\n")
        let plain = try Programs.run(text, inputs: ["n": .int(limit)], level: .none)
        let fast = try Programs.run(text, inputs: ["n": .int(limit)], level: .performance)
        #expect(fast.said == plain.said && fast.error == plain.error)
    }
}
