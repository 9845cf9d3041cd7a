// The fixes of problems with sections: where an `@end` belongs, and which one is too many.

extension DocumentParser {
    /// An `@end` behind what a section was found to hold.
    func closingFix(of section: OpenTag) -> Diagnostic.Fix {
        let tag = section.tag
        let lastLine = source.lineRange(source.line(at: max(tag.range.start, tag.range.end - 1)))
        let firstLine = source.lineRange(source.line(at: tag.nameRange.start))
        let indentation = values.text(firstLine.lowerBound, min(tag.nameRange.start, firstLine.upperBound))
        let place = SourceRange(lastLine.upperBound, lastLine.upperBound)
        return .init("close the section", replacing: place, by: "\(source.lineEnd)\(indentation)@end")
    }

    /// Takes a line away, with its line end.
    func removal(of line: Line) -> Diagnostic.Fix {
        let next = line.number < source.lineStarts.count ? source.lineStarts[line.number] : source.bytes.count
        return .init("remove the line", replacing: SourceRange(line.start, next), by: "")
    }
}
