// The scenario that `scenario new` begins with.

extension Scenario {
    /// A scenario to write on from, which holds as it stands once its lines are recorded.
    static func example(name: String) -> String {
        """
        # yaml-language-server: $schema=scenario.schema.json
        # What does this talk prove? Say it here, in a sentence or two.
        # The schema for editors: serena-bench scenario schema > Scenarios/scenario.schema.json
        name: \(name)
        title: A talk called \(name)
        description: Who talks with the assistant, and about what.
        seed: 1 # of everything random; the same seed gives the same talk
        runs: 1 # each with a fresh assistant; 10 or more for figures to rely on
        tags: [draft]

        # ${bill} below stands for this; change it with --set bill="sixty"
        parameters:
          bill: eighty four

        # The talk is held once for each value, and each gives a report of its own.
        # matrix:
        #   condition: [clean, babble(20dB), room(0.8s)+babble(10dB)]

        thresholds:
          - p(95)<500ms # decides once there are 59 turns
          - threshold: max<1s
            level: warn

        steps:
          - id: tip
            say: What is a fifteen percent tip on ${bill} dollars?
            voice: audience # presenter, co-host, audience or guest
            # The recording is audio/\(name)/tip.wav: scripts/record-voices \(name) makes it.
            expect:
              intent: tip
              response: "12 dollars and 60 cents"

          # Meant for the audience: the assistant must keep out of it.
          - id: aside
            say: Every great idea begins with a simple question.
            expect: { answer: none }

        """
    }
}
