// The tasks of a talk, as the tests of the classifier use them.

import SerenaSpeech

enum TalkPatterns {
    static let all: [IntentPattern] = [
        IntentPattern(
            intent: "greeting", agent: "assistant",
            phrases: ["(hello|hi|good morning|good evening|good afternoon) [serena]", "hello everyone [serena]"]),
        IntentPattern(
            intent: "introduction", agent: "assistant",
            phrases: ["(please|) introduce yourself [to the audience]", "who are you", "tell us who you are"]),
        IntentPattern(
            intent: "tip", agent: "assistant",
            phrases: [
                "what is a {rate:float} percent tip on {bill:float} [dollars]",
                "how much is a {rate:float} percent tip on {bill:float} [dollars]", "tip on {bill:float} [dollars]",
            ],
            slots: [
                SlotDefinition(name: "bill", type: .float),
                SlotDefinition(name: "rate", type: .float, isRequired: false),
            ]),
        IntentPattern(
            intent: "multiply", agent: "assistant",
            phrases: ["what is {a:int} (times|multiplied by) {b:int}", "multiply {a:int} by {b:int}"]),
        IntentPattern(
            intent: "compound", agent: "assistant",
            phrases: [
                "if I (invest|save) {amount:float} [dollars] at {rate:float} percent for {years:int} years what do I (get|have)",
                "how much is {amount:float} [dollars] at {rate:float} percent after {years:int} years",
            ]),
        IntentPattern(
            intent: "countdown", agent: "assistant",
            phrases: ["count down from {start:int}", "(start|begin) a countdown from {start:int}"]),
        IntentPattern(
            intent: "primes", agent: "assistant",
            phrases: ["how many prime numbers are [there] (below|under|up to) {limit:int}"]),
        IntentPattern(
            intent: "remember", agent: "memory",
            phrases: [
                "remember that my {topic:string} is {fact:string}", "my {topic:string} is {fact:string} remember that",
            ]),
        IntentPattern(
            intent: "recall", agent: "memory",
            phrases: [
                "what is my {topic:string}", "do you remember my {topic:string}", "what did I say my {topic:string} is",
            ]),
        IntentPattern(
            intent: "splitBill", agent: "assistant",
            phrases: ["split {bill:float} [dollars] (between|among) {people:int} [people]"]),
        IntentPattern(
            intent: "convertTemperature", agent: "assistant",
            phrases: ["convert {degrees:float} degrees (celsius|centigrade) to fahrenheit"]),
        IntentPattern(
            intent: "lights", agent: "stage", phrases: ["turn the [stage] lights {state:bool}"]),
        IntentPattern(
            intent: "explain", agent: "assistant",
            phrases: ["explain how you work", "how do you work", "tell us how you work"]),
        IntentPattern(
            intent: "golf", agent: "assistant", phrases: ["how many clubs are in a golf bag"]),
        IntentPattern(intent: "thanks", agent: "assistant", phrases: ["thank you [very|so] [much]", "thanks [a lot]"]),
        IntentPattern(
            intent: "goodbye", agent: "assistant",
            phrases: ["(goodbye|bye|good night) [serena]", "say goodbye [to the audience]"]),
    ]
}
