// Reads and writes the files of a command.

import FTAI
import FTAICompiler
import Foundation
import SerenaNetBytecode

/// A file that was named on the command line.
enum SourceFile {
    /// Stands for standard input where a document is read.
    static let standardInput = "-"

    /// The bytes of a file, or of standard input where that is named.
    private static func input(_ path: String) throws(ToolFailure) -> [UInt8] {
        guard path == standardInput else { return try bytes(of: path) }
        do {
            return try bytes(of: .standardInput, limit: FTAISource.maximumSize)
        } catch {
            throw ToolFailure(
                exit: .badSource, message: "standard input cannot be read: \(error.localizedDescription)")
        }
    }

    private static func bytes(of handle: FileHandle, limit: Int) throws -> [UInt8] {
        var bytes: [UInt8] = []
        while bytes.count <= limit, let part = try handle.read(upToCount: 1 << 20), !part.isEmpty { bytes += part }
        return bytes
    }

    /// Refuses standard input where a file is needed.
    static func requireFile(_ path: String, for purpose: String) throws(ToolFailure) {
        guard path == standardInput else { return }
        throw ToolFailure(
            exit: .badSource, message: "\(purpose) needs a file, not standard input", remedy: "name a file")
    }

    /// Refuses to write a result over the file that it is made from.
    static func refuse(
        _ output: String?, over file: String, remedy: String = "name another file with -o"
    ) throws(ToolFailure) {
        let disk = IncludedFilesOnDisk()
        guard let output, let target = disk.canonicalPath(of: output), target == disk.canonicalPath(of: file) else {
            return
        }
        throw ToolFailure(exit: .badSource, message: "\(output) would be written over its own source", remedy: remedy)
    }

    /// Its bytes, and of a larger file no more than a little over the limit.
    static func bytes(of path: String, limit: Int = FTAISource.maximumSize) throws(ToolFailure) -> [UInt8] {
        var isDirectory: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) else {
            throw ToolFailure(
                exit: .badSource, message: "\(path): there is no such file", remedy: "ls \(folder(of: path))")
        }
        guard !isDirectory.boolValue else {
            throw ToolFailure(
                exit: .badSource, message: "\(path) is a folder, not a document", remedy: "name a file in it")
        }
        do {
            let handle = try FileHandle(forReadingFrom: URL(filePath: path))
            defer { try? handle.close() }
            return try bytes(of: handle, limit: limit)
        } catch {
            throw ToolFailure(
                exit: .badSource, message: "\(path) cannot be read: \(error.localizedDescription)",
                remedy: "check its permissions")
        }
    }

    static func source(_ path: String) throws(ToolFailure) -> FTAISource {
        FTAISource(file: path, bytes: try input(path))
    }

    /// Reads a document and all that it includes.
    ///
    /// - Parameter root: the folder that included documents are kept to; nil for that of the document.
    static func expanded(_ source: FTAISource, root: String? = nil) -> DocumentIncluder.Expansion {
        DocumentIncluder.onDisk(for: source.file, root: root, mode: .strict).expand(source)
    }

    /// Compiles a document with all that it includes, and shows what is wrong with it.
    static func compile(
        _ document: DocumentIncluder.Expansion, _ level: OptimizationLevel, _ console: Console,
        options: CompilationOptions = .init()
    ) throws(ToolFailure) -> CompilationOutcome {
        do {
            let outcome = try FTAICompiler().compile(document, level: level, options: options)
            console.note(document.report(outcome.warnings).rendered(.text, useColor: console.useColor))
            return outcome
        } catch {
            console.note(document.report(error.diagnostics).rendered(.text, useColor: console.useColor))
            let file = document.files.first?.source.file ?? "the document"
            throw ToolFailure(exit: .badSource, message: "\(file) does not compile")
        }
    }

    /// A program, from its document or from its compiled form; the bytes tell which it is. One from the cache comes without its
    /// document.
    static func program(
        _ path: String, _ level: OptimizationLevel, _ console: Console, root: String? = nil, usesCache: Bool = false
    ) throws(ToolFailure) -> (bytecode: FTAIBytecode, document: DocumentIncluder.Expansion?) {
        let bytes = try input(path)
        // The first byte of compiled programs begins no text.
        guard bytes.first == 0x89 else {
            let source = FTAISource(file: path, bytes: bytes)
            if usesCache, let known = ProgramCache.program(of: source, level, root: root) { return (known, nil) }
            let document = expanded(source, root: root)
            return (try compile(document, level, console).bytecode, document)
        }
        do {
            let bytecode = try FTAIBytecode(decoding: bytes)
            return (bytecode, nil)
        } catch {
            throw ToolFailure(
                exit: .badSource, message: "\(path): \(error)", remedy: "compile its document again: ftai compile …")
        }
    }

    /// Writes a file as a whole or not at all.
    static func write(_ bytes: [UInt8], to path: String) throws(ToolFailure) {
        do {
            try Data(bytes).write(to: URL(filePath: path), options: .atomic)
        } catch {
            throw ToolFailure(
                exit: .outputFailed, message: "\(path) cannot be written: \(error.localizedDescription)",
                remedy: "name another place with -o")
        }
    }

    private static func folder(of path: String) -> String {
        let folder = URL(filePath: path).deletingLastPathComponent().relativePath
        return folder.isEmpty ? "." : folder
    }
}
