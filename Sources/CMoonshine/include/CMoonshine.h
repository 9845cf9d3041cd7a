// The part of Moonshine's C interface that Serena uses: own declarations, bound to the library at run time.
//
// Layouts and meanings are those of version 3.0.0 of the library, whose versions are numbered
// major * 10000 + minor * 100 + patch. The asserts in CMoonshine.c hold the layouts to the 64-bit ABI.

#ifndef CMOONSHINE_H
#define CMOONSHINE_H

#include <stdint.h>

/// The version of the interface declared here.
enum { CMOONSHINE_INTERFACE_VERSION = 30000 };

/// The smallest non-streaming model.
enum { CMOONSHINE_MODEL_TINY = 0 };

typedef struct {
    const char *name;
    const char *value;
} cmoonshine_option;

/// One stretch of speech. What the pointers point to belongs to the transcriber, until its next call.
typedef struct {
    const char *text;
    const float *audio;
    uint64_t audio_count;
    float start_seconds;
    float duration_seconds;
    uint64_t identifier;
    int8_t is_complete;
    int8_t is_updated;
    int8_t is_new;
    int8_t has_text_changed;
    int8_t have_speakers_changed;
    const void *speaker_spans;
    uint64_t speaker_span_count;
    uint32_t latency_ms;
    const void *words;
    uint64_t word_count;
} cmoonshine_line;

typedef struct {
    cmoonshine_line *lines;
    uint64_t line_count;
} cmoonshine_transcript;

/// The opened library: its functions.
typedef struct {
    int32_t (*version)(void);
    const char *(*error_text)(int32_t error);
    /// Gives a handle, or a negative error.
    int32_t (*load)(
        const char *model_folder, uint32_t model, const cmoonshine_option *options, uint64_t option_count,
        int32_t interface_version);
    void (*release)(int32_t transcriber);
    /// Gives 0, or an error.
    int32_t (*transcribe)(
        int32_t transcriber, float *samples, uint64_t sample_count, int32_t sample_rate, uint32_t flags,
        cmoonshine_transcript **transcript);
} cmoonshine_library;

/// Opens the library at `path` and finds its functions. The library stays open until the program ends.
///
/// Gives 0, or -1 with a reason, ended by NUL, in `reason`.
int cmoonshine_open(const char *path, cmoonshine_library *library, char *reason, uint64_t reason_size);

#endif
