// The state of one execution, and what happens to it outside the interpreter's loop.

import Instrumentation
import SerenaNetBytecode

/// Why the interpreter's loop was left.
enum MachineExit {
    /// The task has returned.
    case finished
    /// The instructions granted so far are used up.
    case refuel
    /// A call has no room on the stack, or is one too many.
    case callRefused
    /// The program waits for its host.
    case suspended
    /// The turn is over; the program goes on when it is its turn again.
    case turnEnded
    /// The observer does not allow the next instruction.
    case paused
    /// A slow operation has left its reason in ``Machine/failure``.
    case failed
    case overflow, divisionByZero, nullValue
}

/// Runs one task of a program from its inputs to its result. Used by one thread at a time.
final class Machine {
    let program: LoadedProgram
    /// The function of the task.
    let task: Int
    /// Machine code of the task, once it is hot.
    var machineCode: MachineCode?
    /// How many instructions the program has been told of, see ``TranslatedTasks``.
    var reported: UInt64 = 0
    let requirements: PerformanceRequirements
    let heap: Heap
    var meter: WorkMeter

    /// The result of the task, then the frames, each directly after its caller's.
    var stack: UnsafeMutableRawPointer
    var stackSize: Int

    // What the interpreter's loop keeps in locals while it runs.
    var pc: UnsafeRawPointer
    var base: UnsafeMutableRawPointer
    /// Bytes from `base` to the registers of a frame above.
    var frameSize: Int
    var depth = 1
    /// Instructions that may still be executed of those granted; the last few before a check may overdraw it.
    var fuel: Int64 = 0
    /// Instructions granted since the beginning.
    var granted: Int64 = 0

    /// When so many instructions have been executed since the beginning, others go first.
    var turnEnd = UInt64.max
    /// Whether an instruction was stopped for the collector since the last refuelling; none is stopped again until the next.
    var hasRetried = false
    /// How many instructions had been executed when memory was last short.
    var executedAtShortage: UInt64 = .max

    /// Looks at the program now and then; nil when nobody does.
    var sampler: BurstSampler?

    /// Why the program ends, once it is known that it must.
    var failure: Failure?

    /// A reason before it is joined with its place.
    enum Failure {
        case fault(RuntimeFault.Kind)
        case error(VMError)
    }

    /// Bytes below the task's own frame: the slot for its result, and its header.
    private static let outerSize = 8 + FunctionEntry.headerSize
    private static let smallestStack = 2_048

    /// Prepares the call of `function`; nil when not even its frame fits the memory.
    init(
        program: LoadedProgram, function: Int, requirements: PerformanceRequirements, clock: any EngineClock,
        pace: CollectorPace = .ordinary
    ) {
        self.program = program
        task = function
        self.requirements = requirements
        heap = Heap(limit: requirements.maxMemoryUsage, clock: clock, pace: pace)
        meter = WorkMeter(clock: clock, limit: requirements.maxExecutionTime)
        let entry = program.functions.load(fromByteOffset: function * FunctionEntry.stride, as: FunctionEntry.self)
        stackSize = max(Self.smallestStack, Self.outerSize + entry.frameSize)
        stack = .allocate(byteCount: stackSize, alignment: 16)
        stack.initializeMemory(as: UInt8.self, repeating: 0, count: stackSize)
        pc = UnsafeRawPointer(entry.code)
        base = stack + Self.outerSize
        frameSize = entry.frameSize
        stack.storeBytes(of: program.halt, toByteOffset: 8, as: UnsafeRawPointer.self)
        stack.storeBytes(of: UInt64(Self.outerSize), toByteOffset: 16, as: UInt64.self)
        if !heap.reserve(stackSize) { failure = memoryFailure }
        heap.count(.stack, bytes: stackSize)
        if requirements.maxCallDepth < 1 {
            failure = .fault(.callDepth(limit: requirements.maxCallDepth))
        }
    }

    deinit {
        stack.deallocate()
    }

    /// Exact at every suspension and at the end.
    var instructionsExecuted: UInt64 {
        UInt64(max(0, granted - fuel))
    }

    /// Runs until the task has returned, waits for the host, is paused by its observer, or must end; `failure` is set in the
    /// last case.
    func run<Observer: InstructionObserver>(_ observer: inout Observer) -> MachineExit {
        meter.start()
        sampler?.begin(instructionsExecuted)
        defer {
            meter.stop()
            sampler?.end(instructionsExecuted)
            if !Observer.isActive { countInstructions() }
        }
        if failure == nil { failure = meter.check() }
        while true {
            if failure != nil {
                guard recover(&observer) else { return .failed }
                // A handler can lead back to what fails, without a jump that would look at the budgets.
                if fuel <= 0, refuelAndCollect() { return .turnEnded }
                if failure != nil { continue }
            }
            heap.state.pointee.canRefuse = !hasRetried
            let exit = proceed(&observer)
            heap.state.pointee.canRefuse = false
            switch exit {
            case .finished, .suspended, .paused, .turnEnded: return exit
            case .refuel:
                if refuelAndCollect() { return .turnEnded }
            case .callRefused:
                observer.callWillRepeat()
                growStack()
            case .failed: if collectForRetry() { observer.callWillRepeat() }
            case .overflow: failure = .fault(.integerOverflow)
            case .divisionByZero: failure = .fault(.divisionByZero)
            case .nullValue: failure = .fault(.nullValue)
            }
        }
    }

    /// Executes up to a reason to leave the loop, first under the eyes of the monitor when it is time for that.
    private func proceed<Observer: InstructionObserver>(_ observer: inout Observer) -> MachineExit {
        if !Observer.isActive, let sampler, sampler.isDue(at: instructionsExecuted) {
            let exit = sampler.burst(self)
            if exit != .paused { return exit }
        }
        return execute(&observer)
    }

    private func recover<Observer: InstructionObserver>(_ observer: inout Observer) -> Bool {
        guard recover() else { return false }
        observer.failureWasCaught()
        return true
    }

    /// Grants the next slice of instructions, and lets the collector begin if it is its time.
    ///
    /// - Returns: whether the turn is over.
    func refuelAndCollect() -> Bool {
        refuel()
        hasRetried = false
        collectIfDue()
        return failure == nil && instructionsExecuted >= turnEnd
    }

    /// Grants the next slice of instructions, unless a budget is used up.
    func refuel() {
        if let failure = meter.check() {
            self.failure = failure
            return
        }
        let limit = Int64(clamping: requirements.maxInstructions)
        let executed = granted - fuel
        guard executed < limit else {
            failure = .error(.performanceThresholdExceeded(metric: "instructions", value: Double(executed)))
            return
        }
        let slice = min(
            heap.pace.slice, limit - executed, sampler?.distance(from: UInt64(clamping: executed)) ?? .max)
        granted += slice - fuel
        fuel = slice
    }

    /// Makes room for another frame of the largest size, or ends the program at the limit of calls.
    private func growStack() {
        guard depth < requirements.maxCallDepth else {
            failure = .fault(.callDepth(limit: requirements.maxCallDepth))
            return
        }
        let largestFrame = BytecodeLimits.registers * 8 + FunctionEntry.headerSize
        let size = max(stackSize * 2, stackSize + largestFrame)
        if !heap.reserve(size - stackSize) {
            guard collectFully(), heap.reserve(size - stackSize) else {
                failure = failure ?? memoryFailure
                return
            }
        }
        heap.count(.stack, bytes: size - stackSize)
        let larger = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: 16)
        larger.copyMemory(from: stack, byteCount: stackSize)
        base = larger + (base - stack)
        stack.deallocate()
        stack = larger
        stackSize = size
    }

    /// What the heap's last refusal means to the program.
    var memoryFailure: Failure {
        .error(.memoryExhausted(requested: heap.refusal?.requested ?? 0, available: heap.refusal?.available ?? 0))
    }

    // MARK: Where the program is

    /// The place of the current instruction, and the tasks on the way to it.
    var location: ProgramLocation {
        let bytecode = program.bytecode
        var stack: [String] = []
        var line: Int?
        forEachFrame { place, _ in
            let function = bytecode.functions[place.function]
            if stack.isEmpty { line = function.line(at: place.instruction) }
            stack += function.tasks(at: place.instruction)
            return true
        }
        let file = stack.first.map(bytecode.file(ofTask:)) ?? bytecode.metadata.sourceFile
        return ProgramLocation(file: file, line: line, stack: stack)
    }

    /// Visits the open calls, the innermost first, each with the instruction at which it stands and its registers.
    ///
    /// - Parameter visit: false ends the walk.
    func forEachFrame(
        _ visit: (_ place: (function: Int, instruction: Int), _ base: UnsafeMutableRawPointer) -> Bool
    ) {
        var pointer = pc
        var frame = base
        // A deep recursion returns to few places, and finding one is a walk over the code.
        var places: [UnsafeRawPointer: (function: Int, instruction: Int)] = [:]
        while let place = places[pointer] ?? program.place(of: pointer) {
            places[pointer] = place
            guard visit(place, frame) else { return }
            // The address to return to lies behind the call, so the word before it is the call's.
            pointer = frame.load(fromByteOffset: -16, as: UnsafeRawPointer.self) - 8
            frame -= Int(frame.load(fromByteOffset: -8, as: UInt64.self) & 0xFFFF_FFFF)
            if frame == stack { break }
        }
    }
}

/// How long a program has computed, and when to look at the clock again.
struct WorkMeter {
    private let clock: any EngineClock
    private let limit: Duration
    private var spent: Duration
    private var started: Instant?

    /// Bytes handled by slow operations between two looks at the clock: well under a millisecond's work.
    static let workBetweenChecks = 1 << 18

    /// - Parameter spent: what was computed before.
    init(clock: any EngineClock, limit: Duration, spent: Duration = .zero) {
        self.clock = clock
        self.limit = limit
        self.spent = spent
    }

    /// The time between starts and stops.
    var elapsed: Duration {
        spent + (started.map { clock.now - $0 } ?? .zero)
    }

    mutating func start() {
        started = clock.now
    }

    mutating func stop() {
        spent = elapsed
        started = nil
    }

    /// The reason to end the program, if time is up or nobody waits for it any more.
    func check() -> Machine.Failure? {
        if Task.isCancelled { return .fault(.cancelled) }
        let elapsed = elapsed
        return elapsed > limit ? .error(.executionTimeout(duration: elapsed)) : nil
    }
}
