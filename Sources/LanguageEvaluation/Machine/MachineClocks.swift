// Processor time, and programs of others that are run as processes.

import EvaluationInterface
import Foundation
import SerenaNetVM

/// Why a benchmark program could not be measured.
enum EvaluationFailure {
    static func of(_ program: String, _ step: Execution.Step) -> EvaluationError {
        EvaluationError("`\(program)` does not come to its end: \(step)")
    }
}

/// Readings of processor time, in seconds.
enum ProcessorTime {
    /// Of this thread.
    static var ofThread: Double {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
    }

    /// Of the children that have ended.
    static var ofChildren: Double {
        var usage = rusage()
        // RUSAGE_CHILDREN, which is imported with another type on every platform.
        getrusage(-1, &usage)
        func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) * 1e-6 }
        return seconds(usage.ru_utime) + seconds(usage.ru_stime)
    }
}

/// A program of the system that runs as a process of its own.
struct OutsideProgram {
    let path: String
    var arguments: [String] = []

    var isInstalled: Bool { FileManager.default.isExecutableFile(atPath: path) }

    /// Runs it to its end.
    ///
    /// - Returns: what it writes to standard output.
    /// - Throws: ``EvaluationError`` when it ends with an error.
    func run(_ more: [String]) throws -> String {
        let process = Process()
        process.executableURL = URL(filePath: path)
        process.arguments = arguments + more
        let (output, errors) = (Pipe(), Pipe())
        process.standardOutput = output
        process.standardError = errors
        try process.run()
        // Both are short: neither pipe fills up while the other is read.
        let text = output.fileHandleForReading.readDataToEndOfFile()
        let complaint = errors.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            let reason = String(decoding: complaint, as: UTF8.self).prefix(400)
            throw EvaluationError("\(path) \((arguments + more).joined(separator: " ")) fails: \(reason)")
        }
        return String(decoding: text, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
    }
}

/// A folder for the programs that others read from files; gone when the body is left.
func withTemporaryFolder<Result>(_ body: (URL) throws -> Result) throws -> Result {
    let folder = FileManager.default.temporaryDirectory.appending(path: "serena-vm-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    return try body(folder)
}

/// exp of the mean of the logarithms; 1 for none.
func geometricMean(_ ratios: [Double]) -> Double {
    ratios.isEmpty ? 1 : exp(ratios.map { log($0) }.reduce(0, +) / Double(ratios.count))
}
