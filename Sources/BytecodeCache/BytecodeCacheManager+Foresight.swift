// Compiling ahead: what was asked for in earlier talks, and what will probably be asked for now.

import FTAICompiler
import SerenaNetBytecode

extension BytecodeCacheManager {
    /// Makes the document of an operation known, so that it can be compiled before it is asked for.
    ///
    /// - Parameter operation: whatever the caller calls so; the same name as in ``noteUse(of:elapsed:)``.
    public func register(_ request: CompilationRequest, as operation: String) {
        state.withLock { $0.catalog[operation] = request }
    }

    /// Begins a talk: what is used from now on follows nothing.
    public func beginTalk(_ name: String) {
        readPatterns()
        state.withLock { state in
            (state.talk, state.previous, state.elapsed) = (name, nil, .zero)
        }
    }

    /// Counts that an operation was asked for in the talk that goes on. Touches memory alone.
    ///
    /// - Parameter elapsed: since the talk began.
    public func noteUse(of operation: String, elapsed: Duration) {
        let (previous, talk) = state.withLock { state in
            defer { (state.previous, state.elapsed) = (operation, elapsed) }
            return (state.previous, state.talk)
        }
        noteUse(of: operation, after: previous, in: talk, elapsed: elapsed)
    }

    /// Counts that an operation was asked for, for callers that hold several talks at once and keep their own account of each.
    ///
    /// - Parameter previous: the operation before it; nil for the first of a talk.
    public func noteUse(of operation: String, after previous: String?, in talk: String, elapsed: Duration) {
        state.withLock { state in
            state.patterns.add(operation, after: previous, in: talk, elapsed: elapsed)
            state.newPatterns.add(operation, after: previous, in: talk, elapsed: elapsed)
        }
    }

    /// What this process and those before it saw being asked for.
    public var patterns: UsagePatterns {
        readPatterns()
        return state.withLock { $0.patterns }
    }

    @discardableResult
    public func precompileCommonOperations() -> Precompilation {
        precompileCommonOperations(atMost: .max)
    }

    /// As ``precompileCommonOperations()``, and no more than so many operations: between two turns there is not time for all.
    @discardableResult
    public func precompileCommonOperations(atMost limit: Int) -> Precompilation {
        readPatterns()
        let likely = state.withLock { state in
            state.patterns.likely(after: state.previous, in: state.talk, elapsed: state.elapsed).prefix(limit)
                .compactMap { guess in state.catalog[guess.operation].map { (guess.operation, $0) } }
        }
        return precompile(likely)
    }

    /// Compiles the documents of operations before they are asked for: all of a scenario, for example, before it begins. What does not fit the memory is on the
    /// disk then, where there is one.
    @discardableResult
    public func precompile(_ operations: [(operation: String, request: CompilationRequest)]) -> Precompilation {
        var done = Precompilation()
        for (operation, request) in operations {
            // Without a disk, what is compiled when the memory is full would only drive out what is more likely.
            guard configuration.folder != nil || state.withLock({ $0.memoryLeft > 0 }) else { break }
            if let key = key(for: request), state.withLock({ $0.contains(key) }) {
                done.ready += 1
                continue
            }
            do {
                let answer = try program(for: request)
                state.withLock { $0.countAsAhead(answer.key, origin: answer.origin) }
                if answer.origin == .compiler { done.compiled.append(operation) } else { done.ready += 1 }
            } catch {
                done.failed.append(operation)
            }
        }
        return done
    }

    private func readPatterns() {
        guard let disk, state.withLock({ !$0.hasReadPatterns }) else { return }
        let known = disk.use { $0.patterns() }
        state.withLock { state in
            guard !state.hasReadPatterns else { return }
            state.hasReadPatterns = true
            state.patterns.add(known)
        }
    }
}
