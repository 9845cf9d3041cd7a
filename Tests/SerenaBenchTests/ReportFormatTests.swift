// The forms of a report that other programs read.

import Foundation
import Testing

@testable import SerenaBench

#if canImport(FoundationXML)
    import FoundationXML
#endif

@Suite struct JUnitReportTests {
    /// Collects the elements of a document.
    private final class Elements: NSObject, XMLParserDelegate {
        var found: [(name: String, attributes: [String: String])] = []

        func parser(
            _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
            attributes: [String: String]
        ) {
            found.append((name, attributes))
        }
    }

    private func elements(of text: String) throws -> [(name: String, attributes: [String: String])] {
        let parser = XMLParser(data: Data(text.utf8))
        let elements = Elements()
        parser.delegate = elements
        try #require(parser.parse(), "\(String(describing: parser.parserError))")
        return elements.found
    }

    @Test func everyRunIsASuiteAndItsCountsAddUp() throws {
        let found = try elements(of: JUnitReport.text(richResult()))
        let suites = found.filter { $0.name == "testsuite" }
        #expect(suites.count == 11)
        func sum(_ attribute: String) -> Int { suites.compactMap { Int($0.attributes[attribute] ?? "") }.reduce(0, +) }
        #expect(sum("tests") == found.count { $0.name == "testcase" })
        #expect(sum("failures") == found.count { $0.name == "failure" } && sum("failures") == 3)
        #expect(sum("skipped") == found.count { $0.name == "skipped" })
        #expect(
            found.contains {
                $0.name == "skipped"
                    && $0.attributes["message"] == "expected failure: heavy noise is not understood yet"
            })
    }

    @Test func whatXMLCannotHoldIsReplaced() throws {
        let hostile = "<a href=\"x\">&\u{0}\u{1B}\u{FFFF} ]]> ü 😀\n'"
        var result = richResult()
        for index in result.turns.indices {
            result.turns[index].failures = [hostile]
            result.turns[index].transcript = hostile
        }
        result.scenario.title = hostile
        let found = try elements(of: JUnitReport.text(result))
        let expected = hostile.replacing("\u{0}", with: "\u{FFFD}").replacing("\u{1B}", with: "\u{FFFD}")
            .replacing("\u{FFFF}", with: "\u{FFFD}")
        #expect(found.first { $0.name == "failure" }?.attributes["message"] == expected)
    }

    @Test func anInvalidResultIsAnError() throws {
        var result = richResult()
        result.invalidReasons = ["frames were late"]
        #expect(try elements(of: JUnitReport.text(result)).contains { $0.name == "error" })
    }
}

@Suite struct GitHubReportTests {
    @Test func stepsPointAtTheirLines() {
        let text = GitHubReport.annotations(richResult(), stepLines: ["one": 12])
        let lines = text.split(separator: "\n")
        #expect(lines.first == "::notice file=Scenarios/tiny.yaml,title=Tiny%3A FAIL::2 required turns of 20 failed")
        #expect(
            lines.contains {
                $0.hasPrefix(
                    "::error file=Scenarios/tiny.yaml,line=12,title=Step one failed::the assistant cut the user off")
            })
        #expect(
            lines.contains { $0.contains("title=Regression::") } && lines.contains { $0.contains("Failed as expected") }
        )
    }

    @Test func textCannotBecomeACommand() {
        var result = sampleResult([nil]) { $0.failures = ["100%\n::set-env name=PATH::x\r\u{1B}[2J"] }
        result.scenario.path = "a,b:c\n.yaml"
        let text = GitHubReport.annotations(result, stepLines: [:])
        #expect(text.split(separator: "\n").allSatisfy { $0.hasPrefix("::notice ") || $0.hasPrefix("::error ") })
        #expect(text.contains("100%25%0A::set-env") && text.contains("file=a%2Cb%3Ac%0A.yaml"))
    }

    @Test func noMoreThanGitHubShows() {
        var result = sampleResult([])
        result.runFailures = (1...40).map { "run \($0)" }
        let errors = GitHubReport.annotations(result, stepLines: [:]).split(separator: "\n").filter {
            $0.hasPrefix("::error")
        }
        #expect(errors.count == 10 && errors.last?.contains("And 31 more") == true)
    }

    @Test func linesOfStepsAreFoundInTheScenario() {
        let scenario = "name: x\nsteps:\n  - id: one\n    say: hi\n  - {id: two, say: id: three}\n# id: four\n"
        let lines = GitHubReport.stepLines(in: scenario)
        #expect(lines["one"] == 3 && lines["two"] == 5)
    }
}

@Suite struct PrometheusReportTests {
    /// The grammar of a sample: name, labels, value.
    @Test func everyLineFitsTheFormat() throws {
        var result = richResult()
        result.scenario.name = "a\"b\\c\nd"
        let text = PrometheusReport.text(result)
        #expect(text.hasSuffix("\n"))
        let label = #"[a-z_]+="(?:[^"\\\n]|\\["\\n])*""#
        let sample = try Regex("^serena_bench_[a-z0-9_]+\\{\(label)(?:,\(label))*\\} (?:[-+0-9.e]+|\\+Inf)$")
        for line in text.split(separator: "\n") where !line.hasPrefix("# ") {
            #expect(line.wholeMatch(of: sample) != nil, "\(line)")
        }
        #expect(text.contains(#"scenario="a\"b\\c\nd""#))
    }

    @Test func timesAreSecondsAndAMissingAnswerIsInfinite() {
        let text = PrometheusReport.text(sampleResult([100, nil]))
        #expect(text.contains("quantile=\"0.5\"} 0.1\n") && text.contains("quantile=\"1\"} +Inf\n"))
        #expect(text.contains("verdict=\"PASS\"} 1\n") && text.contains("verdict=\"FAIL\"} 0\n"))
    }

    @Test func namesAreDeclaredOnce() {
        let declared = PrometheusReport.text(richResult()).split(separator: "\n").filter { $0.hasPrefix("# TYPE") }
        #expect(Set(declared).count == declared.count)
    }
}

@Suite struct MarkdownReportTests {
    @Test func evenAHugeResultFitsAPullRequest() {
        let long = String(repeating: "words | and `more` ", count: 400)
        var result = sampleResult((0..<600).map { $0 % 3 == 0 ? nil : $0 })
        for index in result.turns.indices {
            result.turns[index].step = "step\(index)"
            result.turns[index].failures = [long]
            result.turns[index].response = long
        }
        result.notices = Array(repeating: long, count: 400)
        result.runFailures = Array(repeating: long, count: 400)
        result.comparisons = Array(repeating: richResult().comparisons, count: 300).flatMap(\.self)
        #expect(MarkdownReport.text(result).utf16.count < 65_536)
    }

    @Test func theFirstLinesCarryVerdictReasonsAndNextStep() {
        let text = MarkdownReport.text(richResult())
        let first = text.prefix { $0 != "|" }
        for part in ["❌ FAIL · NOT READY", "2 required turns", "failed as expected", "**Next:**"] {
            #expect(first.contains(part), "\(part)")
        }
        #expect(text.contains("### What changed") && text.components(separatedBy: "<details>").count == 5)
    }
}

@Suite struct ClipTests {
    @Test func onlyFailedTurnsArePlayedAndRealFailuresFirst() throws {
        let result = richResult()
        let turns = ClipChoice.turns(of: result)
        #expect(turns.count == 3 && turns.allSatisfy { !$0.passed })
        let clips = ClipChoice.clips(of: result) { _, limit in limit >= 1 ? Data([1, 2, 3]) : nil }
        #expect(clips.count == 3)
        let page = try HTMLReport.text(ReportMaterial(result: result, clips: ["audio/run2-one.wav": Data([1, 2, 3])]))
        #expect(page.contains("src=\"data:audio/wav;base64,AQID\"") && page.contains("src=\"audio/run3-one.wav\""))
    }

    @Test func roomIsForRealFailuresFirst() {
        let result = richResult()
        let clips = ClipChoice.clips(of: result) { _, limit in
            limit >= ClipChoice.largest ? Data(count: ClipChoice.largest) : nil
        }
        #expect(Set(clips.keys).isSuperset(of: ["audio/run2-one.wav", "audio/run3-one.wav"]))
        #expect(clips.values.map(\.count).reduce(0, +) <= ClipChoice.largestSum)
    }

    @Test(arguments: [
        ("audio/a.wav", true), ("../a.wav", false), ("/etc/passwd", false), ("http://x/a.wav", false),
        ("javascript:alert(1)", false), ("a//b", false), ("a/./b", false), ("", false), ("a b", false),
        ("ä.wav", false),
    ])
    func pathsStayBelowTheResult(_ path: String, _ isSafe: Bool) {
        #expect(ClipChoice.isSafe(path) == isSafe)
    }
}

@Suite struct RichPageTests {
    @Test func theFirstScreenTellsWhatCounts() throws {
        let page = try HTMLReport.text(richResult())
        let hero = try #require(page.firstMatch(of: /(?s)<header.*?<\/header>/)).0
        for part in ["NOT READY", "FAIL", "2 required turns of 20 failed", "failed as expected", "Next"] {
            #expect(hero.contains(part), "\(part)")
        }
        for part in [
            "id=\"readiness\"", "Must pass", "≥ 49.3 %", "8 of 10: 0.493", "−118 ms", "plug it in", "9 of 10 caught",
            "REGRESSED", "id=\"ratio-t\"", "id=\"scatter-t\"", "Exact figures that differ", "baseline 300 ms",
        ] {
            #expect(page.contains(part), "\(part)")
        }
        #expect(!page.contains("{{") && !page.contains("NaN") && !page.contains("nan%"))
    }

    @Test func identifiersAreUniqueAndReferencesLead() throws {
        let rows = (1...6).map { HistoryRow(richResult(), sha256: "\($0)", folder: "") }
        let trend = HistoryTrend(series: rows[0].series, rows: rows, detect: { _ in [3] })
        let page = try HTMLReport.text(ReportMaterial(result: richResult(), trend: trend))
        let ids = page.matches(of: /\sid="([^"]*)"/).map { String($0.1) }
        #expect(Set(ids).count == ids.count)
        for reference in page.matches(of: /aria-labelledby="([^"]*)"/).flatMap({ $0.1.split(separator: " ") }) {
            #expect(ids.contains(String(reference)), "\(reference)")
        }
        #expect(page.contains("class=\"change\""))
    }

    @Test func manyTurnsAreDrawnAsBars() throws {
        let page = try HTMLReport.text(sampleResult((0..<3_000).map { 200 + $0 % 90 }))
        #expect(page.utf8.count < 400_000 && page.contains("turns from"))
    }
}
