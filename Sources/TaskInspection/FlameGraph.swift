// A tree of calls as a picture: a flame graph (Gregg, "The Flame Graph", ACM Queue 14(2), 2016) in SVG.

import SerenaNetVM

/// Draws where instructions were executed: tasks stand on the tasks that called them, lines on their tasks, and the width of a
/// frame is its share of all instructions.
///
/// The picture needs nothing but itself: no script, no font, no other file. It is dark where the reader's system is.
public struct FlameGraph: Sendable {
    private let tree: CallTree
    private let totals: [UInt64]
    private let title: String
    private let mainFile: String
    private let sources: [String: [Substring]]

    // In the picture's own units, which are pixels where it is not scaled.
    private static let width = 1_200.0
    private static let rowHeight = 18.0
    private static let margin = 12.0
    private static let headHeight = 44.0
    private static let letterWidth = 6.6
    /// Narrower frames are not drawn.
    private static let narrowest = 0.5
    /// Rows above these are not drawn.
    private static let mostRows = 150

    /// - Parameters:
    ///   - title: stands above the picture.
    ///   - mainFile: the document that was compiled.
    ///   - sources: the texts of the program by file, for the lines' own text.
    public init(of tree: CallTree, title: String, mainFile: String, sources: [String: String]) {
        self.tree = tree
        self.title = title
        totals = tree.totals
        self.mainFile = mainFile
        self.sources = sources.mapValues { $0.split(separator: "\n", omittingEmptySubsequences: false) }
    }

    private struct Box {
        let frame: Int
        let row: Int
        let x: Double
        let width: Double
    }

    /// The picture as a file.
    public var svg: String {
        let (boxes, left) = layout()
        let rows = (boxes.map(\.row).max() ?? 0) + 1
        let height = Self.headHeight + Double(rows) * Self.rowHeight + Self.margin
        var lines = [
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 \(Self.number(Self.width)) \(Self.number(height))\" "
                + "font-family=\"ui-monospace, Menlo, Consolas, monospace\" font-size=\"11\">",
            "<title>\(Self.escaped(title))</title>", Self.style,
            "<rect class=\"ground\" width=\"100%\" height=\"100%\"/>",
            "<text class=\"head\" x=\"\(Self.number(Self.margin))\" y=\"20\">\(Self.escaped(title))</text>",
            "<text class=\"note\" x=\"\(Self.number(Self.margin))\" y=\"36\">\(Self.escaped(note(left)))</text>",
        ]
        for box in boxes {
            let y = height - Self.margin - Double(box.row + 1) * Self.rowHeight
            lines.append(drawing(of: box, y: y))
        }
        lines.append("</svg>")
        return lines.joined(separator: "\n") + "\n"
    }

    /// The boxes that are large enough, the root first, and how many frames were left out.
    private func layout() -> (boxes: [Box], left: Int) {
        guard let all = totals.first, all > 0 else { return ([], 0) }
        let scale = (Self.width - 2 * Self.margin) / Double(all)
        var boxes: [Box] = []
        var pending = [Box(frame: 0, row: 0, x: Self.margin, width: Double(all) * scale)]
        while let box = pending.popLast() {
            boxes.append(box)
            guard box.row + 1 < Self.mostRows else { continue }
            var x = box.x
            for child in tree.frames[box.frame].children {
                let width = Double(totals[child]) * scale
                if width >= Self.narrowest { pending.append(Box(frame: child, row: box.row + 1, x: x, width: width)) }
                x += width
            }
        }
        let count = totals.reduce(0) { $0 + ($1 > 0 ? 1 : 0) }
        return (boxes, count - boxes.count)
    }

    private func note(_ left: Int) -> String {
        let count = Figures.grouped(totals.first ?? 0)
        let rest = left > 0 ? "; \(left) frames are too narrow or too high to be drawn" : ""
        return "\(count) instructions; width is their share, height the calls; point at a frame for its figures\(rest)"
    }

    private func drawing(of box: Box, y: Double) -> String {
        let frame = tree.frames[box.frame]
        let name = self.name(of: frame)
        let share = Figures.share(totals[box.frame], of: totals[0])
        let figures = "\(name): \(Figures.grouped(totals[box.frame])) instructions, \(share)"
        let x = Self.number(box.x)
        let style = frame.line != nil || frame.task.isEmpty ? "line" : "t\(Self.shade(of: frame.task))"
        var text =
            "<g><title>\(Self.escaped(figures))</title><rect class=\"\(style)\" x=\"\(x)\" y=\"\(Self.number(y))\" "
            + "width=\"\(Self.number(max(0.3, box.width - 0.6)))\" height=\"\(Self.number(Self.rowHeight - 1))\" rx=\"2\"/>"
        let letters = Int((box.width - 8) / Self.letterWidth)
        if letters >= 3 {
            let label = name.count <= letters ? name : name.prefix(letters - 1) + "…"
            text +=
                "<text x=\"\(Self.number(box.x + 4))\" y=\"\(Self.number(y + 12.5))\">\(Self.escaped(String(label)))</text>"
        }
        return text + "</g>"
    }

    private func name(of frame: CallTree.Frame) -> String {
        guard let line = frame.line else { return frame.task.isEmpty ? "all" : frame.task }
        let place = (frame.file.map { "\($0):" } ?? "") + "\(line)"
        guard let source = sources[frame.file ?? mainFile], source.indices.contains(line - 1) else {
            return line == 0 ? "entry" : "line \(place)"
        }
        return "\(place): \(source[line - 1].drop { $0.isWhitespace })"
    }

    // MARK: Writing

    /// Five shades, so that neighbours differ and a task has the same one everywhere (FNV-1a over its name).
    private static func shade(of task: String) -> UInt32 {
        task.utf8.reduce(2_166_136_261) { ($0 ^ UInt32($1)) &* 16_777_619 } % 5
    }

    /// Two decimals at most.
    private static func number(_ value: Double) -> String {
        let text = "\((value * 100).rounded() / 100)"
        return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }

    /// Text for XML 1.0, which has no control characters.
    private static func escaped(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "\t": result += " "
            case "\0"..<" ", "\u{7F}"..."\u{9F}", "\u{FFFE}", "\u{FFFF}": result += "\u{FFFD}"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    private static let style = """
        <style>
        :root { background: #fffdf8 } .ground { fill: #fffdf8 } text { fill: #2b2118; pointer-events: none } .head { font-size: 14px; font-weight: bold }
        .note { fill: #75695c } .line { fill: #e4dfd6 }
        .t0 { fill: #f4a261 } .t1 { fill: #eeb65c } .t2 { fill: #e98b6a } .t3 { fill: #f0c987 } .t4 { fill: #e79c4c }
        rect:not(.ground):hover { stroke: #2b2118; stroke-width: 1 }
        @media (prefers-color-scheme: dark) {
        :root { background: #1b1a19 } .ground { fill: #1b1a19 } text { fill: #f2ebe2 } .note { fill: #a89c8e } .line { fill: #3b3835 }
        .t0 { fill: #9a4f16 } .t1 { fill: #85610f } .t2 { fill: #8f3f25 } .t3 { fill: #6f5a2a } .t4 { fill: #7d4a12 }
        rect:not(.ground):hover { stroke: #f2ebe2 }
        }
        </style>
        """
}

/// Numbers as people read them.
enum Figures {
    /// Digits in groups of three: `1,234,567`.
    static func grouped(_ value: UInt64) -> String {
        var text = ""
        for (place, digit) in String(value).reversed().enumerated() {
            if place > 0, place % 3 == 0 { text.append(",") }
            text.append(digit)
        }
        return String(text.reversed())
    }

    /// In per cent with one decimal; rounded down, so that only all of it is 100 %.
    static func share(_ part: UInt64, of whole: UInt64) -> String {
        guard whole > 0 else { return "0.0 %" }
        let tenths = UInt64((Double(part) / Double(whole) * 1_000).rounded(.down))
        return "\(tenths / 10).\(tenths % 10) %"
    }
}
