// What is assembled for arm64 does the same as what is assembled for x86-64, where an emulator is at hand.

#if arch(x86_64) && os(Linux)
    import Foundation
    import SerenaNetBytecode
    import Testing

    @testable import SerenaNetVM

    /// Memory that machine code works on, at the same address here and under emulation: the shared block, the VM's stack, lists.
    private struct Arena {
        static let address: UInt = 0x10_0000_0000
        static let size = 16_384
        private static let stackOffset = 128
        private static let stackSize = 12_288
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
            for (index, value) in arguments.enumerated() { base.set(index * 8, Self.slot(of: value, &free)) }
            memory.storeBytes(of: base, toByteOffset: MachineCodeState.base, as: UnsafeMutableRawPointer.self)
            memory.storeBytes(of: fuel, toByteOffset: MachineCodeState.fuel, as: Int64.self)
            memory.storeBytes(of: stack + Self.stackSize, toByteOffset: MachineCodeState.stackEnd, as: type(of: stack))
            memory.storeBytes(of: program.code, toByteOffset: MachineCodeState.code, as: type(of: stack))
            memory.storeBytes(of: 1, toByteOffset: MachineCodeState.depth, as: Int.self)
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

    /// A program for arm64 Linux that runs machine code on an arena and writes the arena, followed by the answer, to standard output.
    private struct ARMProgram {
        private static let codeAddress = 0x40_0000
        private static let codeOffset = 0x1000

        let image: [UInt8]

        init?(_ program: LoadedProgram, function: Int, arena: [UInt8]) {
            guard let translation = TaskTranslator<ARMAssembler>(program).translate(task: function),
                let entry = translation.entries.first(where: { $0.word == program.firstWords[function] })
            else { return nil }
            let (start, slow, refuel) = Self.start(translation.enter, entry.position, size: translation.code.count)
            var data = arena
            func put(_ value: Int, at offset: Int) {
                for byte in 0..<8 { data[offset + byte] = UInt8(truncatingIfNeeded: value >> (8 * byte)) }
            }
            put(64 * ARMAssembler.bytesPerCall, at: MachineCodeState.stackAllowance)
            put(Self.codeAddress + Self.codeOffset + slow, at: MachineCodeState.slow)
            put(Self.codeAddress + Self.codeOffset + refuel, at: MachineCodeState.refuel)
            let code = translation.code + start
            var image = Self.header(code: code.count, data: data.count + 8, entry: translation.code.count)
            image += [UInt8](repeating: 0, count: Self.codeOffset - image.count) + code
            image += [UInt8](repeating: 0, count: (4_096 - image.count % 4_096) % 4_096) + data
            self.image = image + [UInt8](repeating: 0, count: 8)
        }

        /// What the system calls first, and the functions that machine code calls: both let it end. They stand behind the code.
        private static func start(_ enter: Int, _ entry: Int, size: Int) -> (bytes: [UInt8], slow: Int, refuel: Int) {
            var assembler = ARMAssembler()
            func set(_ register: UInt8, _ value: Int) {
                assembler.constant(IntegerRegister(register), UInt64(value))
            }
            set(0, Int(Arena.address))
            set(1, codeAddress + codeOffset + entry)
            set(2, codeAddress + codeOffset + enter)
            assembler.emit(0xD63F_0000, 0, 2)  // blr x2
            set(1, Int(Arena.address))
            assembler.store(IntegerRegister(0), field: Arena.size, of: IntegerRegister(1))
            set(0, 1)
            set(2, Arena.size + 8)
            set(8, 64)  // write
            assembler.emit(0xD400_0001)  // svc 0
            set(0, 0)
            set(8, 93)  // exit
            assembler.emit(0xD400_0001)
            let slow = size + assembler.buffer.count
            set(0, SlowAnswer.failed.rawValue)
            assembler.emit(0xD65F_03C0)  // ret
            let refuel = size + assembler.buffer.count
            set(0, MachineCodeEnd.failed.rawValue)
            assembler.emit(0xD65F_03C0)
            return (assembler.finish() ?? [], slow, refuel)
        }

        /// The header of an ELF file with two segments: the code, and the arena with a word for the answer.
        private static func header(code: Int, data: Int, entry: Int) -> [UInt8] {
            var bytes: [UInt8] = [0x7F, 0x45, 0x4C, 0x46, 2, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0]
            func put(_ value: Int, _ size: Int) {
                for byte in 0..<size { bytes.append(UInt8(truncatingIfNeeded: value >> (8 * byte))) }
            }
            // Executable, for AArch64, version 1; entry; program headers behind this one.
            for (value, size) in [(2, 2), (183, 2), (1, 4), (codeAddress + codeOffset + entry, 8), (64, 8), (0, 8)] {
                put(value, size)
            }
            for (value, size) in [(0, 4), (64, 2), (56, 2), (2, 2), (64, 2), (0, 2), (0, 2)] { put(value, size) }
            let dataOffset = (codeOffset + code + 4_095) / 4_096 * 4_096
            for (flags, offset, address, size) in [
                (5, codeOffset, codeAddress + codeOffset, code), (6, dataOffset, Int(Arena.address), data),
            ] {
                put(1, 4)
                put(flags, 4)
                for value in [offset, address, address, size, size, 4_096] { put(value, 8) }
            }
            return bytes
        }

        func run(by emulator: String, _ file: URL) throws -> [UInt8] {
            try Data(image).write(to: file)
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
            let file = FileManager.default.temporaryDirectory.appending(path: "serena-arm-\(UUID().uuidString)")
            defer { try? FileManager.default.removeItem(at: file) }
            for (bytecode, task, arguments) in Self.programs {
                // What is repeated goes on to the end of its fuel.
                for (bytecode, fuel) in [(bytecode, Int64(1) << 40), (bytecode.repeated(), 300)] {
                    let program = try LoadedProgram(bytecode, machineCode: .off)
                    let function = try #require(bytecode.task(named: task)?.function)
                    arena.prepare(program, function: function, arguments, fuel: fuel)
                    let translated = try #require(ARMProgram(program, function: function, arena: arena.bytes))
                    let emulated = try translated.run(by: Self.emulator ?? "", file)
                    try #require(emulated.count == Arena.size + 8)
                    let end = try run(program, function, on: arena)
                    let text = "\(arguments)\n\(Disassembly(of: bytecode).text)"
                    #expect(emulated[Arena.size] == UInt8(end.rawValue), "\(text)")
                    let isSame =
                        Arena.comparable(Array(emulated.prefix(Arena.size))) == Arena.comparable(arena.bytes)
                    #expect(isSame, "\(text)")
                }
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
