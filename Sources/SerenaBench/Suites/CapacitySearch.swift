// Finds the greatest load that is still carried: doubling, then bisection.

/// A search for the greatest number for which something holds.
enum CapacitySearch {
    /// What was tried, in order, and what came of it.
    struct Finding: Hashable {
        /// The greatest number that held; 0 when not even 1 did.
        var capacity: Int
        /// Whether the search ended at its limit, so that there may be more.
        var isLimited: Bool
        var tried: [Int]
    }

    /// Finds the greatest number from 1 to `limit` for which `holds`, supposing that what holds for a number holds for all below.
    static func run(limit: Int, holds: (Int) async throws -> Bool) async rethrows -> Finding {
        var finding = Finding(capacity: 0, isLimited: false, tried: [])
        var candidate = 1
        var broken: Int?
        while broken == nil, candidate <= limit {
            finding.tried.append(candidate)
            if try await holds(candidate) {
                finding.capacity = candidate
                guard candidate < limit else { break }
                candidate = min(limit, candidate * 2)
            } else {
                broken = candidate
            }
        }
        if var broken {
            while broken - finding.capacity > 1 {
                let middle = (broken + finding.capacity) / 2
                finding.tried.append(middle)
                if try await holds(middle) { finding.capacity = middle } else { broken = middle }
            }
        } else {
            finding.isLimited = true
        }
        return finding
    }
}
