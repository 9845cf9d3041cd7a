// Binds the declarations of CMoonshine.h to the library at run time.

#include "CMoonshine.h"

#include <dlfcn.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

_Static_assert(offsetof(cmoonshine_line, start_seconds) == 24, "layout of a line");
_Static_assert(offsetof(cmoonshine_line, identifier) == 32, "layout of a line");
_Static_assert(offsetof(cmoonshine_line, is_complete) == 40, "layout of a line");
_Static_assert(offsetof(cmoonshine_line, speaker_spans) == 48, "layout of a line");
_Static_assert(offsetof(cmoonshine_line, words) == 72, "layout of a line");
_Static_assert(sizeof(cmoonshine_line) == 88, "layout of a line");
_Static_assert(sizeof(cmoonshine_transcript) == 16, "layout of a transcript");

static int find(void *handle, const char *name, void **function, char *reason, uint64_t reason_size) {
    *function = dlsym(handle, name);
    if (*function) return 0;
    snprintf(reason, reason_size, "it has no function %s", name);
    return -1;
}

int cmoonshine_open(const char *path, cmoonshine_library *library, char *reason, uint64_t reason_size) {
    // The tiny model is recognised as fast by one thread as by two, at half of the processor time: with two, threads that wait for each
    // other spin. The library reads this when it is loaded; a value that the user has set stands.
    setenv("MOONSHINE_ORT_SINGLE_THREAD", "1", 0);
    void *handle = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (!handle) {
        const char *message = dlerror();
        snprintf(reason, reason_size, "%s", message ? message : "unknown reason");
        return -1;
    }
    // The library starts threads that outlive a call, so that it is never closed once it was opened whole.
    if (find(handle, "moonshine_get_version", (void **)&library->version, reason, reason_size)
        || find(handle, "moonshine_error_to_string", (void **)&library->error_text, reason, reason_size)
        || find(
            handle, "moonshine_load_transcriber_from_files", (void **)&library->load, reason, reason_size)
        || find(handle, "moonshine_free_transcriber", (void **)&library->release, reason, reason_size)
        || find(
            handle, "moonshine_transcribe_without_streaming", (void **)&library->transcribe, reason,
            reason_size)) {
        dlclose(handle);
        return -1;
    }
    return 0;
}
