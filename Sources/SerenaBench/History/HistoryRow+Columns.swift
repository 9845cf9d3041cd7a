// How a row of the history stands in its table.

import Foundation
import GRDB

extension HistoryRow {
    /// The columns, in the order of the table.
    enum Columns {
        /// A row that no version of this program wrote.
        struct Damage: Error {}

        static func arguments(of row: HistoryRow) throws -> StatementArguments {
            [
                row.resultSHA256, row.series.scenario, try json(row.series.variant), row.series.clock,
                row.series.machine, row.title, try json(row.machine), row.assistant, row.assistantVersion,
                try json(row.settings), row.startedAt, row.verdict, row.readiness, Int(row.exitCode), row.interrupted,
                Int64(bitPattern: row.seed), row.folder, try json(row.summary), try json(row.perRun),
                LatencyBlob.encode(row.latencies),
            ]
        }

        static func row(_ row: Row) throws -> HistoryRow {
            guard let latencies = LatencyBlob.decode(row["latencies"]) else { throw Damage() }
            let seed: Int64 = row["seed"]
            return HistoryRow(
                resultSHA256: row["result_sha256"], series: try series(row), title: row["title"],
                machine: try value(row["machine"]), assistant: row["assistant"],
                assistantVersion: row["assistant_version"], settings: try value(row["settings"]),
                startedAt: row["started_at"], verdict: row["verdict"], readiness: row["readiness"],
                exitCode: row["exit_code"], interrupted: row["interrupted"], seed: UInt64(bitPattern: seed),
                folder: row["folder"], summary: try value(row["summary"]), perRun: try value(row["per_run"]),
                latencies: latencies)
        }

        static func series(_ row: Row) throws -> SeriesKey {
            SeriesKey(
                scenario: row["scenario"], variant: try value(row["variant"]), clock: row["clock"],
                machine: row["fingerprint"])
        }

        /// With sorted keys, so that equal values are equal texts.
        static func json(_ value: some Encodable) throws -> String {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            return String(decoding: try encoder.encode(value), as: UTF8.self)
        }

        private static func value<Value: Decodable>(_ text: String) throws -> Value {
            try JSONDecoder().decode(Value.self, from: Data(text.utf8))
        }
    }
}
