// Reading a document window by window: what lies in a window as a whole is taken out of it, the rest is read again with more.

extension DocumentParser {
    /// What one window gave.
    struct WindowResult {
        /// Whole nodes of the outermost level.
        var nodes: [FTAINode]
        /// How many bytes they take up; what follows must begin the next window.
        var consumed: Int
        /// How many lines these bytes are.
        var lines: Int
    }

    /// Reads as many whole nodes of the outermost level as a window has.
    ///
    /// - Parameters:
    ///   - isFirst: whether the document begins here; else the window begins where an outermost node does.
    ///   - hasNodes: whether nodes were read before; an empty line then stands between two nodes.
    ///   - isLast: whether nothing follows; else the last line is not taken, because it may go on.
    mutating func parseWindow(isFirst: Bool, hasNodes: Bool, isLast: Bool) -> WindowResult {
        bytes.isPlain = TextChecker.check(source, problems: &problems)
        if !isLast { lastLine = source.lineStarts.count - 1 }
        continuesDocument = hasNodes
        if isFirst {
            parseHeader()
            guard !needsMoreLines else { return rewound(to: 1, keeping: 0) }
        }
        while lineNumber <= lastLine {
            let line = lineNumber
            parseLine()
            guard needsMoreLines else { continue }
            if open.isEmpty { return rewound(to: line, keeping: root.count) }
            break
        }
        if isLast {
            while !open.isEmpty { closeTop(by: .endOfFile, at: source.bytes.count) }
            return WindowResult(nodes: root, consumed: source.bytes.count, lines: source.lineStarts.count)
        }
        guard let outermost = open.first else { return rewound(to: lastLine + 1, keeping: root.count) }
        // The empty line before it was kept as a node already.
        blankIsPending = false
        return rewound(to: source.line(at: outermost.tag.range.start), keeping: root.count)
    }

    /// What was read before a line; whatever that line and those behind it left is forgotten.
    private mutating func rewound(to line: Int, keeping count: Int) -> WindowResult {
        let offset = line <= source.lineStarts.count ? source.lineStarts[line - 1] : source.bytes.count
        open = []
        skippedSections = 0
        problems.forget(fromLine: line)
        rules.forget(from: offset)
        return WindowResult(nodes: Array(root.prefix(count)), consumed: offset, lines: line - 1)
    }
}
