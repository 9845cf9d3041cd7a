// The rows of a `@table`.

/// Gathers the lines of a table and makes rows of them.
struct TableRows {
    private struct Row {
        let cells: [String]
        let range: SourceRange
        /// What stands before it on its line.
        let indentation: String
        let isDivider: Bool
    }

    private var rows: [Row] = []

    mutating func add(_ line: Line, reader: ValueReader) {
        let text = reader.text(line.contentStart, line.contentEnd)
        rows.append(
            Row(
                cells: Self.cells(text), range: line.content, indentation: reader.text(line.start, line.contentStart),
                isDivider: Self.isDivider(text)))
    }

    /// The table, once all rows are known, with its problems reported.
    func finished(of tag: FTAITag, problems: inout DiagnosticCollector) -> [FTAINode] {
        guard let header = rows.first else {
            problems.report(.tableHeaderMissing, at: tag.nameRange, "this table has no header row")
            return []
        }
        let hasDivider = rows.count > 1 && rows[1].isDivider
        if header.isDivider || !hasDivider {
            let message = header.isDivider ? "a header row is missing here" : "no row of `---` follows this header row"
            let lineEnd = problems.source.lineEnd
            let divider = "\(lineEnd)\(header.indentation)|" + header.cells.map { _ in " --- |" }.joined()
            let place = SourceRange(header.range.end, header.range.end)
            problems.report(
                .tableHeaderMissing, at: header.range, message,
                fix: header.isDivider ? nil : .init("add the row", replacing: place, by: divider))
        }
        if !header.isDivider, let column = header.cells.firstIndex(of: "") {
            problems.report(.tableHeaderCellEmpty, at: header.range, "column \(column + 1) of this table has no name")
        }
        let body = rows.dropFirst(hasDivider ? 2 : 1)
        for row in body where row.cells.count != header.cells.count && !header.isDivider {
            let counts = "this row has \(row.cells.count) cell\(row.cells.count == 1 ? "" : "s")"
            problems.report(.tableRowRagged, at: row.range, "\(counts), the header has \(header.cells.count)")
        }
        let range = SourceRange(header.range.start, rows.last?.range.end ?? header.range.end)
        return [.table(FTAITable(header: header.cells, rows: body.map(\.cells), range: range))]
    }

    /// Dashes, with or without bars and colons between them.
    private static func isDivider(_ text: String) -> Bool {
        text.utf8.count(where: { $0 == Byte.hyphen }) >= 3
            && text.utf8.allSatisfy { $0 == Byte.hyphen || $0 == Byte.bar || $0 == Byte.colon || Byte.isBlank($0) }
    }

    /// The cells between bars; bars at both ends of the row are optional. `\|` is a bar and `\\` a backslash.
    static func cells(_ row: String) -> [String] {
        var cells: [[UInt8]] = [[]]
        var bytes = Array(row.utf8)
        if bytes.first == Byte.bar { bytes.removeFirst() }
        var endsWithBar = false
        var index = 0
        while index < bytes.count {
            let byte = bytes[index]
            endsWithBar = byte == Byte.bar
            if byte == Byte.backslash, index + 1 < bytes.count,
                bytes[index + 1] == Byte.bar || bytes[index + 1] == Byte.backslash
            {
                cells[cells.count - 1].append(bytes[index + 1])
                index += 2
                continue
            }
            if byte == Byte.bar { cells.append([]) } else { cells[cells.count - 1].append(byte) }
            index += 1
        }
        if endsWithBar { cells.removeLast() }
        return cells.map { cell in
            cell.withSourceBytes { bytes in
                let range = ValueReader.trimmed(bytes, 0, bytes.count)
                return bytes.text(range.start, range.end)
            }
        }
    }

    /// A row as it is written.
    static func written(_ cells: [String]) -> String {
        let escaped = cells.map { cell in
            var result = ""
            for scalar in cell.unicodeScalars {
                switch scalar {
                case "|": result += "\\|"
                case "\\": result += "\\\\"
                case "\n", "\r": result += " "
                case "\t": result += "\t"
                case _ where Escape.isControl(scalar): result += "\u{FFFD}"
                default: result.unicodeScalars.append(scalar)
                }
            }
            return Array(result.utf8).withSourceBytes { bytes in
                let range = ValueReader.trimmed(bytes, 0, bytes.count)
                return bytes.text(range.start, range.end)
            }
        }
        return "| " + escaped.joined(separator: " | ") + " |"
    }
}
