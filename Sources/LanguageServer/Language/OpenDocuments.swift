// The documents that an editor has open, and what it was told about them.

import FTAI

/// Keeps the texts as the editor has them, and looks at them when somebody asks.
struct OpenDocuments {
    private struct Document {
        var source: FTAISource
        var version: Int?
        /// Nil when the text has changed since it was looked at, or a file that it includes.
        var analysis: DocumentAnalysis?
        /// Whether the editor knows what was found.
        var isReported = false
    }

    private let files: any IncludedFiles
    private let root: String?
    /// By URI.
    private var documents: [String: Document] = [:]
    /// What each document that is open tells of each file, both by URI.
    private var told: [String: [String: [ShownDiagnostic]]] = [:]
    /// What the editor shows of files that are not open.
    private var shown: [String: [ShownDiagnostic]] = [:]
    /// Files about which something is to be told anew.
    private var changed: Set<String> = []

    init(files: any IncludedFiles, root: String?) {
        self.files = files
        self.root = root
    }

    // MARK: Changes

    mutating func open(_ item: OpenedDocument.Item) {
        let source = FTAISource(file: DocumentAddress.path(of: item.uri), text: item.text)
        documents[item.uri] = Document(source: source, version: item.version)
        forget(documentsWith: item.uri)
    }

    mutating func change(_ change: ChangedDocument) {
        guard var document = documents[change.textDocument.uri] else { return }
        for part in change.contentChanges {
            guard let span = part.range else {
                document.source = FTAISource(file: document.source.file, text: part.text)
                continue
            }
            let range = document.source.range(of: span)
            var bytes = document.source.bytes
            bytes.replaceSubrange(range.start..<range.end, with: part.text.utf8)
            document.source = FTAISource(file: document.source.file, bytes: bytes)
        }
        document.version = change.textDocument.version
        documents[change.textDocument.uri] = document
        forget(documentsWith: change.textDocument.uri)
    }

    mutating func close(_ uri: String) {
        guard documents[uri] != nil else { return }
        forget(documentsWith: uri)
        documents[uri] = nil
        changed.formUnion((told.removeValue(forKey: uri) ?? [:]).keys)
        changed.insert(uri)
    }

    /// Forgets what was found out about a document and about those that include it, or may now that there is such a file.
    private mutating func forget(documentsWith uri: String) {
        let path = canonicalPath(of: uri)
        for (other, document) in documents {
            let isPart =
                document.analysis?.expansion.files.contains { canonicalPath(ofFile: $0.source.file) == path } ?? true
            guard other == uri || isPart else { continue }
            documents[other]?.analysis = nil
            documents[other]?.isReported = false
        }
    }

    private func canonicalPath(of uri: String) -> String { canonicalPath(ofFile: DocumentAddress.path(of: uri)) }

    private func canonicalPath(ofFile path: String) -> String { files.canonicalPath(of: path) ?? path }

    // MARK: What is found

    /// What is known of a document; nil when it is not open.
    mutating func analysis(of uri: String) -> DocumentAnalysis? {
        guard let document = documents[uri] else { return nil }
        if let analysis = document.analysis { return analysis }
        let analysis = analysis(of: document.source, with: [:])
        documents[uri]?.analysis = analysis
        return analysis
    }

    /// How many errors a document would have if files had other texts.
    ///
    /// - Parameter texts: by path.
    func errorCount(in uri: String, with texts: [String: [UInt8]]) -> Int {
        guard let document = documents[uri] else { return 0 }
        let source = FTAISource(
            file: document.source.file, bytes: texts[document.source.file] ?? document.source.bytes)
        return analysis(of: source, with: texts).errorCount
    }

    private func analysis(of source: FTAISource, with others: [String: [UInt8]]) -> DocumentAnalysis {
        var texts: [String: [UInt8]] = [:]
        var uris: [String: String] = [:]
        for (uri, document) in documents.sorted(by: { $0.key < $1.key }) {
            let path = canonicalPath(of: uri)
            texts[path] = document.source.bytes
            uris[path] = uri
        }
        for (path, text) in others.sorted(by: { $0.key < $1.key }) { texts[canonicalPath(ofFile: path)] = text }
        return DocumentAnalysis(
            of: source, files: OverlaidFiles(base: files, texts: texts),
            root: root ?? DocumentAddress.folder(of: source.file)
        ) { uris[canonicalPath(ofFile: $0)] ?? DocumentAddress.uri(ofPath: $0) }
    }

    // MARK: What is told

    /// What the editor has to be told since it was told the last time, in the order of the URIs.
    mutating func reports() -> [PublishedDiagnostics] {
        for uri in documents.keys.sorted() where documents[uri]?.isReported == false {
            guard let analysis = analysis(of: uri) else { continue }
            documents[uri]?.isReported = true
            var found: [String: [ShownDiagnostic]] = [:]
            for (index, file) in analysis.uris.enumerated() { found[file, default: []] += analysis.shown(file: index) }
            changed.formUnion((told[uri] ?? [:]).keys)
            changed.formUnion(found.keys)
            told[uri] = found
        }
        defer { changed = [] }
        var reports: [PublishedDiagnostics] = []
        for uri in changed.sorted() {
            if let report = report(on: uri) { reports.append(report) }
        }
        return reports
    }

    private mutating func report(on uri: String) -> PublishedDiagnostics? {
        if let document = documents[uri] {
            shown[uri] = nil
            return PublishedDiagnostics(uri: uri, version: document.version, diagnostics: told[uri]?[uri] ?? [])
        }
        // A file that several documents include is looked at within each of them.
        var found: [ShownDiagnostic] = []
        for owner in told.keys.sorted() {
            for diagnostic in told[owner]?[uri] ?? [] where !found.contains(diagnostic) { found.append(diagnostic) }
        }
        let wasOpen = shown[uri] == nil
        guard wasOpen || shown[uri] != found else { return nil }
        shown[uri] = found
        return PublishedDiagnostics(uri: uri, version: nil, diagnostics: found)
    }
}
