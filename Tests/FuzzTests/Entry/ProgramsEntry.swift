// Runs made programs one after the other, without libFuzzer: scripts/fuzz compiles this file with some of the targets. The package
// leaves it out.
//
// Nothing is learnt from what a program reaches, so there is no need to measure that, which takes more time than running it.

import Foundation
import SerenaNetBytecode

/// Which programs are being run, should one of them be the last.
nonisolated(unsafe) private var current = (batch: 0, number: 0)

/// Processor time that a batch may take, in seconds; it takes a hundredth.
private let longestBatch = 20

@_silgen_name("__sanitizer_set_death_callback")
private func whenDying(_ callback: @convention(c) () -> Void)

/// `target SECONDS TOTALS` goes on where the last run with these totals has ended; `target SECONDS TOTALS BATCH` runs the programs
/// from that batch on, counts nothing there, and shows the program that is run last.
@main
struct ProgramsEntry {
    static func main() throws {
        let arguments = CommandLine.arguments
        guard arguments.count > 2, let seconds = Double(arguments[1]) else { exit(64) }
        whenDying {
            print("found by program \(current.number) of batch \(current.batch)")
            fflush(nil)
        }
        signal(SIGVTALRM) { _ in abort() }
        let first = arguments.count > 3 ? Int(arguments[3]) : nil
        let file = URL(filePath: arguments[2])
        let earlier = first == nil ? (try? String(contentsOf: file, encoding: .utf8)) ?? "" : ""
        let earlierTotals = TrialTotals(text: earlier)
        current.batch = first ?? Self.batches(in: earlier)
        let end = Date(timeIntervalSinceNow: seconds)
        var nextSave = Date(timeIntervalSinceNow: 20)
        repeat {
            runBatch(shows: first != nil)
            if first == nil, Date() > nextSave {
                try save(earlierTotals, to: file)
                nextSave = Date(timeIntervalSinceNow: 20)
            }
        } while Date() < end
        report(ProgramCount.made.withLock { $0 }, title: "this run")
        if first == nil { report(try save(earlierTotals, to: file), title: "all runs") }
    }

    private static func runBatch(shows: Bool) {
        var limit = itimerval(
            it_interval: timeval(), it_value: timeval(tv_sec: longestBatch, tv_usec: 0))
        setitimer(__itimer_which_t(ITIMER_VIRTUAL.rawValue), &limit, nil)
        fuzzMadePrograms(seedMark + Array("\(current.batch)".utf8)) { number, program in
            current.number = number
            guard shows else { return }
            print("program \(number):\n\(Disassembly(of: program).text)")
            fflush(nil)
        }
        current.batch += 1
    }

    private static func batches(in text: String) -> Int {
        text.split(separator: "\n").first { $0.hasPrefix("batches ") }.flatMap { Int($0.dropFirst(8)) } ?? 0
    }

    /// - Returns: the totals of all runs.
    @discardableResult private static func save(_ earlier: TrialTotals, to file: URL) throws -> TrialTotals {
        var all = earlier
        all.add(ProgramCount.made.withLock { $0 })
        try Data("batches \(current.batch)\n\(all.text)\n".utf8).write(to: file, options: .atomic)
        return all
    }

    private static func report(_ totals: TrialTotals, title: String) {
        let time = Double(clock()) / Double(CLOCKS_PER_SEC)
        print("\(title): \(totals.programs) programs accepted and run; this run took \(time) s of processor time")
        print(totals.text)
        print("never executed: \(totals.neverExecuted)")
    }
}
