// What the machine is like before a run: read from the system, judged elsewhere.

import Crypto
import Foundation

/// A look at the machine and what is around it. Whatever the system does not tell is nil.
struct MachineState: Hashable, Sendable {
    /// Power as the system describes it.
    enum Power: Hashable, Sendable {
        /// There is no battery.
        case mainsOnly
        case charging(percent: Int?)
        case battery(percent: Int?)
    }

    /// Free space where reports are written.
    var freeDiskBytes: Int64?
    var totalMemoryBytes: Int64?
    /// Memory that programs can still have, without swapping.
    var availableMemoryBytes: Int64?
    /// The mean number of runnable threads in the last minute.
    var load: Double?
    var cores: Int?
    /// Such as `performance`; how the first core's clock is governed.
    var governor: String?
    var power: Power?
    /// Whether there is a way out of this machine.
    var hasRoute: Bool?
    /// Whether the system has a sound device.
    var hasSoundDevice: Bool?
    /// Short for the program that measures, the reference engine inside it included.
    var program: String?

    /// Looks at this machine; free space is that of `folder`, or of the nearest folder above it that exists.
    static func current(folder: String) -> MachineState {
        let memory = SystemFile.numbers(in: "/proc/meminfo")
        return MachineState(
            freeDiskBytes: freeSpace(of: folder), totalMemoryBytes: memory["MemTotal"].map { $0 << 10 },
            availableMemoryBytes: memory["MemAvailable"].map { $0 << 10 },
            load: SystemFile.text("/proc/loadavg")?.split(separator: " ").first.flatMap { Double($0) },
            cores: ProcessInfo.processInfo.activeProcessorCount,
            governor: SystemFile.text("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor"),
            power: power(), hasRoute: route(), hasSoundDevice: soundDevice(), program: program)
    }

    private static func freeSpace(of folder: String) -> Int64? {
        var url = URL(fileURLWithPath: folder).standardizedFileURL
        while url.path != "/", !FileManager.default.fileExists(atPath: url.path) {
            url = url.deletingLastPathComponent()
        }
        let attributes = try? FileManager.default.attributesOfFileSystem(forPath: url.path)
        return (attributes?[.systemFreeSize] as? NSNumber)?.int64Value
    }

    /// Linux keeps a folder for each battery and each adapter in `/sys/class/power_supply`.
    private static func power() -> Power? {
        let root = "/sys/class/power_supply"
        guard let supplies = try? FileManager.default.contentsOfDirectory(atPath: root) else { return nil }
        let batteries = supplies.filter {
            SystemFile.text("\(root)/\($0)/type") == "Battery" && SystemFile.text("\(root)/\($0)/scope") != "Device"
        }
        guard let battery = batteries.sorted().first else { return .mainsOnly }
        let percent = SystemFile.text("\(root)/\(battery)/capacity").flatMap { Int($0) }
        let isDraining = SystemFile.text("\(root)/\(battery)/status") == "Discharging"
        return isDraining ? .battery(percent: percent) : .charging(percent: percent)
    }

    /// A default route has the destination 0.
    private static func route() -> Bool? {
        guard let table = SystemFile.text("/proc/net/route") else { return nil }
        return table.split(separator: "\n").dropFirst().contains { line in
            let fields = line.split(whereSeparator: \.isWhitespace)
            return fields.count > 1 && fields[1] == "00000000"
        }
    }

    private static func soundDevice() -> Bool? {
        guard FileManager.default.fileExists(atPath: "/proc") else { return nil }
        let cards = SystemFile.text("/proc/asound/cards") ?? ""
        return !cards.isEmpty && !cards.contains("no soundcards")
    }

    /// SHA-256 of the program, read once.
    private static let program: String? = {
        guard let path = Bundle.main.executablePath, let handle = FileHandle(forReadingAtPath: path) else { return nil }
        defer { try? handle.close() }
        var hash = SHA256()
        while let part = try? handle.read(upToCount: 1 << 20), !part.isEmpty { hash.update(data: part) }
        return hash.finalize().prefix(8).map { byte in
            let text = String(byte, radix: 16)
            return text.count == 1 ? "0" + text : text
        }.joined()
    }()
}

/// Small files in which the system tells about itself.
private enum SystemFile {
    /// The text without spaces and line ends around it; nil when there is no such file.
    static func text(_ path: String) -> String? {
        (try? String(contentsOfFile: path, encoding: .utf8))?.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// The numbers of lines such as `MemTotal:  8 kB`.
    static func numbers(in path: String) -> [String: Int64] {
        var numbers: [String: Int64] = [:]
        for line in (text(path) ?? "").split(separator: "\n") {
            let parts = line.split(separator: ":", maxSplits: 1)
            guard parts.count == 2, let number = parts[1].split(separator: " ").first.flatMap({ Int64($0) }) else {
                continue
            }
            numbers[String(parts[0])] = number
        }
        return numbers
    }
}
