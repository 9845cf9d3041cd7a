// Programs that leave the VM, and the tool that lets one process begin a task and another end it.

import Foundation
import SerenaNetBytecode
import SerenaNetVM
import Testing

@Suite struct SuspensionTests {
    private static let document = """
        @ftai v2.0
        @tool weather
        @end
        @task main
          @input city:string
          @output warm:bool
          @do
            say "Asking about {city}."
            let found = call weather(city: city)
            let degrees = field(found, "degrees") as int ?? 0
            say "It is {degrees} degrees in {city}."
            return degrees > 20
          @end
        @end
        """

    private struct Host: VMHost {
        let degrees: Int64?

        func say(_ text: String) async {}
        func remember(key: String, value: String) async throws {}
        func recall(key: String) async throws -> String? { nil }
        func callTool(_ name: String, arguments: [VMMapEntry]) async throws -> VMValue {
            guard let degrees else { throw HostLacks("such tool") }
            return .map([VMMapEntry(key: "degrees", value: .int(degrees))])
        }
    }

    private func context(_ bytecode: FTAIBytecode, degrees: Int64?) -> VMExecutionContext {
        VMExecutionContext(
            taskId: "main", bytecode: bytecode, inputs: ["city": .string("Paris")], host: Host(degrees: degrees),
            timestamp: FrozenClock().now)
    }

    @Test func aProgramGoesOnInAnotherVM() async throws {
        let bytecode = try Programs.compile(Self.document)
        let here = SerenaNetVM(clock: FrozenClock())
        here.initialize()
        let outcome = await here.execute(with: context(bytecode, degrees: nil)) { request in
            if case .callTool = request { true } else { false }
        }
        guard case .suspended(let left) = outcome else {
            Issue.record("it was not left: \(outcome)")
            return
        }
        #expect(left.request == .callTool(name: "weather", arguments: [.init(key: "city", value: .string("Paris"))]))
        #expect(left.location.line == 9)
        let there = SerenaNetVM(clock: FrozenClock())
        there.initialize()
        let result = await there.resume(from: left.snapshot(), with: context(bytecode, degrees: 21))
        #expect(result.output == .bool(true))
        #expect(there.getPerformanceMetrics().totals.instructionsExecuted == result.instructionsExecuted)
        let whole = await there.execute(with: context(bytecode, degrees: 21))
        #expect(whole.instructionsExecuted == result.instructionsExecuted)
        let damaged = ExecutionSnapshot(bytes: left.snapshot().bytes.dropLast())
        let refused = await there.resume(from: damaged, with: context(bytecode, degrees: 21))
        guard case .contextCorrupted(let why) = refused.error else {
            Issue.record("\(refused)")
            return
        }
        #expect(why.hasPrefix("main: the content does not match its SHA-256"))
    }

    @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: ToolRun.program.path()), "ftai is not built"))
    func aLargeDocumentIsCompiledOnce() throws {
        let tasks = (0..<400).map { "@task t\($0)\n  @do\n    say \"this is task \($0)\"\n  @end\n@end\n" }
        let document = "@ftai v2.0\n" + tasks.joined()
        let folder = try TemporaryFolder(["large.ftai": Array(document.utf8)])
        let home = ["SERENA_HOME": folder.url.path()]
        let cache = folder.url.appending(path: "Cache")
        let plain = try ToolRun(["run", "large.ftai", "t7", "--no-cache"], in: folder.url, environment: home)
        #expect(plain.output == "this is task 7\n")
        #expect(!FileManager.default.fileExists(atPath: cache.path()))
        for _ in 0..<2 {
            let run = try ToolRun(["run", "large.ftai", "t7"], in: folder.url, environment: home)
            #expect(run.output == plain.output && run.errors == plain.errors)
        }
        let files = try FileManager.default.contentsOfDirectory(atPath: cache.path())
        #expect(files.contains { $0.hasSuffix(".sqlite") })
        try Data((document + "@tsk").utf8).write(to: folder.url.appending(path: "large.ftai"))
        let changed = try ToolRun(["run", "large.ftai", "t7"], in: folder.url, environment: home)
        #expect(changed.exit == 64)
    }

    @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: ToolRun.program.path()), "ftai is not built"))
    func oneProcessBeginsATaskAndAnotherEndsIt() throws {
        let folder = try TemporaryFolder(["weather.ftai": Array(Self.document.utf8)])
        let begun = try ToolRun(
            ["run", "weather.ftai", "--input", "city=Paris", "--suspend-to", "weather.ftais"], in: folder.url)
        #expect(begun.exit == 0)
        #expect(begun.output == "Asking about Paris.\n")
        #expect(
            begun.errors
                == "weather.ftai:9: the task waits for `weather`\n"
                + "  try: ftai resume weather.ftais weather.ftai --answer weather=JSON\n")
        let ended = try ToolRun(
            ["resume", "weather.ftais", "./weather.ftai", "--answer", "weather={\"degrees\": 21}"], in: folder.url)
        #expect(ended.exit == 0)
        #expect(ended.output == "It is 21 degrees in Paris.\nwarm = true\n")
        let other = try ToolRun(["resume", "weather.ftais", "weather.ftai", "-O", "none"], in: folder.url)
        #expect(other.exit == 64)
        #expect(other.errors.hasPrefix("ftai: weather.ftais: it was taken of another program (at byte 6)"))
    }
}
