// What is to be compiled, and how: everything that the key of an entry is made of.

import Crypto
import FTAI
import FTAICompiler
import SerenaNetBytecode

/// A document, and how it is to be compiled.
public struct CompilationRequest: Sendable {
    /// Where the documents come from that a document includes.
    public struct Includes: Sendable {
        /// The folder that no included document may lie outside of.
        public var root: String
        public var files: any IncludedFiles & Sendable

        public init(root: String, files: any IncludedFiles & Sendable) {
            self.root = root
            self.files = files
        }
    }

    public var source: FTAISource
    public var level: OptimizationLevel
    public var options: CompilationOptions
    /// Nil for a document that stands alone; its `@include` tags are left as they are.
    public var includes: Includes?

    public init(
        _ source: FTAISource, level: OptimizationLevel = .basic, options: CompilationOptions = CompilationOptions(),
        includes: Includes? = nil
    ) {
        self.source = source
        self.level = level
        self.options = options
        self.includes = includes
    }
}

/// An included document, as it was when a program was compiled.
struct Dependency: Hashable, Sendable {
    /// As messages name it.
    var path: String
    /// With every link followed.
    var canonicalPath: String
    var hash: String
}

/// Makes the keys of requests for one compiler.
struct KeyMaker: Sendable {
    private let identity: CompilerIdentity

    init(_ identity: CompilerIdentity) {
        self.identity = identity
    }

    /// The key of a request without regard to what the document includes.
    func key(of request: CompilationRequest) -> CacheKey {
        var hasher = FieldHasher()
        hasher.add("serena bytecode cache 1")
        hasher.add(identity.version)
        hasher.add(identity.hostInterface)
        hasher.add(request.level.rawValue)
        hasher.add(Self.text(of: request.options))
        hasher.add(request.source.file)
        if let includes = request.includes {
            hasher.add(includes.files.canonicalPath(of: includes.root) ?? includes.root)
            hasher.add(includes.files.canonicalPath(of: request.source.file) ?? "")
        }
        hasher.add(request.source.bytes)
        return CacheKey(hasher.digest)
    }

    /// The key of a request whose document includes others: the same when there are none.
    func key(_ plain: CacheKey, with dependencies: [Dependency]) -> CacheKey {
        guard !dependencies.isEmpty else { return plain }
        var hasher = FieldHasher()
        hasher.add(plain.bytes)
        for dependency in dependencies {
            hasher.add(dependency.path)
            hasher.add(dependency.canonicalPath)
            hasher.add(dependency.hash)
        }
        return CacheKey(hasher.digest)
    }

    private static func text(of options: CompilationOptions) -> String {
        let passes = options.disabledPasses.map(\.rawValue).sorted().joined(separator: " ")
        return "\(passes)\n\(options.keepsVariables)\n\(options.profile?.json ?? "")"
    }
}

extension CompilationRequest.Includes {
    /// The document at a path as it is now; nil when it is not there or may no longer be included.
    func dependency(at path: String) -> Dependency? {
        guard let folder = files.canonicalPath(of: root), let canonical = files.canonicalPath(of: path),
            canonical.hasPrefix(folder.hasSuffix("/") ? folder : folder + "/"),
            let bytes = files.bytes(of: canonical, limit: FTAISource.maximumSize), bytes.count <= FTAISource.maximumSize
        else { return nil }
        return Dependency(
            path: path, canonicalPath: canonical, hash: Hexadecimal.text(of: SHA256.hash(data: bytes)))
    }
}
