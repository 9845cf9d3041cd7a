// `@include ./file.ftai`: documents within documents, kept to one folder.

/// Where included documents come from.
public protocol IncludedFiles {
    /// The one true path of a file, with every link followed; nil when there is no such file.
    func canonicalPath(of path: String) -> String?
    /// The bytes of a file, up to one more than the limit; nil when it cannot be read.
    func bytes(of canonicalPath: String, limit: Int) -> [UInt8]?
}

/// Puts the documents that a document includes in the place of its `@include` tags.
public struct DocumentIncluder {
    /// Documents within documents.
    public static let maximumDepth = 16
    /// Documents that one document may bring in, each as often as it is included.
    public static let maximumCount = 1_000
    /// In bytes.
    static let maximumPath = 1_024

    /// A document with all that it includes.
    public struct Expansion: Sendable {
        /// Nil when the document is too large to be read. Its ranges are places in ``whole``.
        public var document: FTAIDocument?
        /// Every file that was read, once each, with what is wrong with it; the document itself comes first.
        public var files: [DiagnosticReport.File]

        public init(document: FTAIDocument?, files: [DiagnosticReport.File]) {
            self.document = document
            self.files = files
        }
    }

    private let parser: FTAIParser
    private let files: any IncludedFiles
    /// The folder that no included document may lie outside of, with every link followed.
    public let root: String

    private var reports: [DiagnosticReport.File] = []
    /// The place in `reports` of each file, by path.
    private var known: [String: Int] = [:]
    private var count = 0
    private var size = 0

    /// - Parameters:
    ///   - root: the folder that no included file may lie outside of.
    public init(root: String, parser: FTAIParser = FTAIParser(), files: any IncludedFiles) {
        self.root = files.canonicalPath(of: root) ?? root
        self.parser = parser
        self.files = files
    }

    /// Reads a document and all that it includes.
    public func expand(_ source: FTAISource) -> Expansion {
        var copy = self
        let path = files.canonicalPath(of: source.file) ?? source.file
        let document = copy.read(source, at: path, within: [])
        return Expansion(document: document, files: copy.reports)
    }

    private mutating func read(_ source: FTAISource, at path: String, within outer: [String]) -> FTAIDocument? {
        let slot = known[path] ?? reports.count
        let isNew = slot == reports.count
        if isNew {
            known[path] = slot
            reports.append(.init(source: source, diagnostics: []))
        }
        // A file that changes while it is read is taken as it was the first time, so that ranges stay within it.
        let source = reports[slot].source
        size += source.bytes.count
        var problems = DiagnosticCollector(source: source, mode: parser.mode)
        var document = parser.parse(source, problems: &problems)
        if let nodes = document?.nodes {
            let place = Place(source: source, start: start(of: slot), path: outer + [path])
            document?.nodes = expanded(nodes, at: place, problems: &problems)
        }
        if isNew { reports[slot].diagnostics = problems.sorted() }
        return document
    }

    /// Where a file begins when all of them stand one behind the other.
    private func start(of slot: Int) -> Int {
        reports[..<slot].reduce(0) { $0 + $1.source.bytes.count + Expansion.gap }
    }

    /// A file that is being expanded.
    private struct Place {
        let source: FTAISource
        /// Where it begins when all files stand one behind the other.
        let start: Int
        /// The files on the way to it, itself last.
        let path: [String]
    }

    private mutating func expanded(
        _ nodes: [FTAINode], at place: Place, problems: inout DiagnosticCollector
    ) -> [FTAINode] {
        nodes.flatMap { node -> [FTAINode] in
            guard case .tag(var tag) = node else { return [node.moved(by: place.start)] }
            guard tag.isNamed("include"), !tag.isQuoted, !tag.isSubsection else {
                let body = expanded(tag.body, at: place, problems: &problems)
                tag.body = []
                tag = tag.moved(by: place.start)
                tag.body = body
                return [.tag(tag)]
            }
            let moved = node.moved(by: place.start)
            guard let (included, path) = file(of: tag, in: place.source, within: place.path, problems: &problems) else {
                return [moved]
            }
            return read(included, at: path, within: place.path)?.nodes ?? [moved]
        }
    }

    /// The file that a tag includes; nil when it may not or cannot be, which is reported.
    private mutating func file(
        of tag: FTAITag, in source: FTAISource, within outer: [String], problems: inout DiagnosticCollector
    ) -> (FTAISource, path: String)? {
        let place = tag.value?.range ?? tag.nameRange
        let written = tag.title
        guard Self.isRelative(written), tag.body.allSatisfy({ $0 == .blank }) else {
            problems.report(.includeMalformed, at: place, "`\(written.prefix(64))` is no path that can be included")
            return nil
        }
        let joined = Self.path(of: written, besides: source.file)
        guard let path = files.canonicalPath(of: joined) else {
            problems.report(.includeMissing, at: place, "there is no file `\(joined.prefix(200))`")
            return nil
        }
        guard path.hasPrefix(root.hasSuffix("/") ? root : root + "/") else {
            problems.report(
                .includeOutside, at: place, "`\(written.prefix(64))` lies outside the folder of the document")
            return nil
        }
        guard !outer.contains(path) else {
            let notes = outer.dropFirst(outer.firstIndex(of: path) ?? 0).map { Diagnostic.Note("through \($0)") }
            problems.report(.includeCycle, at: place, "`\(written.prefix(64))` includes this document", notes: notes)
            return nil
        }
        guard outer.count < Self.maximumDepth else {
            problems.report(.includeTooDeep, at: place, "includes are nested deeper than \(Self.maximumDepth)")
            return nil
        }
        count += 1
        let left = parser.limits.documentSize - size
        guard let bytes = files.bytes(of: path, limit: max(0, left)) else {
            problems.report(.includeMissing, at: place, "`\(joined.prefix(200))` cannot be read")
            return nil
        }
        guard count <= Self.maximumCount, bytes.count <= left else {
            problems.report(.includeTooLarge, at: place, "with this the included documents are too large or too many")
            return nil
        }
        return (FTAISource(file: joined, bytes: bytes), path)
    }

    private static func isRelative(_ path: String) -> Bool {
        guard let first = path.first, path.utf8.count <= maximumPath else { return false }
        return first != "/" && first != "~" && !path.contains("\0") && !path.contains("\\") && !path.hasSuffix("/")
    }

    /// The path of a file that another includes, without steps that lead nowhere. `..` stays: a link may lie before it.
    public static func path(of written: String, besides file: String) -> String {
        let folder = file.lastIndex(of: "/").map { file[...$0] } ?? ""
        return folder + written.split(separator: "/").filter { $0 != "." }.joined(separator: "/")
    }
}
