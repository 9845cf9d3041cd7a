// The pages, opened in a browser: nothing may stick out, be too pale to read, or fail.

import Foundation
import Testing

@testable import SerenaBench

@Suite(.serialized) struct ReportPageTests {
    private static func pages() throws -> [String: String] {
        let rows = (1...9).map { day -> HistoryRow in
            var row = HistoryRow(richResult(), sha256: "\(day)", folder: "Reports/tiny")
            row.startedAt = "2026-01-0\(day)T00:00:00Z"
            row.assistantVersion = "0.3.0+\(day)a-very-long-name-of-a-build-from-a-branch"
            return row
        }
        let trend = HistoryTrend(series: rows[0].series, rows: rows, detect: { _ in [4] })
        var long = richResult()
        let word = String(repeating: "unbreakable", count: 30)
        long.scenario.title = word
        long.exactDifferences = [ExactDifference(step: word, metric: "events", baseline: word, value: word)]
        for index in long.turns.indices {
            long.turns[index].failures = long.turns[index].failures.map { _ in word }
            long.turns[index].response = word
        }
        long.comparisons[0].step = "a-step-with-a-name-of-some-length"
        return [
            "rich": try HTMLReport.text(ReportMaterial(result: richResult(), trend: trend)),
            "plain": try HTMLReport.text(sampleResult([100, 200])),
            "nothing": try HTMLReport.text(sampleResult([])),
            "long": try HTMLReport.text(long),
            "history": try HistoryPage.text([(rows, trend)]),
        ]
    }

    @Test(arguments: Browser.Scheme.allCases)
    func everyPageFitsEveryScreenAndCanBeRead(_ scheme: Browser.Scheme) async throws {
        let findings = try await Browser.examine(try Self.pages(), scheme: scheme)
        // Five pages at three widths have all answered, in the scheme that was asked for.
        #expect(findings.count { $0.kind == "done" && $0.detail == scheme.rawValue } == 15)
        let problems = findings.filter { $0.kind != "done" }
        #expect(problems.isEmpty, "\(problems.prefix(12).map(\.description).joined(separator: "\n"))")
    }

    /// The examination itself: each fault that is planted in a page must be found.
    @Test(arguments: [
        ("overflow", "<div style=\"width: 2000px\">wide</div>"),
        ("contrast", "<p style=\"color: #999; background: #aaa\">pale</p>"),
        (
            "contrast",
            "<svg width=\"90\" height=\"20\" style=\"background: #fff\"><text y=\"15\" style=\"fill: #eee\">pale</text></svg>"
        ),
        ("cut", "<div style=\"width: 50px; overflow: hidden; white-space: nowrap\">much longer than that</div>"),
        ("error", "<script>throw new Error('planted')</script>"),
    ])
    func aPlantedFaultIsFound(_ kind: String, _ fault: String) async throws {
        let page = try HTMLReport.text(sampleResult([100])).replacing("</main>", with: fault + "</main>")
        let findings = try await Browser.examine(["faulty": page], scheme: .light)
        #expect(findings.contains { $0.kind == kind }, "\(findings.map(\.description))")
    }

    @Test func thePageCanBePrinted() async throws {
        let pdf = try await Browser.print(try HTMLReport.text(richResult()))
        #expect(pdf.starts(with: Data("%PDF-".utf8)))
        let pages = String(decoding: pdf, as: UTF8.self).components(separatedBy: "/Type /Page\n").count - 1
        #expect((1...12).contains(pages), "\(pages)")
    }
}

/// A headless Chromium.
enum Browser {
    enum Scheme: String, CaseIterable, Sendable {
        case light, dark
    }

    struct Finding: Decodable, CustomStringConvertible {
        /// `done` for a page that was examined; else what is wrong.
        let kind: String
        let page: String
        let width: Int
        let detail: String
        var description: String { "\(kind) on \(page) at \(width): \(detail)" }
    }

    struct Missing: Error, CustomStringConvertible {
        let description: String
    }

    private static let widths = [360, 768, 1_280]

    /// Opens each page at each width and looks at every element and every text.
    static func examine(_ pages: [String: String], scheme: Scheme) async throws -> [Finding] {
        let folder = try temporaryFolder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        var frames = ""
        for (name, page) in pages.sorted(by: { $0.key < $1.key }) {
            // Before everything else in the page, so that no error goes by.
            let watched = page.replacing(
                "<head>", with: "<head><script>\(PageExamination.script)</script>", maxReplacements: 1)
            try Data(watched.utf8).write(to: URL(fileURLWithPath: "\(folder)/\(name).html"))
            for width in widths {
                frames += "<iframe src=\"\(name).html#\(name)\" width=\"\(width)\" height=\"900\"></iframe>\n"
            }
        }
        let stage =
            "<!DOCTYPE html><html><head><style>:root { color-scheme: \(scheme.rawValue) } iframe { border: 0 }</style>"
            + "<script>\(PageExamination.stage)</script></head><body>\(frames)<pre id=\"findings\"></pre></body></html>"
        try Data(stage.utf8).write(to: URL(fileURLWithPath: "\(folder)/stage.html"))
        var options = ["--window-size=1400,1000", "--virtual-time-budget=20000", "--dump-dom"]
        if scheme == .dark { options.append("--force-dark-mode") }
        let dump = try await run(options + ["file://\(folder)/stage.html"], in: folder)
        guard let match = dump.firstMatch(of: /<pre id="findings">([^<]*)<\/pre>/),
            let json = Data(base64Encoded: String(match.1))
        else { throw Missing(description: "the browser gave no findings: \(dump.suffix(500))") }
        return try JSONDecoder().decode([Finding].self, from: json)
    }

    static func print(_ page: String) async throws -> Data {
        let folder = try temporaryFolder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try Data(page.utf8).write(to: URL(fileURLWithPath: "\(folder)/page.html"))
        _ = try await run(["--print-to-pdf=\(folder)/page.pdf", "file://\(folder)/page.html"], in: folder)
        return try Data(contentsOf: URL(fileURLWithPath: "\(folder)/page.pdf"))
    }

    private static func path() throws -> String {
        let names = ["chromium", "chromium-browser", "google-chrome"]
        let folders = ["/usr/bin", "/usr/local/bin", "/opt/homebrew/bin"]
        let candidates =
            folders.flatMap { folder in names.map { "\(folder)/\($0)" } }
            + ["/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"]
        guard let path = candidates.first(where: { FileManager.default.isExecutableFile(atPath: $0) }) else {
            throw Missing(description: "there is no Chromium on this machine; scripts/test installs it")
        }
        return path
    }

    /// What the browser writes to its standard output; one that hangs is ended after a minute.
    private static func run(_ options: [String], in folder: String) async throws -> String {
        let process = Process()
        let out = "\(folder)/out"
        try Data().write(to: URL(fileURLWithPath: out))
        process.executableURL = URL(fileURLWithPath: try path())
        process.arguments =
            [
                "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--no-pdf-header-footer",
                "--user-data-dir=\(folder)/profile",
            ] + options
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle(forWritingAtPath: out)
        process.standardError = FileHandle.nullDevice
        let ended = AsyncStream<Void>.makeStream()
        process.terminationHandler = { _ in ended.continuation.finish() }
        try process.run()
        let identifier = process.processIdentifier
        let limit = Task {
            try await Task.sleep(for: .seconds(60))
            kill(identifier, SIGKILL)
        }
        for await _ in ended.stream {}
        limit.cancel()
        return try String(contentsOfFile: out, encoding: .utf8)
    }
}

/// What is run inside the pages.
enum PageExamination {
    /// Collects what the pages send, as base64 of JSON.
    static let stage = #"""
        const findings = [];
        addEventListener("message", event => {
          findings.push(...event.data);
          const text = new TextEncoder().encode(JSON.stringify(findings));
          let bytes = "";
          for (const byte of text) bytes += String.fromCharCode(byte);
          document.getElementById("findings").textContent = btoa(bytes);
        });
        """#

    /// Looks at one page. Contrast as in WCAG 2.2, success criterion 1.4.3: 4.5 to 1, or 3 to 1 for large text.
    static let script = #"""
        const faults = [];
        const page = location.hash.slice(1);
        function report(kind, detail) { faults.push({kind, page, width: innerWidth, detail: String(detail).slice(0, 200)}); }
        addEventListener("error", event => report("error", event.message));
        addEventListener("load", () => setTimeout(() => {
          for (const details of document.querySelectorAll("details")) details.open = true;
          examineBoxes();
          examineTexts();
          report("done", matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");
          parent.postMessage(faults, "*");
        }, 50));

        function name(element) {
          return `${element.tagName}.${element.getAttribute("class") || ""} “${element.textContent.trim().slice(0, 40)}”`;
        }
        function isHidden(element) { return element.closest(".sr, .skip, .stack thead, title, desc, script, style"); }

        function examineBoxes() {
          const root = document.documentElement;
          if (root.scrollWidth > innerWidth) report("overflow", `the page is ${root.scrollWidth} wide`);
          for (const element of document.body.querySelectorAll("*")) {
            if (isHidden(element)) continue;
            const box = element.getBoundingClientRect();
            if (box.width === 0 || box.height === 0) continue;
            if (box.right > innerWidth + 1 || box.left < -1) report("overflow", name(element));
            const style = getComputedStyle(element);
            if (!element.ownerSVGElement && style.overflowX !== "visible" && style.textOverflow !== "ellipsis"
                && element.tagName !== "svg" && element.scrollWidth > element.clientWidth + 1) report("cut", name(element));
          }
        }

        function channels(text) {
          const numbers = (text.match(/[\d.]+/g) || []).map(Number);
          return numbers.length < 3 ? null : {rgb: numbers.slice(0, 3), alpha: numbers.length > 3 ? numbers[3] : 1};
        }
        function blend(over, under) {
          return over.rgb.map((value, index) => value * over.alpha + under[index] * (1 - over.alpha));
        }
        function luminance(rgb) {
          const [r, g, b] = rgb.map(v => v / 255).map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
          return 0.2126 * r + 0.7152 * g + 0.0722 * b;
        }
        function contrast(one, other) {
          const [low, high] = [luminance(one), luminance(other)].sort((a, b) => a - b);
          return (high + 0.05) / (low + 0.05);
        }
        // Every colour that may lie behind an element; a gradient has several.
        function backgrounds(element) {
          const layers = [];
          for (let at = element; at; at = at.parentElement) {
            const style = getComputedStyle(at);
            const stops = (style.backgroundImage.match(/rgba?\([^)]*\)/g) || []).map(channels).filter(Boolean);
            if (stops.length) return stops.map(stop => stack(blend(stop, [255, 255, 255]), layers));
            const colour = channels(style.backgroundColor);
            if (colour && colour.alpha === 1) return [stack(colour.rgb, layers)];
            if (colour && colour.alpha > 0) layers.push(colour);
          }
          const base = matchMedia("(prefers-color-scheme: dark)").matches ? [18, 18, 18] : [255, 255, 255];
          return [stack(base, layers)];
        }
        function stack(rgb, layers) { return layers.reduceRight((under, layer) => blend(layer, under), rgb); }

        function examineTexts() {
          const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
          while (walker.nextNode()) {
            const element = walker.currentNode.parentElement;
            if (!walker.currentNode.data.trim() || isHidden(element)) continue;
            const box = element.getBoundingClientRect();
            if (box.width === 0) continue;
            const style = getComputedStyle(element);
            const ink = channels(element.ownerSVGElement ? style.fill : style.color);
            if (!ink) continue;
            const size = parseFloat(style.fontSize);
            const isLarge = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
            for (const ground of backgrounds(element)) {
              const ratio = contrast(blend(ink, ground), ground);
              if (ratio < (isLarge ? 3 : 4.5)) report("contrast", `${ratio.toFixed(2)} ${name(element)}`);
            }
          }
        }
        """#
}
