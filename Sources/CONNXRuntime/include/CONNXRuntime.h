// The part of ONNX Runtime's C interface that Serena uses: own declarations, bound to the library at run time.
//
// The library hands out a table of functions, to which new versions only append: a function's place in it is part of the
// library's ABI (onnxruntime_c_api.h, struct OrtApi). The places that are used stand in CONNXRuntime.c.

#ifndef CONNXRUNTIME_H
#define CONNXRUNTIME_H

#include <stddef.h>
#include <stdint.h>

/// The version of the interface that is asked for; every later library has it too.
enum { CONNX_INTERFACE_VERSION = 16 };

/// ONNXTensorElementDataType.
enum { CONNX_FLOAT = 1, CONNX_INT64 = 7, CONNX_BOOL = 9 };

/// What a function gives: null, or why it failed, to be given back with `release_status`.
typedef void *connx_status;

/// The opened library: its functions. Environments, options, sessions, values and what describes them are opaque.
typedef struct {
    const char *(*version)(void);
    const char *(*error_message)(const void *status);
    void (*release_status)(void *status);

    connx_status (*create_environment)(int logging_level, const char *name, void **environment);
    connx_status (*create_memory_description)(int allocator_type, int memory_type, void **memory);
    connx_status (*default_allocator)(void **allocator);
    connx_status (*free)(void *allocator, void *memory);

    connx_status (*create_options)(void **options);
    connx_status (*set_threads_within)(void *options, int count);
    connx_status (*set_threads_between)(void *options, int count);
    connx_status (*disable_memory_pattern)(void *options);
    connx_status (*disable_arena)(void *options);
    void (*release_options)(void *options);

    connx_status (*create_session)(const void *environment, const char *path, const void *options, void **session);
    connx_status (*input_count)(const void *session, size_t *count);
    connx_status (*output_count)(const void *session, size_t *count);
    connx_status (*input_name)(const void *session, size_t index, void *allocator, char **name);
    connx_status (*output_name)(const void *session, size_t index, void *allocator, char **name);
    connx_status (*run)(
        void *session, const void *run_options, const char *const *input_names, const void *const *inputs,
        size_t input_count, const char *const *output_names, size_t output_count, void **outputs);
    void (*release_session)(void *session);

    connx_status (*create_tensor)(
        const void *memory, void *bytes, size_t byte_count, const int64_t *shape, size_t rank, int element_type,
        void **value);
    connx_status (*tensor_bytes)(void *value, void **bytes);
    connx_status (*tensor_shape)(const void *value, void **shape);
    connx_status (*shape_rank)(const void *shape, size_t *rank);
    connx_status (*shape_dimensions)(const void *shape, int64_t *dimensions, size_t rank);
    connx_status (*shape_element_type)(const void *shape, int *element_type);
    void (*release_shape)(void *shape);
    void (*release_value)(void *value);
} connx_library;

/// Opens the library at `path` and finds its functions. The library stays open until the program ends.
///
/// Gives 0, or -1 with a reason, ended by NUL, in `reason`.
int connx_open(const char *path, connx_library *library, char *reason, uint64_t reason_size);

#endif
