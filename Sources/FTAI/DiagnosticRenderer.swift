// Diagnostics as text for people: the place, the line with a caret under it, and what to do.

/// Writes diagnostics the way a terminal shows them.
public struct DiagnosticRenderer: Sendable {
    /// How many columns of a line are shown at most; longer lines are cut around the caret.
    public static let excerptWidth = 100
    /// A tab is shown as so many spaces.
    static let tabWidth = 4

    public var useColor: Bool

    public init(useColor: Bool) {
        self.useColor = useColor
    }

    /// One diagnostic, ending with a newline.
    ///
    /// - Parameter source: where the excerpt comes from; without it none is shown.
    public func render(_ diagnostic: Diagnostic, source: FTAISource?) -> String {
        let tint = diagnostic.severity == .error ? "31" : "33"
        let place = "\(DisplayText.cleaned(diagnostic.file)):\(diagnostic.line):\(diagnostic.column):"
        let severity = paint("\(diagnostic.severity.rawValue):", "1;\(tint)")
        let message = paint(DisplayText.cleaned(diagnostic.message), "1")
        var output = "\(paint(place, "1")) \(severity) \(message) [\(diagnostic.code.rawValue)]\n"
        let gutter = String(diagnostic.line).count + 2
        let margin = String(repeating: " ", count: gutter)
        if let source, diagnostic.line <= source.lineStarts.count {
            let excerpt = Excerpt(diagnostic, in: source)
            output += " \(paint(String(diagnostic.line), "2")) \(paint("|", "2")) \(excerpt.text)\n"
            output += "\(margin)\(paint("|", "2")) \(excerpt.lead)\(paint(excerpt.mark, "1;\(tint)"))\n"
        }
        for note in diagnostic.notes {
            let place = note.line.map { "line \($0): " } ?? ""
            output += "\(margin)\(paint("=", "2")) note: \(place)\(DisplayText.cleaned(note.message))\n"
        }
        if let help = diagnostic.help {
            let isMended = diagnostic.fix?.isCertain == true ? " `ftai lint --fix` does it." : ""
            output += "\(margin)\(paint("=", "2")) help: \(DisplayText.cleaned(help))\(isMended)\n"
        }
        return output
    }

    /// All diagnostics, and a last line that counts them.
    public func render(_ diagnostics: [Diagnostic], source: FTAISource?) -> String {
        guard !diagnostics.isEmpty else { return "" }
        let errors = diagnostics.count { $0.severity == .error }
        let warnings = diagnostics.count - errors
        let counts = [(errors, "error"), (warnings, "warning")].filter { $0.0 > 0 }
            .map { "\($0.0) \($0.1)\($0.0 == 1 ? "" : "s")" }
        return diagnostics.map { render($0, source: source) }.joined() + counts.joined(separator: ", ") + "\n"
    }

    private func paint(_ text: String, _ style: String) -> String {
        useColor ? "\u{1B}[\(style)m\(text)\u{1B}[0m" : text
    }
}

/// The part of a line that is shown, and the caret under it.
private struct Excerpt {
    let text: String
    let lead: String
    let mark: String

    init(_ diagnostic: Diagnostic, in source: FTAISource) {
        let range = source.lineRange(diagnostic.line)
        let characters = Self.window(of: range, around: diagnostic.column, in: source)
        let caret = min(diagnostic.column - 1 - characters.first, characters.shown.count)
        let length = min(diagnostic.length, max(1, characters.shown.count - caret))
        let cells = characters.shown.map(DisplayText.cell)
        self.text = (characters.cutBefore ? "…" : "") + cells.map(\.text).joined() + (characters.cutAfter ? "…" : "")
        let before = cells[..<max(0, caret)].reduce(characters.cutBefore ? 1 : 0) { $0 + $1.width }
        let under = cells.dropFirst(max(0, caret)).prefix(length).reduce(0) { $0 + $1.width }
        self.lead = String(repeating: " ", count: before)
        self.mark = "^" + String(repeating: "~", count: max(0, under - 1))
    }

    /// The characters of a line near a column, without taking a line of a megabyte apart as a whole when it is plain.
    private static func window(
        of range: Range<Int>, around column: Int, in source: FTAISource
    ) -> (shown: [Character], first: Int, cutBefore: Bool, cutAfter: Bool) {
        let characters = Array(String(decoding: source.bytes[range], as: UTF8.self))
        let width = DiagnosticRenderer.excerptWidth
        guard characters.count > width else { return (characters, 0, false, false) }
        let first = min(max(0, column - 1 - width / 2), characters.count - width)
        let shown = Array(characters[first..<(first + width)])
        return (shown, first, first > 0, first + width < characters.count)
    }
}

/// What a terminal may be given.
enum DisplayText {
    /// Text without control characters, which could move the cursor or set colours.
    static func cleaned(_ text: String) -> String {
        String(text.map { isControl($0) ? "\u{FFFD}" : $0 })
    }

    /// A character as it is shown, and how many columns it takes.
    static func cell(_ character: Character) -> (text: String, width: Int) {
        if character == "\t" {
            return (String(repeating: " ", count: DiagnosticRenderer.tabWidth), DiagnosticRenderer.tabWidth)
        }
        if isControl(character) { return ("\u{FFFD}", 1) }
        return (String(character), isWide(character) ? 2 : 1)
    }

    private static func isControl(_ character: Character) -> Bool {
        character.unicodeScalars.contains { $0.properties.generalCategory == .control || isDirectional($0) }
    }

    /// Marks that reorder text could make an excerpt read differently from what it is.
    private static func isDirectional(_ scalar: Unicode.Scalar) -> Bool {
        (0x202A...0x202E).contains(scalar.value) || (0x2066...0x2069).contains(scalar.value)
    }

    /// East Asian wide characters and emoji, by the blocks of Unicode Standard Annex 11.
    private static func isWide(_ character: Character) -> Bool {
        guard let value = character.unicodeScalars.first?.value else { return false }
        return (0x1100...0x115F).contains(value) || (0x2E80...0xA4CF).contains(value)
            || (0xAC00...0xD7A3).contains(value) || (0xF900...0xFAFF).contains(value)
            || (0xFE30...0xFE6F).contains(value) || (0xFF00...0xFF60).contains(value)
            || (0x1F300...0x1FAFF).contains(value) || (0x20000...0x3FFFD).contains(value)
    }
}
