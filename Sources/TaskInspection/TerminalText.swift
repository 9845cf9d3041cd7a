// Text of programs and their authors, as a terminal may be given it.

/// Text that cannot change what a terminal shows.
package enum TerminalText {
    /// On one line, without control characters.
    static func printable(_ text: some StringProtocol) -> String {
        replacingControls(in: text) { $0 == "\t" ? " " : "\u{FFFD}" }
    }

    /// Without control characters, but with line breaks and tabs.
    package static func lines(_ text: some StringProtocol) -> String {
        replacingControls(in: text) { $0 == "\n" || $0 == "\t" ? $0 : "\u{FFFD}" }
    }

    private static func replacingControls(
        in text: some StringProtocol, by shown: (Unicode.Scalar) -> Unicode.Scalar
    ) -> String {
        let scalars = text.unicodeScalars.map { $0.properties.generalCategory == .control ? shown($0) : $0 }
        return String(String.UnicodeScalarView(scalars))
    }
}
