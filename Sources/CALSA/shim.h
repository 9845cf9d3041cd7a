#include <alsa/asoundlib.h>

// ALSA writes its complaints to the standard error by itself; errors are reported by their codes instead. The handler takes
// variable arguments, which only C can declare.
static void calsa_ignore(const char *file, int line, const char *function, int code, const char *format, ...) {
    (void)file;
    (void)line;
    (void)function;
    (void)code;
    (void)format;
}

static inline void calsa_keep_quiet(void) {
    snd_lib_error_set_handler(calsa_ignore);
}
