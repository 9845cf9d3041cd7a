// ONNX Runtime, which computes networks: library, session and tensor.

import CONNXRuntime

/// Why a network could not be loaded or computed, in the library's words.
struct ONNXError: Error, CustomStringConvertible {
    let description: String
}

/// The opened library with its environment. Both live until the program ends: the library cannot be closed safely.
///
/// `@unchecked Sendable`: functions and handles are constant, and the library takes calls from any thread.
final class ONNXRuntime: @unchecked Sendable {
    /// Such as `1.23.2`.
    let version: String
    fileprivate let library: connx_library
    private let environment: UnsafeMutableRawPointer
    fileprivate let memory: UnsafeMutableRawPointer
    fileprivate let allocator: UnsafeMutableRawPointer

    /// Messages below this severity (ORT_LOGGING_LEVEL_ERROR) are not printed.
    private static let loggingLevel: Int32 = 3
    /// OrtDeviceAllocator and OrtMemTypeDefault: tensors stand in plain memory of this process.
    private static let deviceAllocator: Int32 = 0
    private static let defaultMemory: Int32 = 0

    init(libraryPath: String) throws(ONNXError) {
        var library = connx_library()
        var reason = [CChar](repeating: 0, count: 512)
        guard connx_open(libraryPath, &library, &reason, UInt64(reason.count)) == 0 else {
            let end = reason.firstIndex(of: 0) ?? reason.endIndex
            throw ONNXError(description: String(decoding: reason[..<end].map(UInt8.init(bitPattern:)), as: UTF8.self))
        }
        self.library = library
        version = library.version().map { String(cString: $0) } ?? "unknown"
        environment = try library.handle { library.create_environment(Self.loggingLevel, "serena", $0) }
        memory = try library.handle {
            library.create_memory_description(Self.deviceAllocator, Self.defaultMemory, $0)
        }
        allocator = try library.handle { library.default_allocator($0) }
    }

    /// A session of the network in the file at `path`, whose computations take the calling thread alone.
    func session(path: String) throws(ONNXError) -> ONNXSession {
        let options = try library.handle { library.create_options($0) }
        defer { library.release_options(options) }
        // With a second thread a small network is hardly faster, and the two spin while they wait for each other.
        try library.check(library.set_threads_within(options, 1))
        try library.check(library.set_threads_between(options, 1))
        // Every utterance has another length. Arena and patterns would keep memory for each of them.
        try library.check(library.disable_memory_pattern(options))
        try library.check(library.disable_arena(options))
        let session = try library.handle { library.create_session(environment, path, options, $0) }
        return try ONNXSession(session, of: self)
    }
}

extension connx_library {
    /// Throws what `status` says, if it is no success.
    fileprivate func check(_ status: connx_status?) throws(ONNXError) {
        guard let status else { return }
        defer { release_status(status) }
        throw ONNXError(description: error_message(status).map { String(cString: $0) } ?? "unknown reason")
    }

    /// The handle that `create` writes.
    fileprivate func handle(
        _ create: (UnsafeMutablePointer<UnsafeMutableRawPointer?>) -> connx_status?
    ) throws(ONNXError) -> UnsafeMutableRawPointer {
        var handle: UnsafeMutableRawPointer?
        try check(create(&handle))
        guard let handle else { throw ONNXError(description: "the library gave nothing") }
        return handle
    }
}

/// A loaded network. Computes on the thread that calls; several may call at once.
///
/// `@unchecked Sendable`: constant after the initialiser, and `OrtSession`'s `Run` is safe from any thread.
final class ONNXSession: @unchecked Sendable {
    let inputs: [String]
    let outputs: [String]
    private let runtime: ONNXRuntime
    private let session: UnsafeMutableRawPointer
    private let inputNames: [UnsafePointer<CChar>?]
    private let outputNames: [UnsafePointer<CChar>?]

    fileprivate init(_ session: UnsafeMutableRawPointer, of runtime: ONNXRuntime) throws(ONNXError) {
        let library = runtime.library
        self.runtime = runtime
        self.session = session
        func names(
            _ count: (UnsafeRawPointer?, UnsafeMutablePointer<Int>?) -> connx_status?,
            _ name: (
                UnsafeRawPointer?, Int, UnsafeMutableRawPointer?, UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
            ) -> connx_status?
        ) throws(ONNXError) -> [UnsafePointer<CChar>?] {
            var number = 0
            try library.check(count(session, &number))
            var names: [UnsafePointer<CChar>?] = []
            for index in 0..<number {
                var text: UnsafeMutablePointer<CChar>?
                try library.check(name(session, index, runtime.allocator, &text))
                names.append(UnsafePointer(text))
            }
            return names
        }
        inputNames = try names(library.input_count, library.input_name)
        outputNames = try names(library.output_count, library.output_name)
        inputs = inputNames.map { $0.map { String(cString: $0) } ?? "" }
        outputs = outputNames.map { $0.map { String(cString: $0) } ?? "" }
    }

    deinit {
        for name in inputNames + outputNames {
            _ = runtime.library.free(runtime.allocator, UnsafeMutableRawPointer(mutating: name))
        }
        runtime.library.release_session(session)
    }

    /// Computes all outputs from `tensors`, which stand in the order of ``inputs``.
    func run(_ tensors: [ONNXTensor]) throws(ONNXError) -> [ONNXTensor] {
        guard tensors.count == inputs.count else { throw ONNXError(description: "\(inputs.count) inputs are needed") }
        let library = runtime.library
        let values = tensors.map { UnsafeRawPointer?($0.value) }
        var results = [UnsafeMutableRawPointer?](repeating: nil, count: outputs.count)
        let status = library.run(
            session, nil, inputNames, values, values.count, outputNames, outputs.count, &results)
        withExtendedLifetime(tensors) {}
        let computed = results.compactMap { $0.map { ONNXTensor($0, of: runtime) } }
        try library.check(status)
        guard computed.count == outputs.count else { throw ONNXError(description: "an output is missing") }
        return computed
    }

    /// A tensor to compute from, holding a copy of `elements`.
    func tensor<Element: ONNXElement>(
        _ elements: some Collection<Element>, shape: [Int]
    ) throws(ONNXError) -> ONNXTensor {
        try ONNXTensor(elements, shape: shape, of: runtime)
    }
}

/// A type of the elements of a tensor.
protocol ONNXElement: BitwiseCopyable {
    static var type: Int32 { get }
}

extension Float: ONNXElement {
    static var type: Int32 { Int32(CONNX_FLOAT) }
}
extension Int64: ONNXElement {
    static var type: Int32 { Int32(CONNX_INT64) }
}
extension Bool: ONNXElement {
    static var type: Int32 { Int32(CONNX_BOOL) }
}

/// An array of numbers that goes into a network or came out of it.
///
/// `@unchecked Sendable`: nothing writes to a tensor after it was made.
final class ONNXTensor: @unchecked Sendable {
    fileprivate let value: UnsafeMutableRawPointer
    private let runtime: ONNXRuntime
    /// The memory of a tensor that was made here, given back with it; nil when the library owns it.
    private let storage: UnsafeMutableRawBufferPointer?

    fileprivate init(_ value: UnsafeMutableRawPointer, of runtime: ONNXRuntime) {
        self.value = value
        self.runtime = runtime
        storage = nil
    }

    fileprivate init<Element: ONNXElement>(
        _ elements: some Collection<Element>, shape: [Int], of runtime: ONNXRuntime
    ) throws(ONNXError) {
        guard elements.count == shape.reduce(1, *) else { throw ONNXError(description: "shape \(shape)") }
        let stride = MemoryLayout<Element>.stride
        let storage = UnsafeMutableRawBufferPointer.allocate(
            byteCount: max(1, elements.count * stride), alignment: 64)
        _ = storage.initializeMemory(as: Element.self, from: elements)
        do {
            value = try runtime.library.handle {
                runtime.library.create_tensor(
                    runtime.memory, storage.baseAddress, elements.count * stride, shape.map(Int64.init), shape.count,
                    Element.type, $0)
            }
        } catch {
            storage.deallocate()
            throw error
        }
        self.runtime = runtime
        self.storage = storage
    }

    deinit {
        runtime.library.release_value(value)
        storage?.deallocate()
    }

    /// The sizes of the dimensions, outermost first.
    func shape() throws(ONNXError) -> [Int] {
        let library = runtime.library
        let description = try library.handle { library.tensor_shape(value, $0) }
        defer { library.release_shape(description) }
        var rank = 0
        try library.check(library.shape_rank(description, &rank))
        var dimensions = [Int64](repeating: 0, count: rank)
        try library.check(library.shape_dimensions(description, &dimensions, rank))
        return dimensions.map(Int.init)
    }

    /// Gives `body` the elements, which must be numbers of 32 bits.
    func withFloats<Result>(_ body: (UnsafeBufferPointer<Float>) -> Result) throws(ONNXError) -> Result {
        let library = runtime.library
        let description = try library.handle { library.tensor_shape(value, $0) }
        defer { library.release_shape(description) }
        var type: Int32 = 0
        try library.check(library.shape_element_type(description, &type))
        guard type == Float.type else { throw ONNXError(description: "element type \(type)") }
        let count = try shape().reduce(1, *)
        var bytes: UnsafeMutableRawPointer?
        try library.check(library.tensor_bytes(value, &bytes))
        return body(
            UnsafeBufferPointer(start: bytes?.assumingMemoryBound(to: Float.self), count: bytes == nil ? 0 : count))
    }
}
