// What the code of a function reads and writes, in the order in which it will stand.

import SerenaNetBytecode

/// The blocks and instructions of a function as a few flat lists: what is asked again and again of each value is found without
/// going through blocks, and lists of operands, that own memory.
///
/// Blocks are named by their place in the order of the code.
struct CodeOutline: ~Copyable {
    struct Instruction {
        /// −1 where it gives no value.
        var result: Int32
        /// Behind its last operand in ``CodeOutline/reads``; the first stands behind the last of the one before it.
        var lastRead: Int32
        /// See ``OperationProperties/keepsOperands``.
        var keepsOperands: Bool
    }

    struct Block {
        /// Behind its last instruction; its first stands behind the last of the block before it.
        var lastInstruction: Int32
        /// In ``CodeOutline/reads``: behind what its instructions read stands what its end reads, and then what its jump brings.
        var firstEndRead: Int32
        var firstArgument: Int32
        var lastArgument: Int32
        /// Behind its last parameter in ``CodeOutline/parameters``.
        var lastParameter: Int32
        /// Behind the last place in ``CodeOutline/targets`` that control may go to from it; that of a jump is the first.
        var lastTarget: Int32
    }

    private(set) var instructions: [Instruction] = []
    private(set) var blocks: [Block] = []
    private(set) var reads: [Int32] = []
    private(set) var parameters: [Int32] = []
    /// By block, where control may go, be it because something fails.
    private(set) var targets: [Int32] = []
    /// By value, the block that gives it.
    private(set) var homes: NumberTable
    let valueCount: Int

    /// - Parameter function: no branch brings arguments; only jumps do.
    init(_ function: IRFunction) {
        valueCount = function.types.count
        homes = NumberTable(filledWith: 0, count: valueCount)
        var places = NumberTable(count: function.blocks.count)
        for place in function.layout.indices { places[function.layout[place]] = place }
        blocks.reserveCapacity(function.layout.count)
        instructions.reserveCapacity(function.instructions.count)
        reads.reserveCapacity(2 * function.instructions.count + 2 * function.layout.count)
        targets.reserveCapacity(2 * function.layout.count)
        for value in function.inputs { parameters.append(Int32(truncatingIfNeeded: value)) }
        for place in function.layout.indices {
            append(function.layout[place], at: place, of: function, places)
        }
    }

    private mutating func append(
        _ number: IRBlockNumber, at place: Int, of function: IRFunction, _ places: borrowing NumberTable
    ) {
        // The inputs of the function are given where it begins, as parameters are.
        for value in function.blocks[number].parameters { parameters.append(Int32(truncatingIfNeeded: value)) }
        for value in Int(blocks.last?.lastParameter ?? 0)..<parameters.count { homes[Int(parameters[value])] = place }
        for index in function.blocks[number].code {
            for operand in 0..<function.instructions[index].operands.count {
                reads.append(Int32(truncatingIfNeeded: function.instructions[index].operands[operand]))
            }
            let result = function.instructions[index].result
            if result >= 0 { homes[result] = place }
            let keeps = function.properties(at: index).contains(.keepsOperands)
            instructions.append(
                Instruction(
                    result: Int32(truncatingIfNeeded: result), lastRead: Int32(truncatingIfNeeded: reads.count),
                    keepsOperands: keeps))
        }
        let firstEndRead = Int32(truncatingIfNeeded: reads.count)
        var firstArgument = firstEndRead
        switch function.blocks[number].terminator {
        case .jump(let edge):
            for value in edge.arguments { reads.append(Int32(truncatingIfNeeded: value)) }
            targets.append(Int32(truncatingIfNeeded: places[edge.target]))
        case .branch(let condition, let first, let second):
            reads.append(Int32(truncatingIfNeeded: condition.left))
            if condition.right >= 0 { reads.append(Int32(truncatingIfNeeded: condition.right)) }
            targets.append(Int32(truncatingIfNeeded: places[first.target]))
            targets.append(Int32(truncatingIfNeeded: places[second.target]))
            firstArgument = Int32(truncatingIfNeeded: reads.count)
        case .attempt(let first, let second):
            targets.append(Int32(truncatingIfNeeded: places[first.target]))
            targets.append(Int32(truncatingIfNeeded: places[second.target]))
        case .returnValue(let value), .fail(let value):
            reads.append(Int32(truncatingIfNeeded: value))
            firstArgument += 1
        case .returnNothing: break
        }
        // From every place of a protected block control may come to where its failures are caught.
        var handler = function.blocks[number].handler
        while handler > 0 {
            targets.append(Int32(truncatingIfNeeded: places[function.handlers[handler - 1].target]))
            handler = function.handlers[handler - 1].parent
        }
        blocks.append(
            Block(
                lastInstruction: Int32(truncatingIfNeeded: instructions.count), firstEndRead: firstEndRead,
                firstArgument: firstArgument, lastArgument: Int32(truncatingIfNeeded: reads.count),
                lastParameter: Int32(truncatingIfNeeded: parameters.count),
                lastTarget: Int32(truncatingIfNeeded: targets.count)))
    }

    // MARK: Parts of a block

    /// The numbers of its instructions.
    @inline(__always)
    func code(of block: Int) -> Range<Int> {
        (block == 0 ? 0 : Int(blocks[block - 1].lastInstruction))..<Int(blocks[block].lastInstruction)
    }

    /// Where in ``reads`` everything stands that it reads, what it brings to other blocks included.
    @inline(__always)
    func reads(of block: Int) -> Range<Int> {
        (block == 0 ? 0 : Int(blocks[block - 1].lastArgument))..<Int(blocks[block].lastArgument)
    }

    /// Where in ``reads`` stands what its end reads by itself.
    @inline(__always)
    func endReads(of block: Int) -> Range<Int> {
        Int(blocks[block].firstEndRead)..<Int(blocks[block].firstArgument)
    }

    /// Where in ``reads`` stands what its jump brings.
    @inline(__always)
    func arguments(of block: Int) -> Range<Int> {
        Int(blocks[block].firstArgument)..<Int(blocks[block].lastArgument)
    }

    /// Where in ``parameters`` stands what it is brought; the inputs of the function are those of its first block.
    @inline(__always)
    func parameters(of block: Int) -> Range<Int> {
        (block == 0 ? 0 : Int(blocks[block - 1].lastParameter))..<Int(blocks[block].lastParameter)
    }

    /// Where in ``targets`` stands where control may go.
    @inline(__always)
    func targets(of block: Int) -> Range<Int> {
        (block == 0 ? 0 : Int(blocks[block - 1].lastTarget))..<Int(blocks[block].lastTarget)
    }

    /// How deep each block is in loops, as far as the order of the code shows it: where it goes back, what it goes back over is a
    /// loop.
    var loopDepths: [Int32] {
        var depths = [Int32](filledWith: 0, count: blocks.count)
        // By the block that a loop begins with, its last.
        var ends: [(first: Int, last: Int)] = []
        for block in blocks.indices {
            for place in targets(of: block) where Int(targets[place]) <= block {
                let first = Int(targets[place])
                if let known = ends.firstIndex(where: { $0.first == first }) {
                    ends[known].last = block
                } else {
                    ends.append((first, block))
                }
            }
        }
        for loop in ends { for block in loop.first...loop.last { depths[block] += 1 } }
        return depths
    }
}
