// Reads documents of any length, such as logs, one outermost node after the other, in memory that does not grow.

/// Reads a document piece by piece.
///
/// ```swift
/// var reader = FTAIStreamReader(file: "turns.ftai") { try handle.read(upToCount: 1 << 18).map(Array.init) ?? [] }
/// while let node = try reader.next() { … }
/// ```
/// What it gives is what ``FTAIParser`` gives for the whole, with three differences that come from not knowing what follows: a
/// schema allows the tags behind it only; a required tag that is missing is reported at the end; and where an inner section
/// stands on the same indentation as the outer one, an `@end` closes the outer one.
public struct FTAIStreamReader {
    private let file: String
    private let mode: FTAIParser.Mode
    private let limits: FTAIParser.Limits
    private let windowSize: Int
    private let read: () throws -> [UInt8]

    /// Bytes that were read and not taken yet.
    private var window: [UInt8] = []
    private var isFirst = true
    private var isAtEnd = false
    private var hasNodes = false
    private var ready: [FTAINode] = []
    private var readyLines: [Int] = []
    private var nextReady = 0
    private var rules = TagRules()
    private var blankIsPending = false
    private var linesBefore = 0

    /// The first line of the document; nil until the first node was asked for.
    public private(set) var header: FTAIHeader?
    /// What was found so far, in the order of the document, up to ``DiagnosticCollector/limit``.
    public private(set) var diagnostics: [Diagnostic] = []
    /// The line on which the node began that ``next()`` gave last, 1-based. The ranges within a node count from the beginning
    /// of a part of the document that is not kept.
    public private(set) var line = 0

    /// - Parameters:
    ///   - limits: `documentSize` limits each outermost node, not the whole.
    ///   - windowSize: how many bytes are looked at in one go, at least.
    ///   - read: gives the next bytes, and none at the end.
    public init(
        file: String, mode: FTAIParser.Mode = .lenient, limits: FTAIParser.Limits = .init(), windowSize: Int = 1 << 18,
        read: @escaping () throws -> [UInt8]
    ) {
        self.file = file
        self.mode = mode
        self.limits = limits
        self.windowSize = max(1, windowSize)
        self.read = read
    }

    /// The next node of the outermost level; nil at the end.
    ///
    /// - Throws: what reading the bytes throws; a ``Diagnostic`` when one node is larger than the limit.
    public mutating func next() throws -> FTAINode? {
        while nextReady == ready.count {
            guard !isAtEnd else { return nil }
            try readWindow()
        }
        defer { nextReady += 1 }
        line = readyLines[nextReady]
        return ready[nextReady]
    }

    private mutating func readWindow() throws {
        var wanted = windowSize
        while true {
            try fill(to: wanted)
            let count = window.count
            if parseWindow() > 0 || isAtEnd { return }
            guard count < limits.documentSize else {
                let problem = JSONProblem(.fileTooLarge, 0, 0, "one node has more than \(limits.documentSize) bytes")
                var diagnostic = problem.diagnostic(in: FTAISource(file: file, bytes: []))
                diagnostic.line += linesBefore
                isAtEnd = true
                throw diagnostic
            }
            wanted = count * 2
        }
    }

    private mutating func fill(to size: Int) throws {
        while window.count < size, !isAtEnd {
            let bytes = try read()
            if bytes.isEmpty { isAtEnd = true } else { window += bytes }
        }
    }

    /// Reads what the window has as a whole.
    ///
    /// - Returns: how many bytes were taken.
    private mutating func parseWindow() -> Int {
        let source = FTAISource(file: file, bytes: window)
        return source.bytes.withSourceBytes { parse(source, $0) }
    }

    private mutating func parse(_ source: FTAISource, _ bytes: SourceBytes) -> Int {
        var parser = DocumentParser(
            source: source, bytes: bytes, limits: limits, problems: DiagnosticCollector(source: source, mode: mode))
        parser.rules = rules
        parser.blankIsPending = blankIsPending
        let result = parser.parseWindow(isFirst: isFirst, hasNodes: hasNodes, isLast: isAtEnd)
        guard result.consumed > 0 || isAtEnd else { return 0 }
        parser.rules.reportCandidates(problems: &parser.problems)
        parser.rules.forgetPlaces()
        if isAtEnd { parser.rules.reportMissing(problems: &parser.problems) }
        take(parser, result)
        return result.consumed
    }

    private mutating func take(_ parser: DocumentParser, _ result: DocumentParser.WindowResult) {
        if isFirst { header = parser.header }
        isFirst = false
        rules = parser.rules
        blankIsPending = parser.blankIsPending
        ready = result.nodes
        hasNodes = hasNodes || !ready.isEmpty
        nextReady = 0
        var last = linesBefore + 1
        readyLines = result.nodes.map { node in
            if let range = node.range, range.isKnown { last = linesBefore + parser.source.line(at: range.start) }
            return last
        }
        for diagnostic in parser.problems.sorted() where diagnostics.count < DiagnosticCollector.limit {
            var moved = diagnostic
            moved.line += linesBefore
            moved.fix = nil
            diagnostics.append(moved)
        }
        linesBefore += result.lines
        window.removeFirst(result.consumed)
    }
}
