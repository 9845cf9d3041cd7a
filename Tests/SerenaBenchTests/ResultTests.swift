// Results and baselines on disk, and the reports made from them.

import AssistantInterface
import Foundation
import Testing

@testable import SerenaBench

@Suite struct ResultTests {
    private static func decode(_ data: Data) throws(BenchError) -> BenchResult {
        try JSONDocument.decode(
            BenchResult.self, kind: BenchResult.kind, version: 2, from: data, path: "r.json",
            failure: .usage)
    }

    @Test func aResultComesBackAsItWasWritten() throws {
        let result = sampleResult([100, nil, 300, -20])
        #expect(try Self.decode(try JSONDocument.encode(result)) == result)
    }

    @Test func absentValuesAreShownAsNull() throws {
        let text = String(decoding: try JSONDocument.encode(sampleResult([nil])), as: UTF8.self)
        for key in ["latencyNs", "intent", "readiness", "p95Ns", "valueNs", "calibration"] {
            #expect(text.contains("\"\(key)\" : null"), "\(key)")
        }
    }

    @Test func aFileCutAnywhereIsRefused() throws {
        let data = try JSONDocument.encode(sampleResult([100, nil]))
        for length in stride(from: 0, to: data.count - 2, by: 97) {
            let error = #expect(throws: BenchError.self) { try Self.decode(data.prefix(length)) }
            #expect(error?.exitCode == .usage && error?.message.contains("r.json") == true)
        }
    }

    @Test(arguments: [
        (#""kind" : "result""#, #""kind" : "baseline""#, "is a baseline, not a result"),
        (#""schemaVersion" : 2"#, #""schemaVersion" : 3"#, "has version 3"),
        (
            #""interrupted" : false"#, #""interrupted" : 3"#,
            "'interrupted' has a value that does not fit"
        ),
        (#""interrupted" : false"#, #""interupted" : false"#, "did you mean 'interrupted'?"),
        (#""interrupted" : false,"#, "", "'interrupted' is missing"),
        (
            #""interrupted" : false"#, #""interrupted" : false, "surprise" : 1"#, "unknown key 'surprise'"
        ),
        (#""routeReason" : "#, #""mood" : 1, "routeReason" : "#, "unknown key 'turns[0].mood'"),
        (#""durationNs" : 1"#, #""durationNs" : NaN"#, "NaN is no number"),
        (#""durationNs" : 1"#, #""durationNs" : 1e999"#, "the number is too large"),
        (#""durationNs" : 1"#, #""durationNs" : -1"#, "must be integer, at least 0"),
        (#""durationNs" : 1"#, #""durationNs" : 1.5"#, "'durationNs' has a value that does not fit"),
        (#""durationNs" : 1"#, #""durationNs" : 1, "durationNs" : 1"#, "stands here a second time"),
        (#""verdict" : "PASS""#, #""verdict" : "FINE""#, "'verdict' has a value that does not fit"),
    ])
    func foreignFilesAreRefusedWithTheirFault(_ old: String, _ new: String, _ message: String) throws {
        let text = String(decoding: try JSONDocument.encode(sampleResult([100])), as: UTF8.self)
        try #require(text.contains(old))
        let error = #expect(throws: BenchError.self) {
            try Self.decode(Data(text.replacing(old, with: new).utf8))
        }
        #expect(
            message.isEmpty || error?.message.contains(message) == true, "\(String(describing: error))")
    }

    @Test(arguments: [
        "", "[]", "5", "null", "{}", "{\"kind\":1}", String(repeating: "[", count: 100_000), "\u{0}",
    ])
    func anythingElseIsRefused(_ text: String) {
        #expect(throws: BenchError.self) { try Self.decode(Data(text.utf8)) }
    }
}

@Suite struct BaselineTests {
    @Test func interruptedOrInvalidResultsAreRefused() {
        var interrupted = sampleResult([100])
        interrupted.interrupted = true
        var invalid = sampleResult([100])
        invalid.invalidReasons = ["frames were late"]
        for result in [interrupted, invalid, sampleResult([])] {
            let error = #expect(throws: BenchError.self) { try Baseline(name: "b", of: result) }
            #expect(error?.exitCode == .invalid)
        }
    }

    @Test func rawSamplesAreKeptAndComeBack() throws {
        let folder = try temporaryFolder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let baselines = BaselineFolder(path: folder + "/Baselines")
        let baseline = try Baseline(name: "main", of: sampleResult([100, nil, 300]))
        try baselines.write(baseline)
        #expect(try baselines.read("main") == baseline)
        #expect(baseline.samples.map(\.latencyNs) == [100_000_000, nil, 300_000_000])
        #expect(baselines.names() == ["main"])
    }

    @Test(arguments: [
        "", "..", "a/b", "../x", ".hidden", "a b", String(repeating: "x", count: 65), "ü",
    ])
    func namesThatWouldLeaveTheFolderAreRefused(_ name: String) {
        let error = #expect(throws: BenchError.self) {
            _ = try BaselineFolder(path: "/tmp").file(of: name)
        }
        #expect(error?.exitCode == .usage)
    }

    @Test func aMissingOrDamagedBaselineHasItsOwnCode() throws {
        let folder = try temporaryFolder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try Data("{".utf8).write(to: URL(fileURLWithPath: folder + "/broken.json"))
        for name in ["broken", "none"] {
            let error = #expect(throws: BenchError.self) { try BaselineFolder(path: folder).read(name) }
            #expect(error?.exitCode == .baseline)
        }
    }

    @Test func differentInputsAreNamed() throws {
        let baseline = try Baseline(name: "main", of: sampleResult([100]))
        var result = sampleResult([100])
        #expect(baseline.problems(comparingScenario: result.scenario, inputs: result.inputs).isEmpty)
        result.inputs = ["tiny.yaml": "aa", "new.wav": "1"]
        #expect(baseline.problems(comparingScenario: result.scenario, inputs: result.inputs).count == 1)
        result.scenario.name = "other"
        #expect(baseline.problems(comparingScenario: result.scenario, inputs: result.inputs).count == 1)
    }
}

@Suite struct ReportTests {
    private static let hostile = "</style><script>alert('x')</script>\"'><img src=x> | `a` {{title}} \u{1B}[2J\n# head"

    private static var hostileResult: BenchResult {
        var result = sampleResult([100, nil]) { turn in
            turn.response = hostile
            turn.transcript = hostile
            turn.failures = [hostile]
            turn.passed = false
        }
        result.scenario.title = hostile
        result.notices = [hostile]
        result.assistant.name = hostile
        result.machine.cpu = hostile
        result.inputs = [hostile: hostile]
        result.verdict = .failed
        result.exitCode = .failed
        return result
    }

    @Test func nothingFromOutsideBecomesMarkup() throws {
        let html = try HTMLReport.text(Self.hostileResult)
        #expect(!html.contains("<script") && !html.contains("<img") && !html.contains("'><"))
        #expect(html.contains("&lt;script&gt;") && html.contains("{{title}}"))
        #expect(html.components(separatedBy: "</style>").count == 2)
        let markdown = MarkdownReport.text(Self.hostileResult)
        #expect(
            !markdown.contains("<script") && !markdown.contains("\u{1B}")
                && !markdown.contains("\n# head"))
    }

    @Test func thePageNeedsNothingElse() throws {
        let html = try HTMLReport.text(sampleResult([100, 200]))
        for foreign in ["http:", "https:", "src=", "url(", "@import", "<link"] {
            #expect(!html.contains(foreign), "\(foreign)")
        }
        for landmark in [
            "<html lang=", "<header", "<main", "<footer", "scope=\"col\"", "scope=\"row\"", "<title id=",
        ] {
            #expect(html.contains(landmark), "\(landmark)")
        }
        #expect(!html.contains("{{"))
    }

    @Test func identifiersInThePageAreUnique() throws {
        let html = try HTMLReport.text(sampleResult([100, 200, 300, 400]))
        let ids = html.matches(of: /\sid="([^"]*)"/).map { String($0.1) }
        #expect(Set(ids).count == ids.count && ids.count > 10)
    }

    @Test(arguments: [[], [nil], [0], [100], [-5], [60_000, nil, 1]] as [[Int?]])
    func everyResultCanBeRendered(_ latencies: [Int?]) throws {
        let result = sampleResult(latencies)
        #expect(try HTMLReport.text(result).hasSuffix("</html>\n"))
        #expect(MarkdownReport.text(result).hasPrefix("## "))
    }

    @Test func bothReportsTellVerdictReasonsAndFigures() throws {
        var result = Self.hostileResult
        result.scenario.title = "The talk"
        for text in [try HTMLReport.text(result), MarkdownReport.text(result)] {
            for part in ["FAIL", "The talk", "2 required turns of 2 failed", "p(95)", "100 ms"] {
                #expect(text.contains(part), "\(part)")
            }
        }
    }

    @Test(arguments: [
        (3_440_000, "3.4 ms"), (212_400_000, "212 ms"), (0, "0.0 ms"), (-340_000, "-0.3 ms"),
        (9_960_000, "10 ms"),
        (-40_000, "0.0 ms"),
    ])
    func figuresShowTheDigitsThatMeanSomething(_ nanoseconds: Int, _ text: String) {
        #expect(Figures.milliseconds(Int64(nanoseconds)) == text)
    }
}

@Suite struct RunFolderTests {
    private static let time = Date(timeIntervalSince1970: 1_767_225_600)

    @Test func foldersMadeInTheSameSecondKeepApart() throws {
        let parent = try temporaryFolder()
        defer { try? FileManager.default.removeItem(atPath: parent) }
        var names: [String] = []
        for content in ["a", "b"] {
            let folder = try RunFolder.create(in: parent, scenario: "tiny", at: Self.time)
            try folder.write(Data(content.utf8), to: "result.json")
            names.append(try folder.commit())
        }
        #expect(names == ["\(parent)/tiny-20260101T000000Z", "\(parent)/tiny-20260101T000000Z-2"])
        #expect(try names.map { try String(contentsOfFile: $0 + "/result.json", encoding: .utf8) } == ["a", "b"])
    }

    @Test func nothingIsThereBeforeTheCommitAndNothingIsLeftAfterADiscard() throws {
        let parent = try temporaryFolder()
        defer { try? FileManager.default.removeItem(atPath: parent) }
        let folder = try RunFolder(destination: parent + "/out")
        try folder.write(Data("a".utf8), to: "result.json")
        #expect(!FileManager.default.fileExists(atPath: parent + "/out"))
        folder.discard()
        #expect(try FileManager.default.contentsOfDirectory(atPath: parent).isEmpty)
    }

    @Test func aReportWhoseReplacementWasKilledComesBack() throws {
        let parent = try temporaryFolder()
        defer { try? FileManager.default.removeItem(atPath: parent) }
        // No process has a number this high.
        for name in [".replaced-2147483646-first", ".partial-2147483646-second"] {
            try FileManager.default.createDirectory(atPath: "\(parent)/\(name)", withIntermediateDirectories: true)
        }
        try RunFolder(destination: parent + "/third").discard()
        #expect(try FileManager.default.contentsOfDirectory(atPath: parent) == ["first"])
    }
}
