// The folder that a run leaves behind: complete under its name, or not there at all.

import Foundation
import SerenaAudio

/// A report in the making, under a temporary name beside its final one.
///
/// The final name appears in one step when everything is written. A program that is killed leaves only the temporary
/// folder, which the next run takes away.
struct RunFolder {
    /// The final name, absolute. A folder that names itself adds a number when the name is taken in the end.
    private let destination: String
    private let partial: String
    private let replaced: String
    private let namesItself: Bool

    private static let assistantFolder = "assistant"
    private static let warmupFolder = "warmup"
    private static let partialPrefix = ".partial-"
    private static let replacedPrefix = ".replaced-"

    /// A new folder `<scenario>-<time>` below `parent`.
    static func create(in parent: String, scenario: String, at time: Date) throws(BenchError) -> RunFolder {
        try RunFolder(destination: "\(parent)/\(scenario)-\(stamp(time))", namesItself: true)
    }

    /// A folder at exactly `destination`. An earlier report there will be replaced; anything else is refused.
    init(destination: String, namesItself: Bool = false) throws(BenchError) {
        let url = URL(fileURLWithPath: destination).standardizedFileURL
        self.destination = url.path
        self.namesItself = namesItself
        let parent = url.deletingLastPathComponent().path
        let owned = "\(ProcessInfo.processInfo.processIdentifier)-\(url.lastPathComponent)"
        partial = "\(parent)/\(Self.partialPrefix)\(owned)"
        replaced = "\(parent)/\(Self.replacedPrefix)\(owned)"
        if !namesItself { try Self.checkReplaceable(url.path) }
        do {
            if let file = Self.fileInTheWay(of: parent) {
                throw BenchError(.output, "the report cannot be written to \(url.path): \(file) is not a folder")
            }
            try FileManager.default.createDirectory(atPath: parent, withIntermediateDirectories: true)
            Self.removeAbandoned(in: parent)
            try? FileManager.default.removeItem(atPath: partial)
            try FileManager.default.createDirectory(atPath: partial, withIntermediateDirectories: false)
            // Writes a file now, so that nobody waits for a run whose report cannot be kept.
            let probe = URL(fileURLWithPath: partial + "/probe")
            try Data("probe".utf8).write(to: probe)
            try FileManager.default.removeItem(at: probe)
        } catch let error as BenchError {
            throw error
        } catch {
            throw BenchError(
                .output, "the report cannot be written to \(url.path): \(FileProblem.describe(error))",
                remedy: "--output with a folder that can be written")
        }
    }

    /// A fresh folder for the files of the assistant of run `number`, which stay with the report; nil for a warm-up, whose files go
    /// away.
    func makeAssistantFolder(run number: Int?) throws(BenchError) -> String {
        let path = partial + (number.map { "/\(Self.assistantFolder)/run\($0)" } ?? "/\(Self.warmupFolder)")
        try writing {
            try? FileManager.default.removeItem(atPath: path)
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        }
        return path
    }

    func write(_ data: Data, to name: String) throws(BenchError) {
        let path = "\(partial)/\(name)"
        try writing {
            let folder = (path as NSString).deletingLastPathComponent
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            try data.write(to: URL(fileURLWithPath: path))
        }
    }

    func write(_ recording: Recording, to name: String) throws(BenchError) {
        let path = "\(partial)/\(name)"
        try writing {
            let folder = (path as NSString).deletingLastPathComponent
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            try AudioFile.write(recording, to: path)
        }
    }

    /// What was written under `name`; nil when nothing was, or more than `limit` bytes.
    func read(_ name: String, limit: Int) -> Data? {
        ReportFiles.small("\(partial)/\(name)", limit: limit)
    }

    /// Gives the folder its final name.
    ///
    /// - Returns: the name, absolute.
    func commit() throws(BenchError) -> String {
        try? FileManager.default.removeItem(atPath: "\(partial)/\(Self.warmupFolder)")
        removeEmptyAssistantFolders()
        var name = destination
        var number = 2
        while namesItself, FileManager.default.fileExists(atPath: name) {
            name = "\(destination)-\(number)"
            number += 1
        }
        try writing {
            let isReplacing = FileManager.default.fileExists(atPath: name)
            if isReplacing { try FileManager.default.moveItem(atPath: name, toPath: replaced) }
            try FileManager.default.moveItem(atPath: partial, toPath: name)
            if isReplacing { try? FileManager.default.removeItem(atPath: replaced) }
        }
        return name
    }

    /// An assistant that keeps nothing leaves nothing.
    private func removeEmptyAssistantFolders() {
        let assistant = "\(partial)/\(Self.assistantFolder)"
        let runs = (try? FileManager.default.contentsOfDirectory(atPath: assistant)) ?? []
        for folder in runs.map({ "\(assistant)/\($0)" }) + [assistant] {
            if (try? FileManager.default.contentsOfDirectory(atPath: folder).isEmpty) == true {
                try? FileManager.default.removeItem(atPath: folder)
            }
        }
    }

    /// Takes the temporary folder away.
    func discard() {
        try? FileManager.default.removeItem(atPath: partial)
    }

    private func writing(_ body: () throws -> Void) throws(BenchError) {
        do {
            try body()
        } catch {
            throw BenchError(
                .output, "the report cannot be written to \(destination): \(FileProblem.describe(error))")
        }
    }

    private static func checkReplaceable(_ path: String) throws(BenchError) {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else { return }
        guard isFolder.boolValue else {
            throw BenchError(.output, "the report cannot be written to \(path): it is a file")
        }
        let content = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
        let reports = [
            "result.json", "simulation.json", "suite.json", ABExperiment.fileName, BenchEnvironment.sweepFile,
        ]
        guard content.isEmpty || reports.contains(where: content.contains) else {
            throw BenchError(.output, "\(path) holds files that are no earlier report; it is left alone")
        }
    }

    /// The part of `path` that exists and is no folder.
    private static func fileInTheWay(of path: String) -> String? {
        var url = URL(fileURLWithPath: path).standardizedFileURL
        var isFolder: ObjCBool = false
        while url.path != "/" {
            if FileManager.default.fileExists(atPath: url.path, isDirectory: &isFolder) {
                return isFolder.boolValue ? nil : url.path
            }
            url = url.deletingLastPathComponent()
        }
        return nil
    }

    /// Takes away what killed programs left. A folder belongs to a process, named in it, that may still be at work.
    ///
    /// An earlier report that was about to be replaced goes back to its place if nothing has taken it.
    private static func removeAbandoned(in parent: String) {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: parent)) ?? []
        for name in names {
            guard let prefix = [partialPrefix, replacedPrefix].first(where: { name.hasPrefix($0) }) else { continue }
            let owned = name.dropFirst(prefix.count)
            let digits = owned.prefix { $0.isNumber }
            guard let process = Int32(digits), process > 0, kill(process, 0) != 0, errno == ESRCH else { continue }
            let original = "\(parent)/\(owned.dropFirst(digits.count + 1))"
            if prefix == replacedPrefix, !FileManager.default.fileExists(atPath: original) {
                try? FileManager.default.moveItem(atPath: "\(parent)/\(name)", toPath: original)
            } else {
                try? FileManager.default.removeItem(atPath: "\(parent)/\(name)")
            }
        }
    }

    private static func stamp(_ time: Date) -> String {
        let style = Date.ISO8601FormatStyle(
            dateSeparator: .omitted, timeSeparator: .omitted, timeZone: .gmt)
        return style.format(time)
    }
}
