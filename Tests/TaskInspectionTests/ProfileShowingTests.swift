// Tables and flame graphs say what the profile says.

import FTAI
import FTAICompiler
import Foundation
import SerenaNetBytecode
import SerenaNetVM
import TaskInspection
import Testing

#if canImport(FoundationXML)
    import FoundationXML
#endif

@Suite struct ProfileShowingTests {
    private static let document = """
        @ftai v2.0
        @task main
          @do
            var i = 0
            while i < 100 and "<&>" != "\\""
              i = i + step(i)
            end
            say i
          @end
        @end
        @task step
          @input x:int
          @output n:int
          @do
            return 1 + x % 2
          @end
        @end

        """

    private func profiler(level: OptimizationLevel = .none) throws -> Profiler {
        let source = FTAISource(file: "test.ftai", text: Self.document)
        let bytecode = try FTAICompiler().compileWithOptimization(source, level: level).bytecode
        let profiler = try Profiler(of: "main", in: LoadedProgram(bytecode), clock: StoppedClock())
        while case .suspended = profiler.advance() {}
        return profiler
    }

    @Test(arguments: OptimizationLevel.allCases)
    func theLinesOfATableAreAllInstructions(level: OptimizationLevel) throws {
        let profiler = try profiler(level: level)
        let table = ProfileTable(of: profiler.profile, sources: ["test.ftai": Self.document])
        let executed = profiler.execution.instructionsExecuted
        #expect(table.lines.reduce(0) { $0 + $1.instructions } <= executed)
        #expect(table.lines.first.map { [5, 6, 15].contains($0.line) } == true)
        #expect(profiler.callTree.totals[0] == executed)
        #expect(try ExecutionProfile(json: profiler.profile.json) == profiler.profile)
    }

    @Test func aTableShowsTheHottestLinesWithTheirText() throws {
        let text = try ProfileTable(of: profiler().profile, sources: ["test.ftai": Self.document]).text(limit: 3)
        #expect(text.contains("  6  i = i + step(i)\n"))
        #expect(text.contains("more lines\n") && !text.contains("say i"))
        #expect(text.contains("     51  step\n"))
    }

    /// An inlined task has its own frame, as if it had been called.
    @Test(arguments: [OptimizationLevel.none, .performance])
    func aFlameGraphIsXMLWithAFrameForEachTaskAndLine(level: OptimizationLevel) throws {
        let graph = FlameGraph(
            of: try profiler(level: level).callTree, title: "a < b & \"c\"", mainFile: "test.ftai",
            sources: ["test.ftai": Self.document])
        let reader = XMLFrames()
        let parser = XMLParser(data: Data(graph.svg.utf8))
        parser.delegate = reader
        #expect(parser.parse())
        #expect(reader.titles.first == "a < b & \"c\"")
        for part in ["main: ", "step: ", "6: i = i + step(i): ", "15: return 1 + x % 2: "] {
            #expect(reader.titles.contains { $0.hasPrefix(part) }, "\(part) \(reader.titles)")
        }
        #expect(graph.svg.contains("prefers-color-scheme: dark"))
    }

    @Test func nothingExecutedIsAnEmptyPicture() throws {
        let source = FTAISource(file: "test.ftai", text: Self.document)
        let bytecode = try FTAICompiler().compile(source).bytecode
        let profiler = try Profiler(of: "main", in: LoadedProgram(bytecode), clock: StoppedClock())
        #expect(
            FlameGraph(of: profiler.callTree, title: "t", mainFile: "test.ftai", sources: [:]).svg.contains(
                "0 instructions"))
    }
}

/// Collects the titles of a picture.
private final class XMLFrames: NSObject, XMLParserDelegate {
    var titles: [String] = []
    private var isTitle = false

    func parser(
        _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
        attributes: [String: String] = [:]
    ) {
        isTitle = name == "title"
        if isTitle { titles.append("") }
    }

    func parser(_ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?) {
        isTitle = false
    }

    func parser(_ parser: XMLParser, foundCharacters text: String) {
        if isTitle { titles[titles.count - 1] += text }
    }
}
