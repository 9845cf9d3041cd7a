// Counting the instructions that the processor executes for a program, by callgrind of valgrind.

import EvaluationInterface
import Foundation

/// Runs programs under callgrind.
struct Callgrind {
    private let folder: URL
    /// A library that is put in front of the others.
    private let suspension: URL

    /// What is not installed of the programs that this takes.
    static var missing: [String] {
        ["/usr/bin/valgrind", "/usr/bin/strip"].filter { !OutsideProgram(path: $0).isInstalled }
    }

    /// While its threads work, the main thread of a program in Swift sleeps in `sigsuspend`, whose argument stands in memory that
    /// is only read. Valgrind, up to 3.19 at least, writes there what signals it keeps for itself, and ends. So it gets a copy.
    private static let source = """
        #include <signal.h>
        #include <sys/syscall.h>
        #include <unistd.h>

        int sigsuspend(const sigset_t *mask) {
            sigset_t copy = *mask;
            return (int)syscall(SYS_rt_sigsuspend, &copy, 8L);
        }
        """

    /// - Parameter folder: for what is written on the way.
    /// - Throws: ``EvaluationError`` when the library does not compile, for which `clang` comes with Swift.
    init(folder: URL) throws {
        self.folder = folder
        let source = folder.appending(path: "suspension.c")
        suspension = folder.appending(path: "suspension.so")
        try Data(Self.source.utf8).write(to: source)
        _ = try OutsideProgram(path: "/usr/bin/env", arguments: ["clang", "-shared", "-fPIC", "-O1"])
            .run(["-o", suspension.path(percentEncoded: false), source.path(percentEncoded: false)])
    }

    /// A copy of a program without what debuggers need: callgrind does not get through that of a large one.
    func stripped(_ program: OutsideProgram) throws -> OutsideProgram {
        let copy = folder.appending(path: URL(filePath: program.path).lastPathComponent).path(percentEncoded: false)
        _ = try OutsideProgram(path: "/usr/bin/strip").run(["--strip-debug", "-o", copy, program.path])
        return OutsideProgram(path: copy)
    }

    /// Runs a program to its end. Swift's hashes begin with the same number each time, so that its tables look the same.
    ///
    /// - Throws: ``EvaluationError`` when the program ends with an error.
    func instructions(of program: OutsideProgram, _ arguments: [String]) throws -> Int {
        let figures = folder.appending(path: "callgrind.out")
        let valgrind = OutsideProgram(
            path: "/usr/bin/env",
            arguments: [
                "SWIFT_DETERMINISTIC_HASHING=1", "LD_PRELOAD=\(suspension.path(percentEncoded: false))",
                "/usr/bin/valgrind", "--quiet",
                "--tool=callgrind", "--callgrind-out-file=\(figures.path(percentEncoded: false))", program.path,
            ])
        _ = try valgrind.run(arguments)
        let lines = try String(contentsOf: figures, encoding: .utf8).split(separator: "\n")
        let total = lines.last { $0.hasPrefix("totals: ") }
        guard let count = total?.split(separator: " ").last.flatMap({ Int($0) }) else {
            throw EvaluationError("callgrind has counted nothing of \(program.path)")
        }
        return count
    }
}
