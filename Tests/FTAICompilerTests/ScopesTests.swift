// Scopes: what a name means, and when it means something else again.

import Testing

@testable import FTAICompiler

@Suite struct ScopesTests {
    private let first = Name(number: 3)
    private let second = Name(number: 200)

    @Test func aScopeThatEndsShowsWhatItHid() {
        var scopes = Scopes()
        scopes.declare(first, as: 0)
        scopes.open()
        scopes.declare(first, as: 1)
        scopes.declare(second, as: 2)
        #expect(scopes.local(named: first) == 1)
        #expect(scopes.names == [first, second])
        scopes.close()
        #expect(scopes.local(named: first) == 0)
        #expect(scopes.local(named: second) == nil)
        #expect(scopes.names == [first])
    }

    @Test func nothingIsInSightBehindTheOutermostScope() {
        var scopes = Scopes()
        scopes.declare(first, as: 0)
        scopes.open()
        scopes.declare(second, as: 1)
        scopes.closeAll()
        #expect(scopes.names.isEmpty)
        #expect(scopes.local(named: first) == nil)
    }
}
