// What this process uses of the machine: processor time, memory, open files.

import Foundation

/// A reading of what the process has used, and uses.
public struct ProcessUsage: Hashable, Sendable {
    /// Processor time of all threads since the start of the process, in user and system mode.
    public var cpu: Duration
    /// Memory that is resident at the moment, in bytes; nil where the system does not tell.
    public var residentBytes: Int64?

    public init(cpu: Duration, residentBytes: Int64?) {
        self.cpu = cpu
        self.residentBytes = residentBytes
    }

    /// Reads both; takes some ten microseconds.
    public static func current() -> ProcessUsage {
        ProcessUsage(cpu: cpuTime(), residentBytes: residentMemory())
    }

    /// Files, sockets and pipes that the process holds open; nil where the system does not tell.
    public static func openDescriptors() -> Int? {
        // Listing the folder opens it, which is one more.
        (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")).map { max(0, $0.count - 1) }
    }

    /// From getrusage(2).
    private static func cpuTime() -> Duration {
        var usage = rusage()
        #if os(Linux)
            getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        #else
            getrusage(RUSAGE_SELF, &usage)
        #endif
        func duration(_ time: timeval) -> Duration {
            .seconds(Int64(time.tv_sec)) + .microseconds(Int64(time.tv_usec))
        }
        return duration(usage.ru_utime) + duration(usage.ru_stime)
    }

    /// From proc(5), `/proc/self/statm`: its second number counts resident pages.
    private static func residentMemory() -> Int64? {
        guard let file = fopen("/proc/self/statm", "r") else { return nil }
        defer { fclose(file) }
        var line = [CChar](repeating: 0, count: 128)
        guard fgets(&line, Int32(line.count), file) != nil else { return nil }
        let text = String(decoding: line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let numbers = text.split(separator: " ")
        guard numbers.count > 1, let pages = Int64(numbers[1]) else { return nil }
        return pages * Int64(sysconf(Int32(_SC_PAGESIZE)))
    }
}
