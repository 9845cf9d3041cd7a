// What happened in each turn, kept as an FTAI document.

import AssistantInterface
import FTAI
import Foundation
import Instrumentation

/// Appends every turn to a document that people and FTAI tools can read.
///
/// Writing happens on a worker, behind the turn. A log that cannot be written does not disturb the talk; ``problem`` says why.
actor TurnLog {
    private let path: String?
    private let worker: any Worker
    private var hasBegun = false
    private(set) var problem: String?

    /// - Parameter path: of the document; nil to keep nothing.
    init(path: String?, worker: any Worker) {
        self.path = path
        self.worker = worker
    }

    func append(_ report: TurnReport) async {
        guard let path else { return }
        let text = Self.text(of: report, asFirst: !hasBegun)
        let isFirst = !hasBegun
        hasBegun = true
        do {
            try await worker.run { try Self.write(text, to: path, replacing: isFirst) }
        } catch {
            problem = "the log \(path) cannot be written: \(error.localizedDescription)"
        }
    }

    /// A turn as FTAI; the first one with the header of the document.
    static func text(of report: TurnReport, asFirst: Bool) -> String {
        var body: [FTAINode] = [.entry("heard", report.transcript), .entry("route", report.route.rawValue)]
        body.append(.entry("reason", report.routeReason))
        if let intent = report.intent {
            body.append(.entry("intent", intent))
            body.append(.entry("confidence", report.confidence))
        }
        for (name, value) in report.slots.sorted(by: { $0.key < $1.key }) {
            body.append(.entry("slot_\(name)", value))
        }
        if !report.response.isEmpty { body.append(.entry("said", report.response)) }
        if let instructions = report.exact["instructions"] {
            body.append(.entry("instructions", instructions))
        }
        if let holds = report.holds {
            body.append(.entry("holds", holds.count))
            body.append(.entry("holds_in_vain", holds.inVain))
            body.append(.entry("held_in_vain_ns", Int(holds.silence.nanoseconds)))
        }
        if let problem = report.problem { body.append(.entry("problem", problem)) }
        for span in report.trace.spans {
            body.append(.entry("\(span.stage.rawValue)_ns", Int(span.end.nanoseconds)))
        }
        let turn = FTAITag.section("memory", title: "turn \(report.turn)", body)
        guard asFirst else { return FTAISerializer.serialize(turn) }
        return FTAISerializer.serialize(FTAIDocument(tags: [turn]))
    }

    private static func write(_ text: String, to path: String, replacing: Bool) throws {
        let url = URL(filePath: path)
        let bytes = Data(text.utf8)
        if replacing {
            try FileManager.default.createDirectory(
                at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
            try bytes.write(to: url)
        } else {
            let handle = try FileHandle(forWritingTo: url)
            defer { try? handle.close() }
            try handle.seekToEnd()
            try handle.write(contentsOf: bytes)
        }
    }
}
