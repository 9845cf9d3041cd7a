// How fast documents are read and written, beside readers of JSON and YAML in the same run, and what a long log costs.

import EvaluationInterface
import FTAI
import Foundation
import Instrumentation
import Yams

/// Throughput and memory of the document layer.
struct DocumentEvaluation: Evaluation {
    let name = "ftai-documents"
    let summary = "FTAI documents: reading, writing and streaming, beside JSON and YAML"

    /// What a log that is streamed may add to the memory in use, in bytes.
    private static let streamMemory: Int64 = 32 << 20
    /// Megabytes per second.
    private static let wantedRate = 100.0

    func run(_ context: EvaluationContext) async throws -> EvaluationReport {
        let log = SampleLog(size: context.isQuick ? 1_000_000 : 10_000_000)
        let rounds = context.isQuick ? 3 : 9
        var report = EvaluationReport(name: name, title: "FTAI documents")
        // The stream comes first: what was freed before would hide what it takes.
        let length = context.isQuick ? 50_000_000 : 1_000_000_000
        let stream = try Self.stream(bytes: length) { context.progress("streaming", $0 * 0.7) }
        context.progress("reading and writing", 0.7)
        let (table, rate) = try Self.throughput(log, rounds: rounds)
        report.tables = [table, stream.table]
        report.goals = [
            EvaluationGoal(
                "a document of \(log.ftai.count / 1_000_000) MB is read", goal: "≥ 100 MB/s",
                measured: String(format: "%.0f MB/s", rate), isMet: rate >= Self.wantedRate),
            EvaluationGoal(
                "memory for a log of \(length / 1_000_000) MB", goal: "< 32 MB more",
                measured: String(format: "%.1f MB", Double(stream.growth) / 1e6),
                isMet: stream.growth < Self.streamMemory),
        ]
        report.notes = [
            "Rates are of processor time, the median of \(rounds) rounds; what else the machine does shows less in it than in "
                + "wall-clock time, but it does show. Giving the memory of what was read back is not part of them.",
            "The three texts hold the same \(log.records) records of a log. FTAI's reader keeps comments, order and the place "
                + "of every value, the others do not. JSON is read by Foundation's JSONSerialization, YAML by Yams (libyaml).",
        ]
        return report
    }

    /// One kind of work over a text.
    private struct Work {
        let name: String
        let bytes: Int
        let perform: () throws -> Any?
    }

    private static func throughput(_ log: SampleLog, rounds: Int) throws -> (EvaluationTable, rate: Double) {
        let source = FTAISource(file: "log.ftai", bytes: log.ftai)
        guard let document = FTAIParser().parse(source).document else {
            throw EvaluationError("the sample log cannot be read")
        }
        let memory = memoryOfTree(log)
        let ownJSON = Array(document.json.text(isCompact: true).utf8)
        let foundation = Data(log.json)
        let works = [
            Work(name: "FTAI read", bytes: log.ftai.count) {
                FTAIParser().parse(FTAISource(file: "log.ftai", bytes: log.ftai))
            },
            Work(name: "FTAI written", bytes: log.ftai.count) { FTAISerializer.serialize(document) },
            Work(name: "JSON of the document read", bytes: ownJSON.count) {
                try JSONValue.read(FTAISource(file: "log.json", bytes: ownJSON))
            },
            Work(name: "JSON read by JSONSerialization", bytes: log.json.count) {
                try JSONSerialization.jsonObject(with: foundation)
            },
            Work(name: "YAML read by Yams", bytes: log.yaml.utf8.count) { try Yams.load(yaml: log.yaml) },
        ]
        var table = EvaluationTable(
            title: "A log of \(log.records) records", columns: ["work", "MB", "MB/s", "records/s", "memory per byte"])
        var rate = 0.0
        for work in works {
            // YAML takes a hundred times as long; it is no less certain after fewer rounds.
            let seconds = try median(of: work.name.hasPrefix("YAML") ? min(3, rounds) : rounds, work.perform)
            let megabytes = Double(work.bytes) / 1e6
            if work.name == "FTAI read" { rate = megabytes / seconds }
            table.rows.append([
                work.name, String(format: "%.1f", megabytes), String(format: "%.1f", megabytes / seconds),
                String(format: "%.0f", Double(log.records) / seconds),
                work.name == "FTAI read" ? memory.map { String(format: "%.1f", $0) } ?? "unknown" : "",
            ])
        }
        return (table, rate)
    }

    /// Seconds of processor time, the median of several rounds.
    private static func median(of rounds: Int, _ work: () throws -> Any?) throws -> Double {
        var seconds: [Double] = []
        for _ in 0..<rounds {
            let start = ProcessUsage.current().cpu
            let result = try work()
            let used = ProcessUsage.current().cpu - start
            withExtendedLifetime(result) {}
            seconds.append(used / .seconds(1))
        }
        return max(1e-9, seconds.sorted()[rounds / 2])
    }

    /// How much memory a tree takes up for each byte of its text; nil where the system does not tell.
    private static func memoryOfTree(_ log: SampleLog) -> Double? {
        guard let before = ProcessUsage.current().residentBytes else { return nil }
        let tree = FTAIParser().parse(FTAISource(file: "log.ftai", bytes: log.ftai))
        guard let after = ProcessUsage.current().residentBytes, tree.document != nil else { return nil }
        return Double(after - before) / Double(log.ftai.count)
    }

    /// Streams a log that is made while it is read.
    private static func stream(
        bytes length: Int, progress: (Double) -> Void
    ) throws -> (table: EvaluationTable, growth: Int64) {
        let block = Array((0..<500).map(SampleLog.ftai).joined().utf8)
        var given = 0
        var reader = FTAIStreamReader(file: "log.ftai", mode: .strict) {
            defer { given += 1 }
            if given == 0 { return Array(SampleLog.head.utf8) }
            return given * block.count <= length ? block : []
        }
        let start = ProcessUsage.current()
        var peak = start.residentBytes ?? 0
        var nodes = 0
        while try reader.next() != nil {
            nodes += 1
            if nodes % 50_000 == 0 {
                peak = max(peak, ProcessUsage.current().residentBytes ?? 0)
                progress(Double(given * block.count) / Double(length))
            }
        }
        guard reader.diagnostics.isEmpty else { throw EvaluationError("the sample log has problems") }
        let seconds = (ProcessUsage.current().cpu - start.cpu) / .seconds(1)
        let growth = peak - (start.residentBytes ?? 0)
        let megabytes = Double(max(0, given - 2) * block.count) / 1e6
        var table = EvaluationTable(
            title: "A log that is streamed", columns: ["MB", "outermost nodes", "MB/s", "memory added at most, MB"])
        table.rows = [
            [
                String(format: "%.0f", megabytes), String(nodes), String(format: "%.1f", megabytes / seconds),
                String(format: "%.1f", Double(growth) / 1e6),
            ]
        ]
        return (table, growth)
    }
}
