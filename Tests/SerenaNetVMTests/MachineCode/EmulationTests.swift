// What is assembled for arm64 does the same as what is assembled for x86-64, where an emulator is at hand.

#if arch(x86_64) && os(Linux)
    import Foundation
    import SerenaNetBytecode
    import Testing

    @testable import SerenaNetVM

    /// Memory that machine code works on, at the same address here and under emulation: the shared block, the VM's stack, lists.
    private struct Arena {
        static let address: UInt = 0x10_0000_0000
        static let size = 4_096
        private static let stackOffset = 128
        private static let stackSize = 3_072
        private static let outerSize = 24
        /// What depends on the machine: stack pointers and functions, and how much a call takes.
        private static let ofTheMachine = [
            MachineCodeState.entryStack, MachineCodeState.stackLimit, MachineCodeState.machine, MachineCodeState.slow,
            MachineCodeState.stackAllowance, MachineCodeState.refuel,
        ]

        let memory: UnsafeMutableRawPointer

        init?() {
            let wanted = UnsafeMutableRawPointer(bitPattern: Self.address)
            guard let memory = mmap(wanted, Self.size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANON, -1, 0),
                memory == wanted
            else { return nil }
            self.memory = memory
        }

        func free() { munmap(memory, Self.size) }

        /// Ready for the first instruction of a function. Inputs that are no numbers and no lists of numbers are zero.
        func prepare(_ program: LoadedProgram, function: Int, _ arguments: [VMValue], fuel: Int64) {
            memory.initializeMemory(as: UInt8.self, repeating: 0, count: Self.size)
            let stack = memory + Self.stackOffset
            let base = stack + Self.outerSize
            stack.storeBytes(of: program.halt, toByteOffset: 8, as: UnsafeRawPointer.self)
            stack.storeBytes(of: Self.outerSize, toByteOffset: 16, as: Int.self)
            var free = memory + Self.stackOffset + Self.stackSize
            let types = program.bytecode.functions[function].registers
            for (index, value) in arguments.enumerated() where Self.isOfNumbers(types[index]) {
                base.set(index * 8, Self.slot(of: value, &free))
            }
            memory.storeBytes(of: base, toByteOffset: MachineCodeState.base, as: UnsafeMutableRawPointer.self)
            memory.storeBytes(of: fuel, toByteOffset: MachineCodeState.fuel, as: Int64.self)
            memory.storeBytes(of: stack + Self.stackSize, toByteOffset: MachineCodeState.stackEnd, as: type(of: stack))
            memory.storeBytes(of: program.code, toByteOffset: MachineCodeState.code, as: type(of: stack))
            memory.storeBytes(of: 1, toByteOffset: MachineCodeState.depth, as: Int.self)
        }

        private static func isOfNumbers(_ type: ValueType) -> Bool {
            switch type {
            case .int, .float, .bool: true
            case .list(let element): isOfNumbers(element)
            default: false
            }
        }

        private static func slot(of value: VMValue, _ free: inout UnsafeMutableRawPointer) -> UInt64 {
            switch value {
            case .int(let number): return UInt64(bitPattern: number)
            case .float(let number): return number.bitPattern
            case .bool(let flag): return flag ? 1 : 0
            case .list(let elements):
                let list = HeapList(free)
                list.initialize(inlineCapacity: elements.count)
                free += HeapList.headerSize + (elements.count + 1) / 2 * 16
                for element in elements { list.append(slot(of: element, &free)) }
                return UInt64(UInt(bitPattern: list.pointer))
            default: return 0
            }
        }

        static func comparable(_ bytes: [UInt8]) -> [UInt8] {
            var bytes = bytes
            for word in ofTheMachine { for byte in word..<word + 8 { bytes[byte] = 0 } }
            return bytes
        }

        var bytes: [UInt8] { Array(UnsafeRawBufferPointer(start: memory, count: Self.size)) }
    }

    /// A program for arm64 Linux that runs one piece of machine code after the other, each on an arena of its own, and writes
    /// each arena, followed by the answer, to standard output.
    private struct ARMProgram {
        private static let codeAddress = 0x40_0000
        private static let arenasAddress = 0x2000_0000
        private static let page = 4_096

        private var code: [UInt8] = []
        private var arenas: [UInt8] = []
        /// Where to go in.
        private var ways: [(enter: Int, entry: Int)] = []

        mutating func add(_ program: LoadedProgram, function: Int, arena: [UInt8]) throws {
            let translation = try #require(TaskTranslator<ARMAssembler>(program).translate(task: function))
            let entry = try #require(translation.entries.first { $0.word == program.firstWords[function] })
            ways.append((code.count + translation.enter, code.count + entry.position))
            code += translation.code
            arenas += arena
        }

        /// What the system calls first, and the functions that machine code calls: both let it end. They stand behind the code.
        private func start() -> (bytes: [UInt8], slow: Int, refuel: Int) {
            var assembler = ARMAssembler()
            func set(_ register: UInt8, _ value: Int) {
                assembler.constant(IntegerRegister(register), UInt64(value))
            }
            for (index, way) in ways.enumerated() {
                // Copied from the last word to the first.
                set(0, Self.arenasAddress + index * Arena.size - 8)
                set(1, Int(Arena.address) - 8)
                set(2, Arena.size / 8)
                let again = assembler.buffer.makeLabel()
                assembler.buffer.bind(again)
                assembler.emit(0xF860_7800, 3, 0, 2)  // ldr x3, [x0, x2, lsl 3]
                assembler.emit(0xF820_7800, 3, 1, 2)  // str x3, [x1, x2, lsl 3]
                assembler.addNumber(2, 2, -1, setsFlags: true)
                assembler.jump(on: .notEqual, again)
                set(0, Int(Arena.address))
                set(1, Self.codeAddress + way.entry)
                set(2, Self.codeAddress + way.enter)
                assembler.emit(0xD63F_0000, 0, 2)  // blr x2
                set(1, Int(Arena.address))
                assembler.store(IntegerRegister(0), field: Arena.size, of: IntegerRegister(1))
                set(0, 1)
                set(2, Arena.size + 8)
                set(8, 64)  // write
                assembler.emit(0xD400_0001)  // svc 0
            }
            set(0, 0)
            set(8, 93)  // exit
            assembler.emit(0xD400_0001)
            let slow = code.count + assembler.buffer.count
            set(0, SlowAnswer.failed.rawValue)
            assembler.emit(0xD65F_03C0)  // ret
            let refuel = code.count + assembler.buffer.count
            set(0, MachineCodeEnd.failed.rawValue)
            assembler.emit(0xD65F_03C0)
            return (assembler.finish() ?? [], slow, refuel)
        }

        /// An ELF file with three segments: the code, the arenas as they are before, and the one that is worked on.
        private func image() -> [UInt8] {
            let (start, slow, refuel) = start()
            var arenas = arenas
            func put(_ value: Int, at offset: Int) {
                for byte in 0..<8 { arenas[offset + byte] = UInt8(truncatingIfNeeded: value >> (8 * byte)) }
            }
            for arena in stride(from: 0, to: arenas.count, by: Arena.size) {
                put(64 * ARMAssembler.bytesPerCall, at: arena + MachineCodeState.stackAllowance)
                put(Self.codeAddress + slow, at: arena + MachineCodeState.slow)
                put(Self.codeAddress + refuel, at: arena + MachineCodeState.refuel)
            }
            let text = code + start
            let arenasOffset = Self.page + (text.count + Self.page - 1) / Self.page * Self.page
            var bytes: [UInt8] = [0x7F, 0x45, 0x4C, 0x46, 2, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0]
            func put(_ value: Int, _ size: Int) {
                for byte in 0..<size { bytes.append(UInt8(truncatingIfNeeded: value >> (8 * byte))) }
            }
            // Executable, for AArch64, version 1; where it starts; program headers behind this one.
            for (value, size) in [(2, 2), (183, 2), (1, 4), (Self.codeAddress + code.count, 8), (64, 8), (0, 8)] {
                put(value, size)
            }
            for (value, size) in [(0, 4), (64, 2), (56, 2), (3, 2), (64, 2), (0, 2), (0, 2)] { put(value, size) }
            for (flags, offset, address, inFile, inMemory) in [
                (5, Self.page, Self.codeAddress, text.count, text.count),
                (4, arenasOffset, Self.arenasAddress, arenas.count, arenas.count),
                (6, 0, Int(Arena.address), 0, Arena.size + 8),
            ] {
                put(1, 4)
                put(flags, 4)
                for value in [offset, address, address, inFile, inMemory, Self.page] { put(value, 8) }
            }
            bytes += [UInt8](repeating: 0, count: Self.page - bytes.count) + text
            return bytes + [UInt8](repeating: 0, count: arenasOffset - bytes.count) + arenas
        }

        func run(by emulator: String) throws -> [UInt8] {
            let file = FileManager.default.temporaryDirectory.appending(path: "serena-arm-\(UUID().uuidString)")
            defer { try? FileManager.default.removeItem(at: file) }
            try Data(image()).write(to: file)
            try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: file.path())
            let process = Process()
            process.executableURL = URL(filePath: emulator)
            process.arguments = [file.path()]
            let output = Pipe()
            process.standardOutput = output
            try process.run()
            let bytes = output.fileHandleForReading.readDataToEndOfFile()
            process.waitUntilExit()
            return Array(bytes)
        }
    }

    @Suite struct EmulationTests {
        /// Such as `/usr/bin/qemu-aarch64-static`.
        private static let emulator = ProcessInfo.processInfo.environment["SERENA_QEMU_ARM64"]

        private static let programs: [(FTAIBytecode, String, [VMValue])] =
            InstructionCase.all.map { ($0.program, "main", $0.arguments) }
            + [(assemble(loop), "main", [.int(1_000)]), (assemble(fibonacci), "fib", [.int(15)])]

        @Test(.enabled(if: emulator != nil))
        func whatIsAssembledForARMDoesTheSame() throws {
            let arena = try #require(Arena())
            defer { arena.free() }
            var batch = ARMProgram()
            var expected: [(text: String, end: MachineCodeEnd, bytes: [UInt8])] = []
            for (bytecode, task, arguments) in Self.programs {
                // What is repeated goes on to the end of its fuel.
                for (bytecode, fuel) in [(bytecode, Int64(1) << 40), (bytecode.repeated(), 300)] {
                    let program = try LoadedProgram(bytecode, machineCode: .off)
                    let function = try #require(bytecode.task(named: task)?.function)
                    arena.prepare(program, function: function, arguments, fuel: fuel)
                    try batch.add(program, function: function, arena: arena.bytes)
                    let end = try run(program, function, on: arena)
                    let text = "\(arguments)\n\(Disassembly(of: bytecode).text)"
                    expected.append((text, end, Arena.comparable(arena.bytes)))
                }
            }
            let emulated = try batch.run(by: Self.emulator ?? "")
            try #require(emulated.count == expected.count * (Arena.size + 8))
            for (index, expected) in expected.enumerated() {
                let bytes = Array(emulated[index * (Arena.size + 8)..<(index + 1) * (Arena.size + 8)])
                #expect(bytes[Arena.size] == UInt8(expected.end.rawValue), "\(expected.text)")
                let isSame = Arena.comparable(Array(bytes.prefix(Arena.size))) == expected.bytes
                #expect(isSame, "\(expected.text)")
            }
        }

        /// Runs the code of this machine.
        private func run(_ program: LoadedProgram, _ function: Int, on arena: Arena) throws -> MachineCodeEnd {
            typealias Answer = @convention(c) (UnsafeRawPointer, UnsafeRawPointer) -> Int
            let slow: Answer = { _, _ in SlowAnswer.failed.rawValue }
            let refuel: Answer = { _, _ in MachineCodeEnd.failed.rawValue }
            arena.memory.storeBytes(of: slow, toByteOffset: MachineCodeState.slow, as: Answer.self)
            arena.memory.storeBytes(of: refuel, toByteOffset: MachineCodeState.refuel, as: Answer.self)
            arena.memory.storeBytes(of: 64 * 8, toByteOffset: MachineCodeState.stackAllowance, as: Int.self)
            let code = try #require(MachineCode(program, task: function))
            let start = UnsafeRawPointer(program.code) + program.firstWords[function] * 8
            return code.run(arena.memory, from: try #require(code.entry(at: start, in: program)))
        }
    }
#endif
