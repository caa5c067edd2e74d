/*
 * fuzz_safetensors: no file makes us read a tensor outside of it.
 */
#include "embed/safetensors.h"

#include <assert.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena = arena_new(4096);
    struct err err = {0};
    struct safetensors *tensors;
    const float *floats;
    volatile float sum = 0;

    if (safetensors_parse(arena, (struct str){(const char *)data, size}, &tensors, &err)) {
        for (size_t columns = 0; columns < 5; columns++)
            for (size_t rows = 0; rows < 3; rows++)
                if (safetensors_floats(tensors, "a", rows, columns, &floats, &err))
                    for (size_t i = 0; i < (rows == 0 ? 1 : rows) * columns; i++)
                        sum += floats[i];
        assert(safetensors_bytes(tensors) == size);
    } else {
        assert(err.kind == ERR_INPUT);
    }
    (void)sum; /* read all floats, keep none */
    arena_free(arena);
    return 0;
}
