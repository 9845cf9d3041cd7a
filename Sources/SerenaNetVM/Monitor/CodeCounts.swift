// How often the words of a program were executed, and what that means for its lines.

import SerenaNetBytecode

/// Counts by word of code, however they came about.
struct CodeCounts {
    /// How often the instruction that begins with the word was executed.
    var executions: [UInt64]
    /// How often the next instruction was not the one behind it.
    var departures: [UInt64]
    /// How often it took memory, and how many bytes.
    var allocations: [UInt64]
    var bytes: [UInt64]
    /// How often each function was entered.
    var calls: [UInt64]

    init(words: Int, functions: Int) {
        executions = [UInt64](repeating: 0, count: words)
        (departures, allocations, bytes) = (executions, executions, executions)
        calls = [UInt64](repeating: 0, count: functions)
    }

    /// - Parameter task: what the profile is said to be of.
    func profile(of program: LoadedProgram, task: String) -> ExecutionProfile {
        let bytecode = program.bytecode
        return ExecutionProfile(
            program: bytecode.id, sourceFile: bytecode.metadata.sourceFile, sourceHash: bytecode.sourceHash,
            cacheKey: bytecode.metadata.cacheKey, level: bytecode.optimizationLevel, task: task,
            functions: bytecode.functions.indices.map { profile(ofFunction: $0, of: program) })
    }

    private func profile(ofFunction index: Int, of program: LoadedProgram) -> FunctionProfile {
        let bytecode = program.bytecode
        let function = bytecode.functions[index]
        let words = program.instructionWords(of: index)
        var profile = FunctionProfile(
            name: function.name, calls: calls[index], executions: words.map { executions[$0] })
        var sites: [CallSite: UInt64] = [:]
        var lines: [Line: LineProfile] = [:]
        for (position, instruction) in bytecode.instructions(of: function).enumerated() {
            let (count, word) = (profile.executions[position], words[position])
            if count == 0 { continue }
            if instruction.opcode.isConditionalJump {
                profile.jumps.append(JumpProfile(instruction: position, taken: departures[word]))
            }
            guard let line = function.line(at: position) else { continue }
            if instruction.opcode == .call {
                sites[CallSite(line: line, callee: bytecode.functions[Int(instruction.b)].name), default: 0] &+= count
            }
            let key = Line(file: bytecode.file(at: position, of: function), line: line)
            var figures = lines[key] ?? LineProfile(file: key.file, line: line, visits: 0, instructions: 0)
            figures.visits = max(figures.visits, count)
            figures.instructions &+= count
            figures.allocations &+= allocations[word]
            figures.bytes &+= bytes[word]
            lines[key] = figures
        }
        profile.callSites = sites.sorted { ($0.key.line, $0.key.callee) < ($1.key.line, $1.key.callee) }
            .map { CallSiteProfile(line: $0.key.line, callee: $0.key.callee, calls: $0.value) }
        profile.lines = lines.values.sorted { ($0.file ?? "", $0.line) < ($1.file ?? "", $1.line) }
        return profile
    }

    private struct Line: Hashable {
        let file: String?
        let line: Int
    }

    private struct CallSite: Hashable {
        let line: Int
        let callee: String
    }
}

extension FTAIBytecode {
    /// The included document that an instruction of a function comes from; nil for the main one.
    func file(at position: Int, of function: BytecodeFunction) -> String? {
        guard let task = function.tasks(at: position).first, task != function.name else { return function.file }
        return functions.first { $0.name == task }?.file
    }
}

extension LoadedProgram {
    /// The words at which the instructions of a function begin, counted from the beginning of the program's code.
    func instructionWords(of function: Int) -> [Int] {
        var words: [Int] = []
        var next = firstWords[function]
        for instruction in bytecode.instructions(of: bytecode.functions[function]) {
            words.append(next)
            next += instruction.wordCount
        }
        return words
    }
}
