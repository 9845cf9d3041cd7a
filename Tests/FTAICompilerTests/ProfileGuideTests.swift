// What a recorded run changes in the code.

import FTAI
import SerenaNetBytecode
import SerenaNetVM
import Testing

@testable import FTAICompiler

@Suite struct ProfileGuideTests {
    /// The second way is taken in every round but one; `rare` is called once, `often` in every round, and is too long to be
    /// inlined without a reason.
    private static let text: String = {
        let sums = (1...30).map { "    s = s * 3 % \($0 + 1000)" }.joined(separator: "\n")
        let code = """
            var s = 0
            for i in 1..50
              if i == 7
                s = s + rare(i)
              else
                s = s + often(i)
              end
            end
            say s
            say often(3)
            """
        func task(_ name: String, _ body: String) -> String {
            "@task \(name)\n  @input n:int\n  @output r:int\n  @do\n\(body)\n  @end\n@end\n"
        }
        return Programs.task(code) + task("often", "    var s = n\n\(sums)\n    return s")
            + task("rare", "    if n > 1000\n      return rare(n - 1)\n    end\n    return n")
    }()

    private static func profile() throws -> ExecutionProfile {
        let bytecode = try Programs.compile(text, level: .none)
        let profiler = try Profiler(of: "main", in: LoadedProgram(bytecode), clock: FrozenClock())
        var step = profiler.advance()
        while case .suspended = step { step = profiler.advance() }
        return profiler.profile
    }

    @Test func whatIsCalledOftenIsInlinedAndWhatNeverWasIsNot() throws {
        let options = CompilationOptions(profile: try Self.profile())
        let plain = try Programs.compile(Self.text, level: .performance)
        let guided = try Programs.compile(Self.text, level: .performance, options: options)
        func names(_ program: FTAIBytecode, _ function: Int) -> Set<String> {
            Set(program.functions[function].inlined.map(\.name))
        }
        #expect(!names(plain, 0).contains("often") && names(guided, 0).contains("often"))
        // The call of itself was never made.
        #expect(names(plain, 2).contains("rare") && !names(guided, 2).contains("rare"))
        #expect(plain.metadata.cacheKey != guided.metadata.cacheKey)
    }

    @Test func theProgramDoesTheSameWithFewerInstructions() throws {
        let profile = try Self.profile()
        let plain = try Programs.run(Self.text, level: .performance)
        let guided = try Programs.run(Self.text, level: .performance, options: .init(profile: profile))
        #expect(guided.said == plain.said && guided.error == plain.error)
        #expect(guided.instructions < plain.instructions)
    }

    @Test func aProfileOfAnotherTextIsPassedOver() throws {
        var profile = try Self.profile()
        profile.sourceHash = String(repeating: "0", count: 64)
        let plain = try Programs.compile(Self.text, level: .performance)
        #expect(try Programs.compile(Self.text, level: .performance, options: .init(profile: profile)) == plain)
    }

    /// Whatever a profile says, the program does the same.
    @Test(arguments: 0..<10)
    func aProfileOnlyHints(seed: UInt64) throws {
        var author = LoopAuthor(seed: seed + 900)
        let text = Programs.task(author.program())
        let plain = try Programs.run(text, level: .none)
        let bytecode = try Programs.compile(text, level: .none)
        let profile = ExecutionProfile(
            program: bytecode.id, sourceFile: "test.ftai", sourceHash: bytecode.sourceHash, cacheKey: "", level: .none,
            task: "main",
            functions: [
                FunctionProfile(
                    name: "main", executions: [1],
                    lines: (1...60).map { LineProfile(line: $0, visits: seed &* UInt64($0) % 17, instructions: 1) })
            ])
        let guided = try Programs.run(text, level: .performance, options: .init(profile: profile))
        #expect(guided.said == plain.said && guided.error == plain.error, "\(text)")
    }

    /// Line 3 of the document and line 3 of what it includes are two lines; what stands in neither is left out.
    @Test func linesOfIncludedFilesAreKeptApart() throws {
        let profile = ExecutionProfile(
            program: "a", sourceFile: "a.ftai", sourceHash: "0", cacheKey: "", level: .none, task: "main",
            functions: [
                FunctionProfile(
                    name: "main", executions: [100], callSites: [CallSiteProfile(line: 3, callee: "often", calls: 90)],
                    lines: [LineProfile(line: 3, visits: 90, instructions: 90)]),
                FunctionProfile(
                    name: "often", executions: [100], callSites: [CallSiteProfile(line: 3, callee: "rare", calls: 1)],
                    lines: [
                        LineProfile(file: "./b.ftai", line: 3, visits: 2, instructions: 2),
                        LineProfile(file: "./gone.ftai", line: 4, visits: 7, instructions: 7),
                    ]),
            ])
        let text = FTAISource(file: "a.ftai", text: "1\n2\n3\n")
        let included = FTAISource(file: "./b.ftai", text: "1\n2\n3\n4\n")
        let files = DocumentIncluder.Expansion(
            document: nil, files: [.init(source: text, diagnostics: []), .init(source: included, diagnostics: [])])
        let guide = try #require(
            ProfileGuide(profile, sourceHash: "0") { file, line in files.line(line, ofFile: file) })
        #expect(guide.visits(of: 3) == 90 && guide.visits(of: 7) == 2 && guide.visits(of: 8) == 0)
        #expect(files.place(ofLine: 7)?.line == 3)
        #expect(guide.isHot("often", calledFrom: 3) && guide.isNeverCalled("rare", from: 3))
        #expect(!guide.isNeverCalled("rare", from: 7))
    }
}
