// Which compiler makes the bytecode, and for which host: the part of a key that is the same for all programs.

import Crypto
import FTAICompiler
import Foundation
import SerenaNetBytecode

/// The compiler and the interface that its programs have to the outside.
public struct CompilerIdentity: Hashable, Sendable {
    /// Such as `4`, or `4+b7c1` for one build of it.
    public let version: String
    /// The fingerprint of everything that a program may call: instructions, built-in functions, requests to the host.
    public let hostInterface: String

    public init(version: String = FTAICompiler.version, hostInterface: String = Self.hostFingerprint) {
        self.version = version
        self.hostInterface = hostInterface
    }

    /// The compiler as it is built into the program of the caller.
    ///
    /// The version of the compiler is a promise of its authors; while they work on it, two builds with the same version make different bytecode. Size
    /// and date of the executable tell builds apart, so that what an older build made is left alone.
    public static func ofThisProgram() -> CompilerIdentity {
        var status = stat()
        guard let path = Bundle.main.executablePath, stat(path, &status) == 0 else { return CompilerIdentity() }
        #if os(Linux)
            let changed = status.st_mtim
        #else
            let changed = status.st_mtimespec
        #endif
        var hasher = FieldHasher()
        for number in [Int64(status.st_size), Int64(changed.tv_sec), Int64(changed.tv_nsec)] {
            hasher.add(UInt64(bitPattern: number))
        }
        let build = Hexadecimal.text(of: hasher.digest.prefix(4))
        return CompilerIdentity(version: "\(FTAICompiler.version)+\(build)")
    }

    /// Changes with every instruction and every built-in function that is added, taken away or given another meaning.
    public static let hostFingerprint: String = {
        var hasher = FieldHasher()
        hasher.add(VMOpcode.referenceTable)
        for builtin in Builtin.allCases {
            let signature = builtin.signature
            hasher.add("\(signature.name) \(signature.parameters) \(signature.result)")
        }
        return Hexadecimal.text(of: hasher.digest.prefix(8))
    }()
}
