// The report for people: one HTML file that needs nothing else.

import Foundation
import Mustache

/// Renders `report.html`. A pure function of the material.
enum HTMLReport {
    static func text(_ result: BenchResult) throws -> String {
        try text(ReportMaterial(result: result))
    }

    static func text(_ material: ReportMaterial) throws -> String {
        try PageTemplates.render(ReportPage(material, css: PageTemplates.style), with: "report")
    }
}

/// The page of the history.
enum HistoryPage {
    static func text(_ series: [(rows: [HistoryRow], trend: HistoryTrend)]) throws -> String {
        try PageTemplates.render(Content(series), with: "history")
    }

    private struct Content {
        let css = PageTemplates.style
        let sections: [Section]

        init(_ series: [(rows: [HistoryRow], trend: HistoryTrend)]) {
            sections = series.enumerated().map { index, entry in
                Section(entry.rows, entry.trend, id: "series-\(index + 1)")
            }
        }
    }

    private struct Section {
        let id: String
        let title: String
        let subtitle: String
        let trend: TrendPlot?
        let rows: [Row]

        struct Row {
            let started: String
            let verdict: String
            let tone: String
            let median: String
            let high: String
            let cutOffs: String
            let version: String
            let folder: String
        }

        init(_ rows: [HistoryRow], _ trend: HistoryTrend, id: String) {
            self.id = id
            title = rows.last?.title ?? trend.series.scenario
            subtitle =
                trend.series.text
                + (rows.last.map { " · \($0.machine.cpu), \(Figures.count($0.machine.cores, "core"))" } ?? "")
            self.trend = TrendPlot(trend, id: "\(id)-trend")
            self.rows = rows.reversed().map { row in
                Row(
                    started: row.startedAt.replacing("T", with: " ").replacing("Z", with: " UTC"),
                    verdict: row.verdict, tone: row.exitCode == 0 ? "pass" : (row.isMeasured ? "fail" : "warn"),
                    median: Figures.milliseconds(row.summary.p50Ns), high: Figures.milliseconds(row.summary.p95Ns),
                    cutOffs: "\(row.summary.falseCutOffs)", version: row.assistantVersion, folder: row.folder)
            }
        }
    }
}

/// The templates of all pages, and their style.
enum PageTemplates {
    static var style: String {
        String(decoding: PackageResources.report_css, as: UTF8.self)
    }

    private static var sources: [(name: String, bytes: [UInt8])] {
        [
            ("report", PackageResources.report_mustache), ("hero", PackageResources.hero_mustache),
            ("readiness", PackageResources.readiness_mustache), ("latency", PackageResources.latency_mustache),
            ("comparison", PackageResources.comparison_mustache), ("trend", PackageResources.trend_mustache),
            ("pairs", PackageResources.pairs_mustache), ("turns", PackageResources.turns_mustache),
            ("waterfalls", PackageResources.waterfalls_mustache), ("trust", PackageResources.trust_mustache),
            ("history", PackageResources.history_mustache), ("sweep", PackageResources.sweep_mustache),
        ]
    }

    /// - Throws: ``BenchError`` with ``ExitCode/internalError`` when there is no such template.
    static func render(_ content: Any, with name: String) throws -> String {
        var templates: [String: MustacheTemplate] = [:]
        for source in sources {
            templates[source.name] = try MustacheTemplate(string: String(decoding: source.bytes, as: UTF8.self))
        }
        guard let page = MustacheLibrary(templates: templates).render(content, withTemplate: name) else {
            throw BenchError(.internalError, "there is no template '\(name)'")
        }
        return page
    }
}
