// Runs passes over a program in intermediate form.

import SerenaNetBytecode

/// What the caller of the compiler chooses besides the level.
public struct CompilationOptions: Hashable, Sendable {
    /// Passes that are not run, though the level has them.
    public var disabledPasses: Set<Pass> = []
    /// Whether every variable and input has a register of its own throughout its task, for a debugger; see ``ProgramVariable``.
    public var keepsVariables = false
    /// What a run of the program showed, for the passes `inlining` and `layout`. One of another source is passed over.
    public var profile: ExecutionProfile?

    public init(
        disabledPasses: Set<Pass> = [], keepsVariables: Bool = false, profile: ExecutionProfile? = nil
    ) {
        self.disabledPasses = disabledPasses
        self.keepsVariables = keepsVariables
        self.profile = profile
    }
}

/// Applies the passes of a level.
struct Optimizer {
    let level: OptimizationLevel
    let options: CompilationOptions
    var guide: ProfileGuide?

    /// The passes that run, in order.
    var passes: [Pass] {
        Pass.passes(of: level).filter { !options.disabledPasses.contains($0) }
    }

    /// - Parameter observe: called after each pass, with the program as it then is.
    func run(_ program: inout IRProgram, observe: (Pass, IRProgram) -> Void = { _, _ in }) {
        for pass in passes {
            Self.apply(pass, to: &program, level, guide)
            observe(pass, program)
        }
    }

    static func apply(
        _ pass: Pass, to program: inout IRProgram, _ level: OptimizationLevel, _ guide: ProfileGuide? = nil
    ) {
        if pass == .inlining { return Inlining.apply(to: &program, guide) }
        for index in program.functions.indices {
            // Taken out while it is worked on, so that nobody else holds it and it need not be copied.
            var function = IRFunction(name: "", result: nil, line: 0)
            swap(&function, &program.functions[index])
            apply(pass, to: &function, of: &program, level, guide)
            swap(&function, &program.functions[index])
        }
    }

    private static func apply(
        _ pass: Pass, to function: inout IRFunction, of program: inout IRProgram, _ level: OptimizationLevel,
        _ guide: ProfileGuide?
    ) {
        switch pass {
        case .copies: TrivialParameters.remove(from: &function)
        case .folding: Folding.apply(to: &function, texts: &program.texts)
        case .deadCode: DeadCode.remove(from: &function, isThorough: level != .basic)
        case .flow: FlowSimplification.apply(to: &function)
        case .commonSubexpressions: CommonSubexpressions.apply(to: &function)
        case .loopInversion: LoopInversion.apply(to: &function)
        case .loopInvariants: LoopInvariants.apply(to: &function)
        case .tailDuplication: TailDuplication.apply(to: &function)
        case .immediates: Immediates.apply(to: &function)
        case .loopUnrolling: LoopUnrolling.apply(to: &function)
        case .loopElements: LoopElements.apply(to: &function)
        case .fusion: Fusion.apply(to: &function)
        case .layout: BlockPlacement.apply(to: &function, guide)
        case .texts: Texts.apply(to: &function, texts: &program.texts)
        // These work on the whole program, or while the code is written.
        case .inlining, .loopFusion: break
        }
    }
}
