// The service times of a run on disk, beside its result.

import Instrumentation

/// What each worker's work took in one run on a virtual clock: with it, the run can be repeated event by event.
struct RecordedServiceTimes: Codable, Hashable, Sendable {
    static let currentSchemaVersion = 1
    static let kind = "serviceTimes"

    var schemaVersion = Self.currentSchemaVersion
    var kind = Self.kind
    /// Nanoseconds, by the name of the worker, in the order in which the work was done.
    var stretchesNs: [String: [Int64]]

    init(_ times: ServiceTimes) {
        stretchesNs = times.stretchesNs
    }

    var times: ServiceTimes { ServiceTimes(stretchesNs: stretchesNs) }

    /// Where a run's times are kept, relative to the result.
    static func path(run: Int) -> String {
        "service-times/run\(run).json"
    }

    /// - Throws: ``BenchError`` with ``ExitCode/usage`` when the file is missing, damaged, or holds a negative time.
    static func read(_ path: String) throws(BenchError) -> ServiceTimes {
        let file = try JSONDocument.read(
            RecordedServiceTimes.self, kind: kind, version: currentSchemaVersion, from: path, failure: .usage)
        guard file.stretchesNs.values.allSatisfy({ $0.allSatisfy { $0 >= 0 } }) else {
            throw BenchError(.usage, "\(path) holds a negative time")
        }
        return file.times
    }
}
