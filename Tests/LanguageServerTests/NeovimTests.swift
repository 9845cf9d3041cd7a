// The servers with clients that others have written.

import Foundation
import Testing

/// What stands beside the tests or on the path.
enum InstalledProgram {
    static let neovim = "/usr/bin/nvim"

    static var hasNeovim: Bool { FileManager.default.isExecutableFile(atPath: neovim) && ftai != nil }

    /// The `ftai` that was built with the tests.
    static var ftai: String? {
        let starts =
            [Bundle.main.bundleURL, Bundle.main.executableURL, URL(filePath: CommandLine.arguments[0])]
            + Bundle.allBundles.map(\.bundleURL)
        return starts.compactMap { $0?.deletingLastPathComponent().appending(path: "ftai").path() }
            .first { FileManager.default.isExecutableFile(atPath: $0) }
    }
}

@Suite(.enabled(if: InstalledProgram.hasNeovim, "Neovim is not installed, or ftai not built"))
struct NeovimTests {
    private static let document = """
        @ftai v2.0

        @task tip
          @input bill:float 63
          @output tip:float
          @do
            let rate = 0.15
            say "🍵 {bill * rte}"
            return bill * rate
          @end
        @end

        """

    @Test(.timeLimit(.minutes(2)))
    func neovimFindsItsWayInADocument() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "neovim-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appending(path: "tip of a lunch.ftai")
        try Data(Self.document.utf8).write(to: file)
        let log = folder.appending(path: "log")
        try Data().write(to: log)
        let process = Process()
        process.executableURL = URL(filePath: InstalledProgram.neovim)
        let script = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Neovim/language-server.lua")
        process.arguments = ["--headless", "--clean", "-n", "-c", "luafile \(script.path())"]
        process.environment = [
            "PATH": "/usr/bin:/bin", "HOME": folder.path(), "FTAI": try #require(InstalledProgram.ftai),
            "FTAI_FILE": file.path(percentEncoded: false),
        ]
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = try FileHandle(forWritingTo: log)
        process.standardError = try FileHandle(forWritingTo: log)
        try process.run()
        process.waitUntilExit()
        let said = try String(contentsOf: log, encoding: .utf8)
        #expect(process.terminationStatus == 0, "\(said)")
    }
}
