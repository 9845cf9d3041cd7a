// The machine that a figure was measured on.

import Crypto
import Foundation

/// Names a machine well enough to tell whether two figures come from the same kind of it.
public struct Machine: Codable, Hashable, Sendable {
    /// The model of the processor.
    public var cpu: String
    /// Cores that the program may use.
    public var cores: Int
    public var memoryBytes: UInt64
    public var os: String
    /// Short for the four above.
    public var fingerprint: String

    public init(cpu: String, cores: Int, memoryBytes: UInt64, os: String) {
        self.cpu = cpu
        self.cores = cores
        self.memoryBytes = memoryBytes
        self.os = os
        let text = "\(cpu)|\(cores)|\(memoryBytes >> 30)|\(os)"
        fingerprint = String(Digest.sha256(of: Data(text.utf8)).prefix(16))
    }

    /// This machine.
    public static func current() -> Machine {
        let process = ProcessInfo.processInfo
        return Machine(
            cpu: processorModel() ?? "unknown processor", cores: process.activeProcessorCount,
            memoryBytes: process.physicalMemory,
            os: operatingSystem() ?? process.operatingSystemVersionString)
    }

    private static func processorModel() -> String? {
        value(of: "model name", separator: ":", in: "/proc/cpuinfo")
    }

    private static func operatingSystem() -> String? {
        value(of: "PRETTY_NAME", separator: "=", in: "/etc/os-release")
    }

    private static func value(of key: String, separator: Character, in path: String) -> String? {
        guard let text = try? String(contentsOfFile: path, encoding: .utf8) else { return nil }
        for line in text.split(separator: "\n") {
            let parts = line.split(separator: separator, maxSplits: 1)
            guard parts.count == 2, parts[0].trimmingCharacters(in: .whitespaces) == key else { continue }
            return parts[1].trimmingCharacters(in: CharacterSet(charactersIn: " \t\""))
        }
        return nil
    }
}

/// SHA-256 in hexadecimal.
enum Digest {
    static func sha256(of data: Data) -> String {
        SHA256.hash(data: data).map { byte in
            let text = String(byte, radix: 16)
            return text.count == 1 ? "0" + text : text
        }.joined()
    }
}
