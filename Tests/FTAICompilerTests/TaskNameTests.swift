// The names of many tasks, and effects that come from far away.

import FTAI
import FTAICompiler
import SerenaNetBytecode
import Testing

@Suite struct TaskNameTests {
    private func chain(of count: Int, last: String, calls: (Int) -> Int?) -> FTAISource {
        let tasks = (0..<count).map { index in
            let code = calls(index).map { "t\($0)()" } ?? last
            return "@task t\(index)\n  @do\n    \(code)\n  @end\n@end\n"
        }
        return FTAISource(file: "chain.ftai", text: "@ftai v2.0\n" + tasks.joined())
    }

    @Test(arguments: [1, 2, 5, 6, 40])
    func anEffectReachesEveryTaskThatLeadsToIt(count: Int) {
        let forwards = chain(of: count, last: "say 1") { $0 + 1 < count ? $0 + 1 : nil }
        let backwards = chain(of: count, last: "say 1") { $0 > 0 ? $0 - 1 : nil }
        for source in [forwards, backwards] {
            #expect(FTAICompiler.effects(of: source).map(\.effects) == Array(repeating: .says, count: count))
        }
    }

    @Test(arguments: [(2, 0), (15, 14), (16, 3), (17, 16), (40, 2), (40, 39)])
    func aNameThatIsTakenIsReportedWithItsFirstPlace(count: Int, taken: Int) throws {
        let text = String(decoding: chain(of: count, last: "say 1") { _ in nil }.bytes, as: UTF8.self)
        let more = "@task T\(taken)\n  @do\n    say 2\n  @end\n@end\n"
        let problems = FTAICompiler().validateSyntax(FTAISource(file: "many.ftai", text: text + more))
        let problem = try #require(problems.first)
        #expect(problems.count == 1)
        #expect(problem.code == .nameRepeated)
        #expect(problem.line == 2 + 5 * count)
        #expect(problem.notes.map(\.line) == [2 + 5 * taken])
    }
}
