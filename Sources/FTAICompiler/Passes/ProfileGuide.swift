// What a recorded run tells the passes.

import SerenaNetBytecode

/// How often lines were come to and calls were made while a profile was recorded.
///
/// A profile is a hint: whatever stands in it, the program does the same. Only lines and call sites are read, which mean the same
/// at every level; see docs/profile.md.
struct ProfileGuide {
    private struct Site: Hashable {
        let line: UInt32
        let callee: String
    }

    private var visits: [UInt32: UInt64] = [:]
    private var calls: [Site: UInt64] = [:]
    private let total: UInt64

    /// A call that is made more often than once in so many instructions is worth a larger program.
    private static let hotInterval: UInt64 = 200

    /// Nil for a profile of another source.
    ///
    /// - Parameter place: the line of the code that is compiled which a line of a file is; nil stands for the document itself. What
    ///   is told of lines that are no longer there is left out.
    init?(
        _ profile: ExecutionProfile, sourceHash: String,
        place: (_ file: String?, _ line: Int) -> Int? = { file, line in file == nil ? line : nil }
    ) {
        guard profile.sourceHash == sourceHash else { return nil }
        total = profile.instructionsExecuted
        for function in profile.functions {
            // The lines of inlined tasks may stand in another file than those around them.
            var files: [Int: String?] = [:]
            for line in function.lines {
                files[line.line] = line.file
                guard let here = place(line.file, line.line) else { continue }
                visits[UInt32(truncatingIfNeeded: here), default: 0] &+= line.visits
            }
            for site in function.callSites {
                guard let line = place(files[site.line] ?? nil, site.line) else { continue }
                calls[Site(line: UInt32(truncatingIfNeeded: line), callee: site.callee), default: 0] &+= site.calls
            }
        }
    }

    /// How often a line was come to.
    func visits(of line: UInt32) -> UInt64 { visits[line] ?? 0 }

    func isHot(_ callee: String, calledFrom line: UInt32) -> Bool {
        let (count, overflow) = (calls[Site(line: line, callee: callee)] ?? 0)
            .multipliedReportingOverflow(by: Self.hotInterval)
        return overflow || count > total
    }

    func isNeverCalled(_ callee: String, from line: UInt32) -> Bool {
        calls[Site(line: line, callee: callee)] == nil
    }

    /// The share of the times in which a branch goes to the first of two blocks; nil when the lines do not tell.
    ///
    /// - Parameters:
    ///   - branch: the line of the branch.
    ///   - first, second: the lines that the blocks begin with; nil for a block that others lead to as well.
    func share(branch: UInt32, first: UInt32?, second: UInt32?) -> Double? {
        let all = Double(visits(of: branch))
        guard all > 0 else { return nil }
        let share: Double
        if let first, first != branch {
            share = Double(visits(of: first)) / all
        } else if let second, second != branch {
            share = 1 - Double(visits(of: second)) / all
        } else {
            return nil
        }
        return min(max(share, 0.001), 0.999)
    }
}
