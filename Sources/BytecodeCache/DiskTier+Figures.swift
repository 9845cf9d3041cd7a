// Figures and patterns on the disk, which all processes add to.

import Foundation
import GRDB

extension DiskTier {
    /// Adds to the figures of programs and to the patterns.
    ///
    /// - Returns: whether they are on the disk.
    mutating func add(_ figures: [CacheKey: ProgramFigures], _ patterns: UsagePatterns) -> Bool {
        let isDone: Bool? = write { database in
            for (key, figure) in figures.sorted(by: { $0.key.row < $1.key.row }) {
                try Self.add(figure, for: key, in: database)
            }
            for (step, count) in patterns.steps {
                try database.execute(
                    sql: """
                        INSERT INTO steps VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET count = count + excluded.count
                        """, arguments: [step.talk, step.previous, step.operation, count])
            }
            for (moment, count) in patterns.moments {
                try database.execute(
                    sql: """
                        INSERT INTO moments VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET count = count + excluded.count
                        """, arguments: [moment.talk, moment.minute, moment.operation, count])
            }
            try Self.trimPatterns(in: database)
            return true
        }
        return isDone ?? false
    }

    static func add(_ figure: ProgramFigures, for key: CacheKey, in database: Database) throws {
        try database.execute(
            sql: """
                INSERT INTO programs VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET
                memory_hits = memory_hits + excluded.memory_hits, disk_hits = disk_hits + excluded.disk_hits,
                compilations = compilations + excluded.compilations,
                compile_ns = CASE WHEN excluded.compile_ns > 0 THEN excluded.compile_ns ELSE compile_ns END,
                saved_ns = saved_ns + excluded.saved_ns, last_use = max(last_use, excluded.last_use)
                """,
            arguments: [
                key.row, figure.compiler, figure.program, figure.file, figure.level, figure.memoryHits,
                figure.diskHits, figure.compilations, figure.compilationNs, figure.savedNs, figure.lastUse,
            ])
    }

    /// Halves all counts when there are too many rows, and deletes what was seen once.
    private static func trimPatterns(in database: Database) throws {
        for table in ["steps", "moments"] {
            let count = try Int.fetchOne(database, sql: "SELECT count(*) FROM \(table)") ?? 0
            guard count > UsagePatterns.capacity else { continue }
            try database.execute(sql: "UPDATE \(table) SET count = count / 2")
            try database.execute(sql: "DELETE FROM \(table) WHERE count <= 0")
        }
    }

    /// The patterns of all processes.
    mutating func patterns() -> UsagePatterns {
        var patterns = UsagePatterns()
        let rows: (steps: [Row], moments: [Row])? = read { database in
            (
                try Row.fetchAll(
                    database,
                    sql: "SELECT talk, previous, operation, count FROM steps LIMIT \(2 * UsagePatterns.capacity)"),
                try Row.fetchAll(
                    database,
                    sql: "SELECT talk, minute, operation, count FROM moments LIMIT \(2 * UsagePatterns.capacity)")
            )
        }
        for row in rows?.steps ?? [] {
            guard let talk = row.text(0), let previous = row.text(1), let operation = row.text(2),
                let count = row.integer(3)
            else { continue }
            patterns.add(count, to: UsagePatterns.Step(talk: talk, previous: previous, operation: operation))
        }
        for row in rows?.moments ?? [] {
            guard let talk = row.text(0), let minute = row.integer(1), let operation = row.text(2),
                let count = row.integer(3)
            else { continue }
            patterns.add(count, to: UsagePatterns.Moment(talk: talk, minute: minute, operation: operation))
        }
        return patterns
    }

    /// The figures of all programs, those that saved most first.
    mutating func programs() -> [ProgramFigures] {
        let rows: [Row]? = read { database in
            try Row.fetchAll(
                database,
                sql: """
                    SELECT programs.compiler, program, file, level, memory_hits, disk_hits, compilations, compile_ns,
                    saved_ns, last_use, entries.size FROM programs LEFT JOIN entries ON entries.id = programs.id
                    ORDER BY saved_ns DESC, program, programs.id LIMIT 10000
                    """)
        }
        return (rows ?? []).compactMap { row in
            guard let compiler = row.text(0), let program = row.text(1), let file = row.text(2), let level = row.text(3)
            else { return nil }
            var figures = ProgramFigures(program: program, file: file, level: level, compiler: compiler)
            figures.memoryHits = row.count(4)
            figures.diskHits = row.count(5)
            figures.compilations = row.count(6)
            figures.compilationNs = row.count(7)
            figures.savedNs = row.count(8)
            figures.lastUse = row.count(9)
            figures.size = row.count(10)
            return figures
        }
    }
}
