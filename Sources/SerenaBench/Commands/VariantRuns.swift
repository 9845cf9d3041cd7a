// Every variant of a matrix, one result after the other, and one table at the end.

import Foundation
import Instrumentation

extension LoadedScenario {
    /// The name of the scenario and the values of its variant, as part of a file name.
    var folderName: String {
        let values = variant.sorted { $0.key < $1.key }.map(\.value).joined(separator: "-").lowercased()
        let safe = values.unicodeScalars.map { scalar -> Character in
            let isPlain = ("a"..."z").contains(scalar) || ("0"..."9").contains(scalar)
            return isPlain ? Character(scalar) : "-"
        }
        let parts = String(safe).split(separator: "-").joined(separator: "-")
        return parts.isEmpty ? scenario.name : "\(scenario.name)-\(parts.prefix(100))"
    }

    /// The values of the variant in words.
    var variantText: String {
        variant.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
    }
}

extension BenchEnvironment {
    /// Runs one variant after the other and shows them beside each other.
    ///
    /// - Returns: the code of the findings of all results together.
    func runVariants(
        _ variants: [LoadedScenario], _ run: (LoadedScenario) async throws -> BenchResult
    ) async throws -> ExitCode {
        var results: [(variant: String, result: BenchResult)] = []
        for (index, loaded) in variants.enumerated() {
            guard !Task.isCancelled || results.isEmpty else { break }
            if variants.count > 1 {
                terminal.note("")
                terminal.note("variant \(index + 1) of \(variants.count): \(Terminal.plain(loaded.variantText))")
            }
            results.append((loaded.variantText, try await run(loaded)))
        }
        guard results.count > 1 else { return results.first?.result.exitCode ?? .usage }
        terminal.note("")
        for line in Self.table(of: results) { terminal.note(Terminal.plain(line)) }
        return ExitCode.of(results.reduce(into: Set<Finding>()) { $0.formUnion($1.result.findings) })
    }

    static func table(of results: [(variant: String, result: BenchResult)]) -> [String] {
        var rows = [["variant", "verdict", "passed", "expected failures", "p50", "p95"]]
        for (variant, result) in results {
            let turns = result.turns
            rows.append([
                variant, result.verdict.rawValue, "\(turns.count(where: \.passed)) of \(turns.count)",
                "\(turns.count { $0.expectedFailure != nil && !$0.passed })",
                Figures.milliseconds(result.summary.p50Ns), Figures.milliseconds(result.summary.p95Ns),
            ])
        }
        let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
        return rows.map { row in
            zip(row, widths).map { $0 + String(repeating: " ", count: $1 - $0.count) }.joined(separator: "  ")
                .trimmingCharacters(in: .whitespaces)
        }
    }
}
