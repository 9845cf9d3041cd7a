// How operations are encoded. The bytes were made out of the mnemonics by GNU as for x86-64 and by llvm-mc for arm64.

@testable import SerenaNetVM

/// An operation, the instructions that it should become on each processor, and their bytes.
struct Encoding<A: CodeAssembler> {
    let x86: String
    let x86Bytes: String
    let arm: String
    let armBytes: String
    let emit: (inout A, _ behind: CodeLabel, _ entrances: CodeEntrances) -> Void

    init(
        x86: String, _ x86Bytes: String, arm: String, _ armBytes: String,
        _ emit: @escaping (inout A, _ behind: CodeLabel, _ entrances: CodeEntrances) -> Void
    ) {
        (self.x86, self.x86Bytes, self.arm, self.armBytes) = (x86, x86Bytes, arm, armBytes)
        self.emit = emit
    }

    static var all: [Encoding] { moving + integers + floats + objects + jumps + calls }

    private static var moving: [Encoding] {
        [
            Encoding(
                x86: "mov rax,[rbx+8]", "48 8b 43 08",
                arm: "ldr x9,[x19,#8]", "69 06 40 f9"
            ) { a, _, _ in a.load(A.scratch0, slot: 8) },
            Encoding(
                x86: "mov r15,[rbx+4096]", "4c 8b bb 00 10 00 00",
                arm: "ldr x6,[x19,#4096]", "66 02 48 f9"
            ) { a, _, _ in a.load(A.pins[6], slot: 4096) },
            Encoding(
                x86: "mov [rbx-8],rcx", "48 89 4b f8",
                arm: "stur x10,[x19,#-8]", "6a 82 1f f8"
            ) { a, _, _ in a.store(A.scratch1, slot: -8) },
            Encoding(
                x86: "mov [rbx+40000],r13", "4c 89 ab 40 9c 00 00",
                arm: "mov x17,#40000; str x5,[x19,x17]", "11 88 93 d2 65 6a 31 f8"
            ) { a, _, _ in a.store(A.pins[5], slot: 40000) },
            Encoding(
                x86: "movsd xmm15,[rbx+16]", "f2 44 0f 10 7b 10",
                arm: "ldr d23,[x19,#16]", "77 0a 40 fd"
            ) { a, _, _ in a.load(A.floatPins[11], slot: 16) },
            Encoding(
                x86: "movsd [rbx+24],xmm0", "f2 0f 11 43 18",
                arm: "str d0,[x19,#24]", "60 0e 00 fd"
            ) { a, _, _ in a.store(A.floatScratch0, slot: 24) },
            Encoding(
                x86: "mov rdx,r9", "4c 89 ca",
                arm: "mov x11,x3", "eb 03 03 aa"
            ) { a, _, _ in a.move(A.scratch2, A.pins[3]) },
            Encoding(
                x86: "movapd xmm4,xmm12", "66 41 0f 28 e4",
                arm: "fmov d4,d20", "84 42 60 1e"
            ) { a, _, _ in a.move(A.floatPins[0], A.floatPins[8]) },
            Encoding(
                x86: "movq rax,xmm12", "66 4c 0f 7e e0",
                arm: "fmov x9,d20", "89 02 66 9e"
            ) { a, _, _ in a.moveBits(A.scratch0, A.floatPins[8]) },
            Encoding(
                x86: "movq xmm12,r8", "66 4d 0f 6e e0",
                arm: "fmov d20,x2", "54 00 67 9e"
            ) { a, _, _ in a.moveBits(A.floatPins[8], A.pins[2]) },
            Encoding(
                x86: "mov eax,0", "b8 00 00 00 00",
                arm: "mov x9,#0", "09 00 80 d2"
            ) { a, _, _ in a.constant(A.scratch0, 0) },
            Encoding(
                x86: "mov r8d,7", "41 b8 07 00 00 00",
                arm: "mov x2,#7", "e2 00 80 d2"
            ) { a, _, _ in a.constant(A.pins[2], 7) },
            Encoding(
                x86: "mov rax,-2", "48 c7 c0 fe ff ff ff",
                arm: "mov x9,#-2", "29 00 80 92"
            ) { a, _, _ in a.constant(A.scratch0, UInt64(bitPattern: -2)) },
            Encoding(
                x86: "movabs r13,0x3FE0000000000000", "49 bd 00 00 00 00 00 00 e0 3f",
                arm: "movz x5,#0x3FE0,lsl #48", "05 fc e7 d2"
            ) { a, _, _ in a.constant(A.pins[5], 0x3FE0_0000_0000_0000) },
            Encoding(
                x86: "movabs rax,0x123456789ABCDEF0", "48 b8 f0 de bc 9a 78 56 34 12",
                arm: "movz x9,#0xDEF0; movk x9,#0x9ABC,lsl #16; movk x9,#0x5678,lsl #32; movk x9,#0x1234,lsl #48",
                "09 de 9b d2 89 57 b3 f2 09 cf ca f2 89 46 e2 f2"
            ) { a, _, _ in a.constant(A.scratch0, 0x1234_5678_9ABC_DEF0) },
        ]
    }

    private static var integers: [Encoding] {
        [
            Encoding(
                x86: "add rax,rcx; jo .+6", "48 01 c8 0f 80 00 00 00 00",
                arm: "adds x9,x9,x10; b.vs .+4", "29 01 0a ab 26 00 00 54"
            ) { a, behind, _ in a.add(A.scratch0, A.scratch0, A.scratch1, overflow: behind) },
            Encoding(
                x86: "add rsi,rax; jo .+6", "48 01 c6 0f 80 00 00 00 00",
                arm: "adds x0,x9,x0; b.vs .+4", "20 01 00 ab 26 00 00 54"
            ) { a, behind, _ in a.add(A.pins[0], A.scratch0, A.pins[0], overflow: behind) },
            Encoding(
                x86: "mov r11,r9; sub r11,r10; jo .+9; mov r10,r11", "4d 89 cb 4d 29 d3 0f 80 03 00 00 00 4d 89 da",
                arm: "subs x4,x3,x4; b.vs .+4", "64 00 04 eb 26 00 00 54"
            ) { a, behind, _ in a.subtract(A.pins[4], A.pins[3], A.pins[4], overflow: behind) },
            Encoding(
                x86: "imul r9,rcx; jo .+6", "4c 0f af c9 0f 80 00 00 00 00",
                arm: "smulh x16,x3,x10; mul x3,x3,x10; cmp x16,x3,asr #63; b.ne .+4",
                "70 7c 4a 9b 63 7c 0a 9b 1f fe 83 eb 21 00 00 54"
            ) { a, behind, _ in a.multiply(A.pins[3], A.pins[3], A.scratch1, overflow: behind) },
            Encoding(
                x86: "mov rax,rdi; add rax,-3; jo .+6", "48 89 f8 48 83 c0 fd 0f 80 00 00 00 00",
                arm: "subs x9,x1,#3; b.vs .+4", "29 0c 00 f1 26 00 00 54"
            ) { a, behind, _ in a.add(A.scratch0, A.pins[1], immediate: -3, overflow: behind) },
            Encoding(
                x86: "mov rdx,rax; add rdx,30000", "48 89 c2 48 81 c2 30 75 00 00",
                arm: "mov x17,#30000; add x11,x9,x17", "11 a6 8e d2 2b 01 11 8b"
            ) { a, _, _ in a.add(A.scratch2, A.scratch0, immediate: 30000, overflow: nil) },
            Encoding(
                x86: "neg rax; jo .+6", "48 f7 d8 0f 80 00 00 00 00",
                arm: "negs x9,x9; b.vs .+4", "e9 03 09 eb 26 00 00 54"
            ) { a, behind, _ in a.negate(A.scratch0, A.scratch0, overflow: behind) },
            Encoding(
                x86:
                    "lea r11,[r9+1]; cmp r11,1; jbe 99f; mov r11,rax; or r11,r9; shr r11,32; jne 1f; xor edx,edx; div r9d; jmp 2f; 1: cqo; idiv r9; 2: 99:",
                "4d 8d 59 01 49 83 fb 01 0f 86 1f 00 00 00 49 89 c3 4d 09 cb 49 c1 eb 20 0f 85 0a 00 00 00 31 d2 41 f7 f1 e9 05 00 00 00 48 99 49 f7 f9",
                arm: "add x16,x3,#1; cmp x16,#1; b.ls 99f; sdiv x9,x9,x3; 99:",
                "70 04 00 91 1f 06 00 f1 49 00 00 54 29 0d c3 9a"
            ) { a, behind, _ in a.divide(A.scratch0, A.scratch0, A.pins[3], refuse: behind) },
            Encoding(
                x86:
                    "lea r11,[rcx+1]; cmp r11,1; jbe 99f; mov rax,r8; mov r11,rax; or r11,rcx; shr r11,32; jne 1f; xor edx,edx; div ecx; jmp 2f; 1: cqo; idiv rcx; test rdx,rdx; je 2f; mov r11,rdx; xor r11,rcx; jns 2f; add rdx,rcx; 2: mov r8,rdx; 99:",
                "4c 8d 59 01 49 83 fb 01 0f 86 3c 00 00 00 4c 89 c0 49 89 c3 49 09 cb 49 c1 eb 20 0f 85 09 00 00 00 31 d2 f7 f1 e9 1d 00 00 00 48 99 48 f7 f9 48 85 d2 0f 84 0f 00 00 00 49 89 d3 49 31 cb 0f 89 03 00 00 00 48 01 ca 49 89 d0",
                arm:
                    "add x16,x10,#1; cmp x16,#1; b.ls 99f; sdiv x16,x2,x10; msub x16,x16,x10,x2; cbz x16,2f; eor x17,x16,x10; cmn x17,#0; b.pl 2f; add x16,x16,x10; 2: mov x2,x16; 99:",
                "50 05 00 91 1f 06 00 f1 29 01 00 54 50 0c ca 9a 10 8a 0a 9b b0 00 00 b4 11 02 0a ca 3f 02 00 b1 45 00 00 54 10 02 0a 8b e2 03 10 aa"
            ) { a, behind, _ in a.remainder(A.pins[2], A.pins[2], A.scratch1, refuse: behind) },
            Encoding(
                x86: "mov rax,r13; xor rax,1", "4c 89 e8 48 83 f0 01",
                arm: "eor x9,x5,#1", "a9 00 40 d2"
            ) { a, _, _ in a.flip(A.scratch0, A.pins[5]) },
            Encoding(
                x86: "or rax,6", "48 83 c8 06",
                arm: "mov x16,#6; orr x9,x9,x16", "d0 00 80 d2 29 01 10 aa"
            ) { a, _, _ in a.setBits(A.scratch0, A.scratch0, 6) },
            Encoding(
                x86: "cmp rax,rcx; setl r11b; movzx r8,r11b", "48 39 c8 41 0f 9c c3 4d 0f b6 c3",
                arm: "cmp x9,x10; cset x2,lt", "3f 01 0a eb e2 a7 9f 9a"
            ) { a, _, _ in a.set(A.pins[2], A.scratch0, .less, A.scratch1) },
        ]
    }

    private static var floats: [Encoding] {
        [
            Encoding(
                x86: "addsd xmm0,xmm10", "f2 41 0f 58 c2",
                arm: "fadd d0,d0,d18", "00 28 72 1e"
            ) { a, _, _ in a.perform(.add, A.floatScratch0, A.floatScratch0, A.floatPins[6]) },
            Encoding(
                x86: "movapd xmm3,xmm5; subsd xmm3,xmm4; movapd xmm4,xmm3", "66 0f 28 dd f2 0f 5c dc 66 0f 28 e3",
                arm: "fsub d4,d5,d4", "a4 38 64 1e"
            ) { a, _, _ in a.perform(.subtract, A.floatPins[0], A.floatPins[1], A.floatPins[0]) },
            Encoding(
                x86: "movapd xmm13,xmm5; divsd xmm13,xmm6", "66 44 0f 28 ed f2 44 0f 5e ee",
                arm: "fdiv d21,d5,d6", "b5 18 66 1e"
            ) { a, _, _ in a.perform(.divide, A.floatPins[9], A.floatPins[1], A.floatPins[2]) },
            Encoding(
                x86: "mulsd xmm4,xmm4", "f2 0f 59 e4",
                arm: "fmul d4,d4,d4", "84 08 64 1e"
            ) { a, _, _ in a.perform(.multiply, A.floatPins[0], A.floatPins[0], A.floatPins[0]) },
            Encoding(
                x86: "movq r11,xmm13; btc r11,63; movq xmm0,r11", "66 4d 0f 7e eb 49 0f ba fb 3f 66 49 0f 6e c3",
                arm: "fneg d0,d21", "a0 42 61 1e"
            ) { a, _, _ in a.negate(A.floatScratch0, A.floatPins[9]) },
            Encoding(
                x86: "xorps xmm13,xmm13; cvtsi2sd xmm13,r9", "45 0f 57 ed f2 4d 0f 2a e9",
                arm: "scvtf d21,x3", "75 00 62 9e"
            ) { a, _, _ in a.convert(A.floatPins[9], A.pins[3]) },
            Encoding(
                x86: "movapd xmm3,xmm13; cmpltsd xmm3,xmm0; movq rax,xmm3; and rax,1",
                "66 41 0f 28 dd f2 0f c2 d8 01 66 48 0f 7e d8 48 83 e0 01",
                arm: "fcmp d0,d21; cset x9,gt", "00 20 75 1e e9 d7 9f 9a"
            ) { a, _, _ in a.set(A.scratch0, A.floatScratch0, .greater, A.floatPins[9]) },
        ]
    }

    private static var objects: [Encoding] {
        [
            Encoding(
                x86: "movapd xmm3,xmm0; cmpnltsd xmm3,xmm1; movq r9,xmm3; and r9,1",
                "66 0f 28 d8 f2 0f c2 d9 05 66 49 0f 7e d9 49 83 e1 01",
                arm: "fcmp d0,d1; cset x3,pl", "00 20 61 1e e3 47 9f 9a"
            ) { a, _, _ in a.set(A.pins[3], A.floatScratch0, .notLess, A.floatScratch1) },
            Encoding(
                x86: "mov rax,[r13+16]", "49 8b 45 10",
                arm: "ldr x9,[x5,#16]", "a9 08 40 f9"
            ) { a, _, _ in a.load(A.scratch0, field: 16, of: A.pins[5]) },
            Encoding(
                x86: "mov [rax+16],rcx", "48 89 48 10",
                arm: "str x10,[x9,#16]", "2a 09 00 f9"
            ) { a, _, _ in a.store(A.scratch1, field: 16, of: A.scratch0) },
            Encoding(
                x86: "mov r11,[rsi+8]; mov rax,[r11+r13*8]", "4c 8b 5e 08 4b 8b 04 eb",
                arm: "ldr x16,[x0,#8]; ldr x9,[x16,x5,lsl #3]", "10 04 40 f9 09 7a 65 f8"
            ) { a, _, _ in a.load(A.scratch0, element: A.pins[5], of: A.pins[0]) },
            Encoding(
                x86: "mov r11,[rax+8]; mov [r11+rcx*8],rdx", "4c 8b 58 08 49 89 14 cb",
                arm: "ldr x16,[x9,#8]; str x11,[x16,x10,lsl #3]", "30 05 40 f9 0b 7a 2a f8"
            ) { a, _, _ in a.store(A.scratch2, element: A.scratch1, of: A.scratch0) },
            Encoding(
                x86: "mov r11,[rax+8]; mov r11,[r11+rcx*8]; movq xmm13,r11", "4c 8b 58 08 4d 8b 1c cb 66 4d 0f 6e eb",
                arm: "ldr x16,[x9,#8]; ldr d21,[x16,x10,lsl #3]", "30 05 40 f9 15 7a 6a fc"
            ) { a, _, _ in a.load(A.floatPins[9], element: A.scratch1, of: A.scratch0) },
        ]
    }

    private static var jumps: [Encoding] {
        [
            Encoding(
                x86: "cmp rcx,[r13+16]; jae .+6", "49 3b 4d 10 0f 83 00 00 00 00",
                arm: "ldr x16,[x5,#16]; cmp x10,x16; b.hs .+4", "b0 08 40 f9 5f 01 10 eb 22 00 00 54"
            ) { a, behind, _ in a.jump(ifOutside: A.scratch1, field: 16, of: A.pins[5], to: behind) },
            Encoding(
                x86: "jmp .+5", "e9 00 00 00 00",
                arm: "b .+4", "01 00 00 14"
            ) { a, behind, _ in a.jump(behind) },
            Encoding(
                x86: "cmp rax,r15; jge .+6", "4c 39 f8 0f 8d 00 00 00 00",
                arm: "cmp x9,x6; b.ge .+4", "3f 01 06 eb 2a 00 00 54"
            ) { a, behind, _ in a.jump(if: A.scratch0, .greaterOrEqual, A.pins[6], to: behind) },
            Encoding(
                x86: "test r15,r15; je .+6", "4d 85 ff 0f 84 00 00 00 00",
                arm: "cmn x6,#0; b.eq .+4", "df 00 00 b1 20 00 00 54"
            ) { a, behind, _ in a.jump(if: A.pins[6], .equal, immediate: 0, to: behind) },
            Encoding(
                x86: "cmp rax,2; je .+6", "48 83 f8 02 0f 84 00 00 00 00",
                arm: "cmp x9,#2; b.eq .+4", "3f 09 00 f1 20 00 00 54"
            ) { a, behind, _ in a.jump(if: A.scratch0, .equal, immediate: 2, to: behind) },
            Encoding(
                x86: "ucomisd xmm13,xmm0; ja .+6", "66 44 0f 2e e8 0f 87 00 00 00 00",
                arm: "fcmp d0,d21; b.mi .+4", "00 20 75 1e 24 00 00 54"
            ) { a, behind, _ in a.jump(if: A.floatScratch0, .less, A.floatPins[9], to: behind) },
            Encoding(
                x86: "ucomisd xmm1,xmm0; jae .+6", "66 0f 2e c8 0f 83 00 00 00 00",
                arm: "fcmp d0,d1; b.ls .+4", "00 20 61 1e 29 00 00 54"
            ) { a, behind, _ in a.jump(if: A.floatScratch0, .lessOrEqual, A.floatScratch1, to: behind) },
            Encoding(
                x86: "ucomisd xmm0,xmm1; ja .+6", "66 0f 2e c1 0f 87 00 00 00 00",
                arm: "fcmp d0,d1; b.gt .+4", "00 20 61 1e 2c 00 00 54"
            ) { a, behind, _ in a.jump(if: A.floatScratch0, .greater, A.floatScratch1, to: behind) },
            Encoding(
                x86: "ucomisd xmm0,xmm1; jae .+6", "66 0f 2e c1 0f 83 00 00 00 00",
                arm: "fcmp d0,d1; b.ge .+4", "00 20 61 1e 2a 00 00 54"
            ) { a, behind, _ in a.jump(if: A.floatScratch0, .greaterOrEqual, A.floatScratch1, to: behind) },
            Encoding(
                x86: "ucomisd xmm0,xmm1; jp 1f; je 99f; 1: 99:", "66 0f 2e c1 0f 8a 06 00 00 00 0f 84 00 00 00 00",
                arm: "fcmp d0,d1; b.eq .+4", "00 20 61 1e 20 00 00 54"
            ) { a, behind, _ in a.jump(if: A.floatScratch0, .equal, A.floatScratch1, to: behind) },
            Encoding(
                x86: "ucomisd xmm0,xmm1; jne 99f; jp 99f; 99:", "66 0f 2e c1 0f 85 06 00 00 00 0f 8a 00 00 00 00",
                arm: "fcmp d0,d1; b.ne .+4", "00 20 61 1e 21 00 00 54"
            ) { a, behind, _ in a.jump(if: A.floatScratch0, .notEqual, A.floatScratch1, to: behind) },
            Encoding(
                x86: "ucomisd xmm1,xmm0; jbe .+6", "66 0f 2e c8 0f 86 00 00 00 00",
                arm: "fcmp d0,d1; b.pl .+4", "00 20 61 1e 25 00 00 54"
            ) { a, behind, _ in a.jump(if: A.floatScratch0, .notLess, A.floatScratch1, to: behind) },
            Encoding(
                x86: "ucomisd xmm1,xmm0; jb .+6", "66 0f 2e c8 0f 82 00 00 00 00",
                arm: "fcmp d0,d1; b.hi .+4", "00 20 61 1e 28 00 00 54"
            ) { a, behind, _ in a.jump(if: A.floatScratch0, .notLessOrEqual, A.floatScratch1, to: behind) },
        ]
    }

    private static var calls: [Encoding] {
        [
            Encoding(
                x86: "lea r14,[r14-5]", "4d 8d 76 fb",
                arm: "sub x21,x21,#5", "b5 16 00 d1"
            ) { a, _, _ in a.spend(5) },
            Encoding(
                x86: "sub r14,200; jg .+6", "49 81 ee c8 00 00 00 0f 8f 00 00 00 00",
                arm: "subs x21,x21,#200; b.gt .+4", "b5 22 03 f1 2c 00 00 54"
            ) { a, behind, _ in a.spend(200, thenJump: behind) },
            Encoding(
                x86: "sub r14,5000", "49 81 ee 88 13 00 00",
                arm: "mov x17,#5000; subs x21,x21,x17", "11 71 82 d2 b5 02 11 eb"
            ) { a, _, _ in a.spendForCall(5_000) },
            Encoding(
                x86: "lea r11,[rbx+96]; cmp r11,[r12+48]; ja 99f; cmp rsp,[r12+40]; jbe 99f; 99:",
                "4c 8d 5b 60 4d 3b 5c 24 30 0f 87 0b 00 00 00 49 3b 64 24 28 0f 86 00 00 00 00",
                arm:
                    "add x16,x19,#96; ldr x17,[x20,#48]; cmp x16,x17; b.hi 99f; mov x16,sp; ldr x17,[x20,#40]; cmp x16,x17; b.ls 99f; 99:",
                "70 82 01 91 91 1a 40 f9 1f 02 11 eb a8 00 00 54 f0 03 00 91 91 16 40 f9 1f 02 11 eb 29 00 00 54"
            ) { a, behind, _ in a.requireRoom(96, refuse: behind) },
            Encoding(
                x86: "xor r11d,r11d; mov [rbx+48],r11; mov [rbx+56],r11", "45 31 db 4c 89 5b 30 4c 89 5b 38",
                arm: "str xzr,[x19,#48]; str xzr,[x19,#56]", "7f 1a 00 f9 7f 1e 00 f9"
            ) { a, _, _ in a.clear(slots: 6..<8) },
            Encoding(
                x86: "xor r11d,r11d; mov eax,20; lea rdx,[rbx+40]; 1: mov [rdx+rax*8],r11; sub rax,1; jne 1b",
                "45 31 db b8 14 00 00 00 48 8d 53 28 4c 89 1c c2 48 83 e8 01 0f 85 f2 ff ff ff",
                arm: "mov x9,#20; add x11,x19,#40; 1: str xzr,[x11,x9,lsl #3]; subs x9,x9,#1; b.ne 1b",
                "89 02 80 d2 6b a2 00 91 7f 79 29 f8 29 05 00 f1 c1 ff ff 54"
            ) { a, _, _ in a.clear(slots: 6..<26) },
            Encoding(
                x86: "mov r11d,4096; mov [rbx+24],r11; movabs r11,0x800000020; mov [rbx+32],r11",
                "41 bb 00 10 00 00 4c 89 5b 18 49 bb 20 00 00 00 08 00 00 00 4c 89 5b 20",
                arm: "mov x16,#4096; str x16,[x19,#24]; movz x16,#32; movk x16,#8,lsl #32; str x16,[x19,#32]",
                "10 00 82 d2 70 0e 00 f9 10 04 80 d2 10 01 c0 f2 70 12 00 f9"
            ) { a, _, _ in a.link(at: 40, returnAddress: 4_096, frameSize: 32, result: 8) },
            Encoding(
                x86: "add rbx,-32", "48 83 c3 e0",
                arm: "sub x19,x19,#32", "73 82 00 d1"
            ) { a, _, _ in a.moveBase(-32) },
            Encoding(
                x86: "call .+5", "e8 00 00 00 00",
                arm: "bl .+4", "01 00 00 94"
            ) { a, behind, _ in a.call(behind) },
            Encoding(
                x86: "ret", "c3",
                arm: "ldr x30,[sp],#16; ret", "fe 07 41 f8 c0 03 5f d6"
            ) { a, _, _ in a.return() },
            Encoding(
                x86: "jle .+6", "0f 8e 00 00 00 00",
                arm: "str x30,[sp,#-16]!; b.le .+4", "fe 0f 1f f8 2d 00 00 54"
            ) { a, behind, _ in a.beginFunction(refuel: behind) },
            Encoding(
                x86: "mov esi,4096; call .+5", "be 00 10 00 00 e8 00 00 00 00",
                arm: "mov x1,#4096; bl .+4", "01 00 82 d2 01 00 00 94"
            ) { a, _, entrances in a.callSlowly(4_096, entrances) },
            Encoding(
                x86:
                    "mov rdx,[rbx-8]; mov ecx,edx; shr rdx,32; mov rax,rbx; sub rax,rcx; add rax,rdx; {disp8} mov rax,[rax+0]",
                "48 8b 53 f8 89 d1 48 c1 ea 20 48 89 d8 48 29 c8 48 01 d0 48 8b 40 00",
                arm: "ldur x11,[x19,#-8]; mov w10,w11; lsr x11,x11,#32; sub x10,x19,x10; ldr x9,[x10,x11]",
                "6b 82 5f f8 ea 03 0b 2a 6b fd 60 d3 6a 02 0a cb 49 69 6b f8"
            ) { a, _, _ in a.keepResult() },
        ]
    }
}
