// The strict JSON parser, the schemas, and the places that messages name.

import Foundation
import Instrumentation
import Testing

@testable import SerenaBench

@Suite struct JSONScannerTests {
    @Test(arguments: [
        ("", 1, 1, "ends"), ("{", 1, 2, "a key in quotes"), ("{\"a\"", 1, 5, "`:`"), ("[1,\n 2", 2, 3, "`,` or `]`"),
        ("[1,]", 1, 4, "a value"), ("{\"a\":1,}", 1, 8, "a key"), ("[01]", 1, 2, "a number"),
        ("[1.]", 1, 2, "a number"), ("[-]", 1, 2, "a number"), ("[1e]", 1, 2, "a number"), ("[+1]", 1, 2, "a value"),
        ("{\"a\":1,\n\"a\":2}", 2, 1, "a second time"), ("[NaN]", 1, 2, "NaN is no number"),
        ("[1e400]", 1, 2, "too large"), ("[\"\\x\"]", 1, 3, "no escape"), ("[\"\\ud800\"]", 1, 3, "surrogate"),
        ("[\"a\nb\"]", 1, 4, "control character"), ("[] []", 1, 4, "the end of the text"), ("[tru]", 1, 2, "a value"),
        ("{\"ä\": x}", 1, 7, "a value"), ("[\"\\u12", 1, 3, "hexadecimal"),
    ])
    func whatIsWrongIsNamedWithItsPlace(_ text: String, _ line: Int, _ column: Int, _ message: String) {
        let bytes = Array(text.utf8)
        let problem = #expect(throws: JSONProblem.self) { try JSONScanner.parse(bytes) }
        let place = TextPlace(offset: problem?.offset ?? -1, in: bytes)
        #expect(place.line == line && place.column == column, "\(place): \(problem?.message ?? "")")
        #expect(problem?.message.contains(message) == true, "\(problem?.message ?? "")")
    }

    @Test func bytesThatAreNoTextAreRefused() {
        #expect(throws: JSONProblem.self) { try JSONScanner.parse([0x22, 0xFF, 0x22]) }
    }

    @Test(arguments: [(64, true), (65, false), (100_000, false)])
    func theDepthIsBounded(_ depth: Int, _ isRead: Bool) {
        let text = String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        #expect(((try? JSONScanner.parse(Array(text.utf8))) != nil) == isRead)
    }

    @Test(arguments: [
        ("\"a\\n\\u00e4\\ud83d\\ude00\\\\\\/\"", "a\nä😀\\/"), ("\"\"", ""), ("\"\u{7F}\"", "\u{7F}"),
    ])
    func textsComeOutAsTheyWereMeant(_ json: String, _ text: String) throws {
        #expect(try JSONScanner.parse(Array(json.utf8)).text == text)
    }

    /// Whatever Foundation writes is read, and says the same.
    @Test func whatTheEncoderWritesIsRead() throws {
        let node = try JSONScanner.parse([UInt8](try JSONDocument.encode(richResult())))
        #expect(node["turns"]?.elements?.count == 20)
        #expect(node["turns"]?.elements?[3]["latencyNs"]?.integer == 289_000_000)
    }
}

@Suite struct SchemaTests {
    private static func document(_ value: some Encodable) throws -> JSONNode {
        try JSONScanner.parse([UInt8](try JSONDocument.encode(value)))
    }

    private static func history() -> HistoryExport {
        let rows = (1...9).map { day -> HistoryRow in
            var result = richResult()
            result.startedAt = "2026-01-0\(day)T00:00:00Z"
            return HistoryRow(result, sha256: "\(day)", folder: "Reports/tiny")
        }
        return HistoryExport([(rows, HistoryTrend(series: rows[0].series, rows: rows, detect: { _ in [4] }))])
    }

    private static func sample(_ kind: SchemaKind) throws -> JSONNode {
        switch kind {
        case .result: try document(richResult())
        case .baseline: try document(try Baseline(name: "main", of: richResult()))
        case .recording:
            try document(
                RecordingNote(
                    text: "tone", voice: nil, sha256: "00", sampleRate: 16_000, speechStartSample: 1,
                    speechEndSample: 2, speechStartNs: 1, speechEndNs: 2))
        case .history: try document(history())
        case .ab: try document(comparison())
        case .serviceTimes: try document(RecordedServiceTimes(ServiceTimes(stretchesNs: ["voice": [1, 2]])))
        case .simulation: try document(simulation())
        case .suite:
            try document(
                SuiteResult(
                    suite: .performance, quick: false, exitCode: .pass, machine: richResult().machine,
                    checks: [
                        SuiteCheck("memory", .passed, "flat", figures: ["slope": 0.5])
                    ], startedAt: "2026-01-01T00:00:00Z", durationNs: 1))
        case .gate:
            try document(
                GateResult(
                    exitCode: .pass, scenarios: [GateEntry("tiny", richResult(), code: .pass, report: "Reports/tiny")]))
        case .sweep: try document(sampleSweep())
        }
    }

    private static func comparison() -> ABResult {
        let result = richResult()
        let side = ABResult.Side(
            label: "as the scenario says", assistant: result.assistant, failedTurns: 0,
            samples: result.turns.map { Baseline.Sample($0, run: $0.run) })
        return ABResult(
            verdict: .pass, exitCode: .pass, scenario: result.scenario, machine: result.machine, inputs: result.inputs,
            settings: result.settings, a: side, b: side, order: ["a"], look: .only, comparisons: result.comparisons,
            exactDifferences: result.exactDifferences, runFailures: [], invalidReasons: [], notices: [],
            startedAt: result.startedAt, durationNs: 1, interrupted: false)
    }

    private static func simulation() -> SimulationSummary {
        let turn = SimulatedTalkResult.Turn(
            step: "1-tip", active: [.diskFull], outcome: .unexplained("no answer was heard"), latencyNs: nil,
            answerExpected: true, transcript: "", response: "", problem: nil)
        let talk = SimulatedTalkResult(
            number: 4, turns: [turn], failure: nil, digest: "00", events: 7, duration: .seconds(9))
        return SimulationSummary([talk], seed: 1, scenario: "ted", wanted: 1, replay: { "simulate --talk \($0)" })
    }

    @Test(arguments: SchemaKind.allCases)
    func whatTheProgramWritesFitsItsSchema(_ kind: SchemaKind) throws {
        #expect(try JSONSchema(kind).problem(in: Self.sample(kind)) == nil)
        #expect(try Self.sample(kind)["kind"]?.text == kind.rawValue)
    }

    /// Takes each key away, and adds one, in every object of the sample: both must be noticed, unless the keys are free.
    @Test(arguments: SchemaKind.allCases)
    func everyKeyIsKnownAndNeeded(_ kind: SchemaKind) throws {
        let schema = try JSONSchema(kind)
        let sample = try Self.sample(kind)
        var seen = 0
        for changed in Self.variants(of: sample, free: Self.freeKeys) {
            seen += 1
            #expect(schema.problem(in: changed) != nil)
        }
        #expect(seen >= 4)
    }

    /// Objects whose keys are names from outside.
    private static let freeKeys: Set<String> = [
        "inputs", "slots", "stagesNs", "exact", "holdsFor", "variant", "stretchesNs", "survived", "failedByName",
        "figures",
    ]

    /// Keys that earlier releases did not write, and assistants that know nothing about them don't fill.
    private static let absentKeys: Set<String> = [
        "speculation", "fellBehind", "stopsWithoutCause", "tags", "falseCutOffShareAtMost",
    ]

    /// The document with one key less or one more, for every object in it; only the first element of an array is looked at.
    private static func variants(of node: JSONNode, free: Set<String>, key: String = "") -> [JSONNode] {
        func with(_ value: JSONNode.Value) -> JSONNode { JSONNode(offset: node.offset, value: value) }
        if let members = node.members, !free.contains(key), !(key == "settings" && members.isEmpty) {
            let extra = JSONNode.Member(key: "surprise", keyOffset: 0, node: JSONNode(offset: 0, value: .null))
            var found = [with(.object(members + [extra]))]
            for index in members.indices {
                var fewer = members
                fewer.remove(at: index)
                if !absentKeys.contains(members[index].key) { found.append(with(.object(fewer))) }
                for inner in variants(of: members[index].node, free: free, key: members[index].key) {
                    var changed = members
                    changed[index] = JSONNode.Member(key: members[index].key, keyOffset: 0, node: inner)
                    found.append(with(.object(changed)))
                }
            }
            return found
        }
        guard let elements = node.elements, let first = elements.first else { return [] }
        return variants(of: first, free: free, key: "").map { with(.array([$0])) }
    }

    /// An enumeration that gains a case must be told to the schema as well.
    @Test func enumerationsAreThoseOfTheTypes() throws {
        let root = try JSONScanner.parse(Array(SchemaKind.result.text.utf8))
        func names(_ path: String...) -> Set<String> {
            let node = path.reduce(root as JSONNode?) { $0?[$1] }
            return Set((node?["enum"]?.elements ?? []).compactMap(\.text))
        }
        #expect(names("properties", "verdict") == Set(Verdict.allCases.map(\.rawValue)))
        #expect(
            names("$defs", "comparison", "properties", "verdict") == Set(Comparison.Verdict.allCases.map(\.rawValue)))
        #expect(names("$defs", "budget", "properties", "state") == Set(BudgetResult.State.allCases.map(\.rawValue)))
        #expect(names("$defs", "readiness", "properties", "verdict") == Set(Readiness.Verdict.allCases.map(\.rawValue)))
        #expect(names("$defs", "gate", "properties", "state") == Set(ReadinessGate.State.allCases.map(\.rawValue)))
        #expect(names("$defs", "check", "properties", "state") == Set(ChecklistItem.State.allCases.map(\.rawValue)))
        #expect(names("$defs", "planted", "properties", "kind") == Set(PlantedFault.Kind.allCases.map(\.rawValue)))
        let codes = root["properties"]?["exitCode"]?["enum"]?.elements?.compactMap(\.integer) ?? []
        #expect(Set(codes) == Set(ExitCode.allCases.map { Double($0.rawValue) }))
    }

    @Test func aMessageNamesThePlaceAndTheKeyThatWasMeant() throws {
        let text = String(decoding: try JSONDocument.encode(sampleResult([100])), as: UTF8.self)
        let wrong = text.replacing("\"wordErrorRate\"", with: "\"wordErorRate\"")
        let line =
            wrong.split(separator: "\n", omittingEmptySubsequences: false).prefix { !$0.contains("wordErorRate") }.count
            + 1
        let error = #expect(throws: BenchError.self) {
            try JSONDocument.decode(
                BenchResult.self, kind: "result", version: 2, from: Data(wrong.utf8), path: "r.json", failure: .usage)
        }
        #expect(
            error?.message
                == "r.json:\(line):7: unknown key 'turns[0].wordErorRate'; did you mean 'wordErrorRate'?")
    }

    @Test(arguments: [(3, "update"), (1, "measure again")])
    func otherVersionsSayWhatHelps(_ version: Int, _ remedy: String) throws {
        let text = String(decoding: try JSONDocument.encode(sampleResult([100])), as: UTF8.self)
            .replacing("\"schemaVersion\" : 2", with: "\"schemaVersion\" : \(version)")
        let error = #expect(throws: BenchError.self) {
            try JSONDocument.decode(
                BenchResult.self, kind: "result", version: 2, from: Data(text.utf8), path: "r.json", failure: .baseline)
        }
        #expect(error?.remedy?.contains(remedy) == true && error?.exitCode == .baseline)
    }
}
