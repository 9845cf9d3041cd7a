// Every command that the README and the documentation show is run, and must succeed.

import Foundation
import Testing

/// A command of a block that is marked `sh`.
struct DocumentedCommand: CustomTestStringConvertible, Sendable {
    let page: String
    let line: String
    var testDescription: String { "\(page): \(line)" }

    static let root = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// The command that runs this very test cannot be run by it.
    private static let itself = "scripts/test"

    static var all: [DocumentedCommand] {
        get throws {
            let docs = try FileManager.default.contentsOfDirectory(atPath: root.appending(path: "docs").path())
            let pages = ["README.md"] + docs.filter { $0.hasSuffix(".md") }.sorted().map { "docs/\($0)" }
            return try pages.flatMap { page in
                let text = try String(contentsOf: root.appending(path: page), encoding: .utf8)
                return text.matches(of: /(?ms)^```sh\n(.*?)^```/).flatMap { block in
                    block.1.split(separator: "\n")
                        .map { $0.prefix { $0 != "#" }.trimmingCharacters(in: .whitespaces) }
                        .filter { !$0.isEmpty && $0 != itself }
                        .map { DocumentedCommand(page: page, line: $0) }
                }
            }
        }
    }
}

@Suite(.serialized) struct CommandsInTheDocumentation {
    @Test func thereAreSome() throws {
        #expect(try DocumentedCommand.all.count >= 10)
    }

    /// A run on a machine that is too busy is invalid (8) or late (7), which says nothing about the command. It is made again, as
    /// the documentation tells its readers to.
    @Test(arguments: try DocumentedCommand.all)
    func succeeds(command: DocumentedCommand) throws {
        var outcome = try Self.run(command.line)
        for _ in 0..<2 where [7, 8].contains(outcome.status) { outcome = try Self.run(command.line) }
        #expect(outcome.status == 0, "\(command.line)\n\(outcome.output.suffix(3000))")
    }

    private static func run(_ line: String) throws -> (status: Int32, output: String) {
        let log = FileManager.default.temporaryDirectory.appending(path: "command-\(UUID().uuidString).log")
        try Data().write(to: log)
        defer { try? FileManager.default.removeItem(at: log) }
        let output = try FileHandle(forWritingTo: log)
        let process = Process()
        process.executableURL = URL(filePath: "/bin/bash")
        process.arguments = ["-euo", "pipefail", "-c", line]
        process.currentDirectoryURL = DocumentedCommand.root
        // The programs were built before; a build from within the tests would wait for their end, forever.
        process.environment = ProcessInfo.processInfo.environment.merging(["SERENA_AS_BUILT": "1"]) { $1 }
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output
        process.standardError = output
        try process.run()
        process.waitUntilExit()
        try output.close()
        return (process.terminationStatus, try String(contentsOf: log, encoding: .utf8))
    }
}
