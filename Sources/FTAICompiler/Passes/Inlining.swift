// Inlining: short tasks stand in the place of their calls.

import SerenaNetBytecode

/// Puts the code of a task where it is called, when it is short or called once.
///
/// Before: `v2 = call double(v0)`. After: `v1 = loadInt 2`, `v2 = mulInt v0, v1`. The source map keeps the call, so that an error in
/// the code names the same line and the same tasks on the way as without inlining.
///
/// A task that calls itself is put into itself a few times, so that several calls become one. With a profile, longer tasks are put
/// where they are called often, and none where they never were.
struct Inlining {
    /// Tasks up to this size are put wherever they are called.
    static let shortTask = 40
    /// Tasks that are called from one place, up to this size.
    static let singleCall = 300
    /// Tasks up to this size are put where a profile says that they are called often.
    static let hotTask = 200
    /// What a task may grow to by inlining.
    static let largestResult = 450
    /// What a task may grow to by inlining itself: GCC's limit, `max-inline-insns-recursive-auto`.
    static let largestRecursion = 450

    private var program: IRProgram
    private var callCounts: [Int]
    private let guide: ProfileGuide?

    static func apply(to program: inout IRProgram, _ guide: ProfileGuide? = nil) {
        var pass = Inlining(program, guide)
        program.functions = []
        for index in pass.calleesFirst() { pass.expand(index) }
        program.functions = pass.program.functions
    }

    private init(_ program: IRProgram, _ guide: ProfileGuide?) {
        self.program = program
        self.guide = guide
        callCounts = [Int](repeating: 0, count: program.functions.count)
        for function in program.functions {
            for callee in Self.callees(of: function) { callCounts[callee] += 1 }
        }
    }

    private static func callees(of function: IRFunction) -> [Int] {
        function.layout.flatMap { function.blocks[$0].code }.compactMap { index in
            function.instructions[index].opcode == .call ? Int(function.instructions[index].payload) : nil
        }
    }

    /// The tasks, each behind those that it calls, as far as there is such an order.
    private func calleesFirst() -> [Int] {
        var order: [Int] = []
        var isSeen = [Bool](repeating: false, count: program.functions.count)
        let callees = program.functions.map { Self.callees(of: $0) }
        for start in program.functions.indices where !isSeen[start] {
            isSeen[start] = true
            var stack = [(task: start, next: 0)]
            while let (task, next) = stack.last {
                guard next < callees[task].count else {
                    order.append(task)
                    stack.removeLast()
                    continue
                }
                stack[stack.count - 1].next += 1
                let callee = callees[task][next]
                if !isSeen[callee] {
                    isSeen[callee] = true
                    stack.append((callee, 0))
                }
            }
        }
        return order
    }

    private mutating func expand(_ index: Int) {
        let original = program.functions[index]
        var function = IRFunction(name: "", result: nil, line: 0)
        swap(&function, &program.functions[index])
        let size = original.size
        // First what others do, then, while there is room, the task itself.
        for isRecursion in [false, true] {
            var hasRoom = true
            while hasRoom {
                let sites = callSites(of: function, in: index, isRecursion: isRecursion, selfSize: size)
                hasRoom = isRecursion && !sites.isEmpty && function.size + sites.count * size <= Self.largestRecursion
                if isRecursion, !hasRoom { break }
                // From the last, so that the places before it stay where they are.
                for site in sites.reversed() where function.size < Self.largestResult {
                    let callee = isRecursion ? original : program.functions[site.callee]
                    InlinedBody.put(callee, at: site, of: &function)
                }
            }
        }
        TrivialParameters.remove(from: &function)
        swap(&function, &program.functions[index])
    }

    private func callSites(
        of function: IRFunction, in caller: Int, isRecursion: Bool, selfSize: Int
    ) -> [InlinedBody.Site] {
        var sites: [InlinedBody.Site] = []
        for block in function.layout {
            for (position, index) in function.blocks[block].code.enumerated() {
                let instruction = function.instructions[index]
                guard instruction.opcode == .call else { continue }
                let callee = Int(instruction.payload)
                let isWanted =
                    callee == caller
                    ? isRecursion && selfSize <= Self.shortTask
                        && guide?.isNeverCalled(program.functions[callee].name, from: instruction.line) != true
                    : !isRecursion && isWorthwhile(callee, at: instruction.line)
                if isWanted { sites.append(.init(block: block, position: position, callee: callee)) }
            }
        }
        return sites
    }

    private func isWorthwhile(_ callee: Int, at line: UInt32) -> Bool {
        let size = program.functions[callee].size
        if let guide {
            let name = program.functions[callee].name
            if guide.isNeverCalled(name, from: line) { return false }
            if size <= Self.hotTask, guide.isHot(name, calledFrom: line) { return true }
        }
        return size <= Self.shortTask || (callCounts[callee] == 1 && size <= Self.singleCall)
    }
}

/// The copy of a task in the place of a call.
enum InlinedBody {
    /// The place of a call.
    struct Site {
        let block: IRBlockNumber
        let position: Int
        let callee: Int
    }

    static func put(_ callee: IRFunction, at site: Site, of function: inout IRFunction) {
        let call = function.instructions[function.blocks[site.block].code[site.position]]
        let behind = split(at: site, call, in: &function)
        function.inlined.append(IRInlinedCall(name: callee.name, parent: call.scope))
        let scope = function.inlined.count
        for inner in callee.inlined {
            function.inlined.append(
                IRInlinedCall(name: inner.name, parent: inner.parent == 0 ? scope : inner.parent + scope))
        }
        func outer(_ inner: Int) -> Int { inner == 0 ? scope : inner + scope }
        let (firstCell, firstHandler) = (function.cells.count, function.handlers.count)
        let around = function.blocks[site.block].handler
        function.cells += callee.cells
        func handler(_ inner: Int) -> Int { inner == 0 ? around : inner + firstHandler }

        let firstValue = function.types.count
        let firstBlock = function.blocks.count
        for inner in callee.handlers {
            function.handlers.append(
                IRHandler(
                    target: inner.target + firstBlock, message: inner.message < 0 ? -1 : inner.message + firstCell,
                    kind: inner.kind < 0 ? -1 : inner.kind + firstCell, parent: handler(inner.parent)))
        }
        var values = Array(firstValue..<(firstValue + callee.types.count))
        function.types += callee.types
        for (input, argument) in zip(callee.inputs, call.operands) { values[input] = argument }
        for block in callee.blocks {
            var copy = block
            copy.parameters = IRValueList(block.parameters.map { values[$0] })
            copy.scope = outer(block.scope)
            copy.handler = handler(block.handler)
            copy.code = block.code.map { index in
                var instruction = callee.instructions[index]
                for operand in instruction.operands.indices {
                    instruction.operands[operand] = values[instruction.operands[operand]]
                }
                if instruction.result >= 0 { instruction.result = values[instruction.result] }
                instruction.scope = outer(instruction.scope)
                if instruction.cell >= 0 { instruction.cell += firstCell }
                function.instructions.append(instruction)
                return function.instructions.count - 1
            }
            copy.terminator.mapValues { values[$0] }
            switch copy.terminator {
            case .returnValue(let value):
                copy.terminator = .jump(IREdge(target: behind, arguments: call.result < 0 ? [] : [value]))
            case .returnNothing: copy.terminator = .jump(IREdge(target: behind))
            case .fail: break
            case .jump, .branch, .attempt:
                copy.terminator.mapEdges { IREdge(target: $0.target + firstBlock, arguments: $0.arguments) }
            }
            function.blocks.append(copy)
        }
        function.blocks[site.block].terminator = .jump(IREdge(target: callee.entry + firstBlock))
        let place = function.layout.firstIndex(of: site.block) ?? 0
        function.layout.insert(contentsOf: callee.layout.map { $0 + firstBlock } + [behind], at: place + 1)
    }

    /// Cuts the block at the call, which goes; what stands behind it takes the result as its parameter.
    private static func split(at site: Site, _ call: IRInstruction, in function: inout IRFunction) -> IRBlockNumber {
        let behind = function.makeBlock()
        function.blocks[behind].code = Array(function.blocks[site.block].code[(site.position + 1)...])
        function.blocks[behind].terminator = function.blocks[site.block].terminator
        function.blocks[behind].line = function.blocks[site.block].line
        function.blocks[behind].scope = function.blocks[site.block].scope
        function.blocks[behind].handler = function.blocks[site.block].handler
        if call.result >= 0 { function.blocks[behind].parameters = [call.result] }
        function.blocks[site.block].code.removeSubrange(site.position...)
        function.blocks[site.block].line = call.line
        function.blocks[site.block].scope = call.scope
        return behind
    }
}
