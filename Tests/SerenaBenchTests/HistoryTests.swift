// The history: what goes in comes out, from two writers at once, and what is damaged is named.

import Foundation
import GRDB
import Testing

@testable import SerenaBench

@Suite struct HistoryTests {
    /// A folder of its own, thrown away at the end.
    private final class Place {
        let path: String
        init() throws { path = try temporaryFolder() }
        deinit { try? FileManager.default.removeItem(atPath: path) }
        var file: String { path + "/Reports/history.sqlite" }
    }

    private static func row(_ day: Int, scenario: String = "tiny") -> HistoryRow {
        var result = richResult()
        result.scenario.name = scenario
        result.startedAt = "2026-01-\(day < 10 ? "0" : "")\(day)T00:00:00Z"
        result.settings.seed = .max
        return HistoryRow(result, sha256: "\(scenario)-\(day)", folder: "Reports/\(day)")
    }

    @Test func rowsComeBackAsTheyWereOnceAndInOrder() throws {
        let place = try Place()
        let rows = [3, 1, 2].map { Self.row($0) }
        do {
            let store = try HistoryStore(path: place.file)
            for row in rows { #expect(try store.add(row)) }
            #expect(try !store.add(rows[0]))
        }
        let store = try HistoryStore(path: place.file)
        #expect(try store.rows(of: rows[0].series, limit: 10) == [rows[1], rows[2], rows[0]])
        #expect(try store.rows(of: rows[0].series, limit: 2) == [rows[2], rows[0]])
        #expect(try store.rows(of: rows[0].series, before: rows[0].startedAt, limit: 10) == [rows[1], rows[2]])
    }

    @Test func seriesAreKeptApart() throws {
        let place = try Place()
        let store = try HistoryStore(path: place.file)
        for scenario in ["b", "a"] { _ = try store.add(Self.row(1, scenario: scenario)) }
        #expect(try store.series(of: nil).map(\.scenario) == ["a", "b"])
        #expect(try store.series(of: "b").map(\.scenario) == ["b"])
        #expect(try store.series(of: "c").isEmpty)
    }

    @Test func manyWritersAtOnceLoseNothing() async throws {
        let place = try Place()
        let file = place.file
        try await withThrowingTaskGroup(of: Void.self) { group in
            for writer in 0..<4 {
                group.addTask {
                    // Each with a connection of its own, as processes have.
                    let store = try HistoryStore(path: file)
                    for day in 1...5 { _ = try store.add(Self.row(day, scenario: "s\(writer)")) }
                }
            }
            try await group.waitForAll()
        }
        let store = try HistoryStore(path: file)
        for series in try store.series(of: nil) { #expect(try store.rows(of: series, limit: 10).count == 5) }
        #expect(try store.series(of: nil).count == 4)
    }

    @Test(arguments: ["this is no database, however long it may be ", ""])
    func aDamagedFileIsNamed(_ text: String) throws {
        let place = try Place()
        try FileManager.default.createDirectory(atPath: place.path + "/Reports", withIntermediateDirectories: true)
        try Data(String(repeating: text, count: 100).utf8).write(to: URL(fileURLWithPath: place.file))
        if text.isEmpty {
            // An empty file is an empty database to SQLite.
            #expect(try HistoryStore(path: place.file).series(of: nil).isEmpty)
        } else {
            let error = #expect(throws: BenchError.self) { try HistoryStore(path: place.file) }
            #expect(error?.message.contains("damaged") == true && error?.remedy != nil)
        }
    }

    @Test(arguments: [
        ("PRAGMA user_version = 99", "newer version"), ("PRAGMA application_id = 1", "no history"),
        ("UPDATE result SET summary = '{'", "damaged"), ("UPDATE result SET latencies = x'80'", "damaged"),
    ])
    func aForeignDatabaseIsLeftAlone(_ sql: String, _ message: String) throws {
        let place = try Place()
        let row = Self.row(1)
        _ = try HistoryStore(path: place.file).add(row)
        try DatabaseQueue(path: place.file).writeWithoutTransaction { try $0.execute(sql: sql) }
        let error = #expect(throws: BenchError.self) {
            _ = try HistoryStore(path: place.file).rows(of: row.series, limit: 1)
        }
        #expect(error?.message.contains(message) == true, "\(error?.message ?? "")")
        #expect(error?.message.contains(place.file) == true)
    }

    @Test func aCutFileIsNamed() throws {
        let place = try Place()
        let store = try HistoryStore(path: place.file)
        for day in 1...20 { _ = try store.add(Self.row(day)) }
        let copy = place.path + "/cut.sqlite"
        try DatabaseQueue(path: place.file).vacuum()
        try DatabaseQueue(path: place.file).writeWithoutTransaction { _ = try $0.checkpoint(.truncate) }
        let whole = try Data(contentsOf: URL(fileURLWithPath: place.file))
        try whole.prefix(whole.count / 2).write(to: URL(fileURLWithPath: copy))
        let error = #expect(throws: BenchError.self) {
            _ = try HistoryStore(path: copy).rows(of: Self.row(1).series, limit: 100)
        }
        #expect(error?.message.contains("damaged") == true, "\(error?.message ?? "")")
    }

    @Test(
        arguments: [
            [], [nil], [0], [-1, nil, 1], [300_000_000, 299_999_999, nil, nil, 1_000_000_000_000],
            [.max / 4, -.max / 4],
        ] as [[Int64?]])
    func latenciesArePackedWithoutLoss(_ latencies: [Int64?]) {
        #expect(LatencyBlob.decode(LatencyBlob.encode(latencies)) == latencies)
    }

    @Test func randomLatenciesArePackedWithoutLoss() {
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<200 {
            let latencies = (0..<50).map { _ -> Int64? in
                Bool.random(using: &generator) ? nil : Int64.random(in: -1 << 40...1 << 40, using: &generator)
            }
            #expect(LatencyBlob.decode(LatencyBlob.encode(latencies)) == latencies)
        }
    }

    @Test func aTrendLeavesOutWhatSaysNothingAndNamesItsLevels() {
        var rows = (1...8).map { Self.row($0) }
        for index in rows.indices { rows[index].summary.p50Ns = index < 5 ? 300 : 200 }
        rows[1].interrupted = true
        rows[6].summary.p50Ns = nil
        let trend = HistoryTrend(series: rows[0].series, rows: rows) { values in
            values.indices.dropFirst().filter { values[$0] != values[$0 - 1] }
        }
        #expect(trend.points.count == 7)
        #expect(trend.changes.map(\.index) == [4] && trend.changes.map(\.beforeNs) == [300])
        #expect(trend.changes.map(\.afterNs) == [200])
    }

    @Test(arguments: [([], ""), ([5], "▁"), ([1, 8, nil, 4], "▁█·▄"), ([nil, nil], "··")] as [([Int64?], String)])
    func sparklinesReachFromTheSmallestToTheLargest(_ values: [Int64?], _ text: String) {
        #expect(Sparkline.text(values) == text)
    }
}
