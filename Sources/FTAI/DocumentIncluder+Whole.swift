// A document and all that it includes as one text, in which one range names a place in any of the files.

extension DocumentIncluder.Expansion {
    /// The bytes between two files: a line break, so that no line belongs to both.
    static let gap = 1

    public var hasErrors: Bool { DiagnosticReport(files: files).hasErrors }

    /// The files one behind the other, the document first and under its name; the document alone when it includes nothing.
    public var whole: FTAISource? {
        guard files.count > 1, let first = files.first else { return files.first?.source }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(files.reduce(0) { $0 + $1.source.bytes.count + Self.gap })
        for file in files {
            bytes += file.source.bytes
            bytes.append(Byte.newline)
        }
        return FTAISource(file: first.source.file, bytes: bytes)
    }

    /// A file and the line in it that a line of the whole is, both 1-based.
    public func place(ofLine line: Int) -> (file: FTAISource, line: Int)? {
        var rest = line
        for file in files {
            let count = Self.lineCount(of: file.source)
            if rest <= count || file.source.file == files.last?.source.file { return (file.source, max(1, rest)) }
            rest -= count
        }
        return nil
    }

    /// The lines that a file takes in the whole. Its last line ends with the gap.
    static func lineCount(of source: FTAISource) -> Int { source.lineStarts.count }

    /// Diagnostics of the whole, each told of the file and the line in which its author finds it.
    public func placed(_ diagnostics: [Diagnostic]) -> [Diagnostic] {
        guard files.count > 1 else { return diagnostics }
        var starts: [String: Int] = [:]
        var start = 0
        for file in files {
            starts[file.source.file] = start
            start += file.source.bytes.count + Self.gap
        }
        return diagnostics.map { diagnostic in
            guard let place = place(ofLine: diagnostic.line) else { return diagnostic }
            let offset = -(starts[place.file.file] ?? 0)
            var moved = diagnostic
            moved.file = place.file.file
            moved.line = place.line
            moved.range = diagnostic.range.moved(by: offset)
            moved.notes = diagnostic.notes.map { self.placed($0, besides: place.file) }
            for index in diagnostic.fix?.edits.indices ?? 0..<0 {
                moved.fix?.edits[index].range = diagnostic.fix?.edits[index].range.moved(by: offset) ?? .none
            }
            return moved
        }
    }

    /// A note with its line, or with its file where that is another one.
    private func placed(_ note: Diagnostic.Note, besides source: FTAISource) -> Diagnostic.Note {
        guard let line = note.line, let place = place(ofLine: line) else { return note }
        guard place.file.file != source.file else { return .init(note.message, line: place.line) }
        return .init("\(note.message), \(place.file.file):\(place.line)")
    }

    /// The files with the diagnostics of each, in the order of their lines; those that belong to no file are left out.
    public func report(_ diagnostics: [Diagnostic]) -> DiagnosticReport {
        let byFile = Dictionary(grouping: diagnostics, by: \.file)
        return DiagnosticReport(
            files: files.map { file in
                let found = (byFile[file.source.file] ?? []).enumerated().sorted {
                    ($0.element.line, $0.element.column, $0.offset) < ($1.element.line, $1.element.column, $1.offset)
                }
                return .init(source: file.source, diagnostics: found.map(\.element))
            })
    }
}

extension SourceRange {
    /// The same bytes, counted from a place that lies so many bytes further ahead.
    func moved(by offset: Int) -> SourceRange {
        isKnown ? SourceRange(start + offset, end + offset) : self
    }
}

extension FTAIValue {
    fileprivate func moved(by offset: Int) -> FTAIValue {
        var copy = self
        copy.range = range.moved(by: offset)
        if case .list(let elements) = form { copy.form = .list(elements.map { $0.moved(by: offset) }) }
        return copy
    }
}

extension FTAIText {
    fileprivate func moved(by offset: Int) -> FTAIText {
        FTAIText(text, comment: comment, range: range.moved(by: offset))
    }
}

extension FTAITag {
    func moved(by offset: Int) -> FTAITag {
        guard offset != 0 else { return self }
        var copy = self
        copy.range = range.moved(by: offset)
        copy.nameRange = nameRange.moved(by: offset)
        copy.value = value?.moved(by: offset)
        copy.body = body.map { $0.moved(by: offset) }
        return copy
    }
}

extension FTAINode {
    /// The same node in a text that has so many bytes before it.
    func moved(by offset: Int) -> FTAINode {
        guard offset != 0 else { return self }
        switch self {
        case .tag(let tag): return .tag(tag.moved(by: offset))
        case .entry(var entry):
            entry.range = entry.range.moved(by: offset)
            entry.keyRange = entry.keyRange.moved(by: offset)
            entry.value = entry.value?.moved(by: offset)
            return .entry(entry)
        case .item(let item):
            let value = item.value?.moved(by: offset)
            return .item(FTAIItem(value: value, comment: item.comment, range: item.range.moved(by: offset)))
        case .table(var table):
            table.range = table.range.moved(by: offset)
            return .table(table)
        case .narrative(let text): return .narrative(text.moved(by: offset))
        case .text(let text): return .text(text.moved(by: offset))
        case .code(let text): return .code(text.moved(by: offset))
        case .comment(let text): return .comment(text.moved(by: offset))
        case .blank: return .blank
        }
    }
}
