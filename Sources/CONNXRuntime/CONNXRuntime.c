// Binds the declarations of CONNXRuntime.h to the library at run time.

#include "CONNXRuntime.h"

#include <dlfcn.h>
#include <stdio.h>

/// OrtApiBase.
typedef struct {
    const void *const *(*api)(uint32_t version);
    const char *(*version)(void);
} base;

/// A function of the table by its place. POSIX lets an object pointer stand for a function (dlsym).
#define BIND(member, place) (*(const void **)&library->member = table[place])

static void bind(connx_library *library, const void *const *table) {
    BIND(error_message, 2);
    BIND(create_environment, 3);
    BIND(create_session, 7);
    BIND(run, 9);
    BIND(create_options, 10);
    BIND(disable_memory_pattern, 17);
    BIND(disable_arena, 19);
    BIND(set_threads_within, 24);
    BIND(set_threads_between, 25);
    BIND(input_count, 30);
    BIND(output_count, 31);
    BIND(input_name, 36);
    BIND(output_name, 37);
    BIND(create_tensor, 49);
    BIND(tensor_bytes, 51);
    BIND(shape_element_type, 60);
    BIND(shape_rank, 61);
    BIND(shape_dimensions, 62);
    BIND(tensor_shape, 65);
    BIND(create_memory_description, 69);
    BIND(free, 76);
    BIND(default_allocator, 78);
    BIND(release_status, 93);
    BIND(release_session, 95);
    BIND(release_value, 96);
    BIND(release_shape, 99);
    BIND(release_options, 100);
}

int connx_open(const char *path, connx_library *library, char *reason, uint64_t reason_size) {
    void *handle = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (!handle) {
        const char *message = dlerror();
        snprintf(reason, reason_size, "%s", message ? message : "unknown reason");
        return -1;
    }
    const base *(*find)(void) = NULL;
    *(void **)&find = dlsym(handle, "OrtGetApiBase");
    const base *found = find ? find() : NULL;
    const void *const *table = found ? found->api(CONNX_INTERFACE_VERSION) : NULL;
    if (!table) {
        snprintf(reason, reason_size, "%s", found ? "it is too old" : "it has no function OrtGetApiBase");
        dlclose(handle);
        return -1;
    }
    library->version = found->version;
    bind(library, table);
    return 0;
}
