// Where a command's words go: results to one writer, progress and problems to another.

import Foundation
import Synchronization

/// The two streams of a command, with what they can show.
public final class Terminal: Sendable {
    public typealias Writer = @Sendable (String) -> Void

    private let out: Writer
    private let err: Writer
    private let isInteractive: Bool
    private let usesColour: Bool
    private let isQuiet: Bool
    private let hasStatus = Mutex(false)

    /// - Parameters:
    ///   - isInteractive: whether `err` is a terminal on which a line can be written over.
    ///   - usesColour: whether `err` shows colours.
    ///   - isQuiet: leaves out progress and notes, but no problems and no results.
    ///   - out: takes results.
    ///   - err: takes progress and problems.
    public init(
        isInteractive: Bool, usesColour: Bool, isQuiet: Bool, out: @escaping Writer,
        err: @escaping Writer
    ) {
        self.isInteractive = isInteractive
        self.usesColour = usesColour
        self.isQuiet = isQuiet
        self.out = out
        self.err = err
    }

    enum Colour: String {
        case red = "31"
        case green = "32"
        case yellow = "33"
        case bold = "1"
        case dim = "2"
    }

    /// A result, for other programs or for the eye; comes out even when quiet.
    public func result(_ text: String) {
        clearStatus()
        out(text.hasSuffix("\n") ? text : text + "\n")
    }

    /// A line of progress.
    public func note(_ line: String) {
        guard !isQuiet else { return }
        clearStatus()
        err(line + "\n")
    }

    /// A problem; comes out even when quiet.
    public func problem(_ line: String) {
        clearStatus()
        err(coloured("error: ", .red) + line + "\n")
    }

    /// What goes on at the moment; the next line takes its place. Nothing where lines cannot be written over.
    public func status(_ line: String) {
        guard isInteractive, !isQuiet else { return }
        hasStatus.withLock { $0 = true }
        err("\r\u{1B}[2K" + line)
    }

    func coloured(_ text: String, _ colour: Colour) -> String {
        usesColour ? "\u{1B}[\(colour.rawValue)m\(text)\u{1B}[0m" : text
    }

    private func clearStatus() {
        let had = hasStatus.withLock { status in
            defer { status = false }
            return status
        }
        if had { err("\r\u{1B}[2K") }
    }

    /// Text from outside without the control characters that would steer a terminal.
    static func plain(_ text: String) -> String {
        String(
            String.UnicodeScalarView(
                text.unicodeScalars.map { CharacterSet.controlCharacters.contains($0) ? " " : $0 }))
    }
}
