// One line of `serena-bench doctor`.

import Foundation

/// Whether one part is present, and what mends it.
public struct DoctorCheck: Hashable, Sendable {
    public enum State: Hashable, Sendable {
        case ok
        /// Nothing stands in for it.
        case missing
        /// Something stands in for it, or it is not as it should be.
        case warning
    }

    public var name: String
    public var state: State
    /// What was found, in a phrase.
    public var detail: String
    /// The command that mends it; nil when nothing needs mending.
    public var remedy: String?

    public init(name: String, state: State, detail: String, remedy: String? = nil) {
        self.name = name
        self.state = state
        self.detail = detail
        self.remedy = remedy
    }

    func line(colouring: (String, Terminal.Colour) -> String) -> String {
        let mark =
            switch state {
            case .ok: colouring("✓", .green)
            case .missing: colouring("✗", .red)
            case .warning: colouring("!", .yellow)
            }
        let padded = name + String(repeating: " ", count: max(1, 14 - name.count))
        let mend = remedy.map { "\n  \(String(repeating: " ", count: 14))try: \($0)" } ?? ""
        return "\(mark) \(padded)\(Terminal.plain(detail))\(mend)"
    }

    static func writable(folder: String, name: String) -> DoctorCheck {
        do {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            let probe = URL(
                fileURLWithPath: "\(folder)/.probe-\(ProcessInfo.processInfo.processIdentifier)")
            try Data("probe".utf8).write(to: probe)
            try FileManager.default.removeItem(at: probe)
            return DoctorCheck(name: name, state: .ok, detail: "\(folder) can be written")
        } catch {
            return DoctorCheck(
                name: name, state: .missing,
                detail: "\(folder) cannot be written: \(FileProblem.describe(error))",
                remedy: "serena-bench run … --output with a folder that can be written")
        }
    }

    static func scenarios(in folder: String) -> DoctorCheck {
        let files = ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [])
            .filter { $0.hasSuffix(".yaml") }.sorted()
        var problems: [String] = []
        for file in files {
            do {
                _ = try LoadedScenario(path: "\(folder)/\(file)")
            } catch {
                problems.append(error.message)
            }
        }
        if let problem = problems.first {
            return DoctorCheck(
                name: "scenarios", state: .missing, detail: problem, remedy: "mend \(folder)")
        }
        let names = files.map { String($0.dropLast(5)) }.joined(separator: ", ")
        return files.isEmpty
            ? DoctorCheck(
                name: "scenarios", state: .missing, detail: "there are none in \(folder)",
                remedy: "change to the folder of the project")
            : DoctorCheck(name: "scenarios", state: .ok, detail: "\(names), with all recordings")
    }
}
