/*
 * safetensors: the named tensors of one .safetensors file, mapped and shared.
 */
#include "embed/safetensors.h"

#include "base/js.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define HEADER_MAX  ((size_t)8 << 20)
#define TENSORS_MAX 16384
#define RANK_MAX    8

struct dtype {
    const char *name;
    size_t bytes;
    float (*read)(
        const unsigned char *at); /* NULL: we know its size, but do not compute with it */
};

struct tensor {
    const char *name;
    const struct dtype *dtype;
    size_t rank, shape[RANK_MAX];
    size_t begin, end; /* offsets behind the header */
};

struct safetensors {
    struct arena *arena;
    const unsigned char *data; /* the first byte behind the header */
    size_t bytes, data_bytes, count;
    struct tensor *tensors; /* in the order of their data */
};

struct mapping {
    void *at;
    size_t len;
};

static float
bits_float(uint32_t bits)
{
    float value;

    memcpy(&value, &bits, sizeof value);
    return value;
}

static float
read_f32(const unsigned char *at)
{
    return bits_float((uint32_t)at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 |
                      (uint32_t)at[3] << 24);
}

static float
read_bf16(const unsigned char *at)
{
    return bits_float((uint32_t)at[0] << 16 | (uint32_t)at[1] << 24);
}

/* IEEE 754 binary16. A subnormal is its fraction times 2^-24, exact in a float. */
static float
read_f16(const unsigned char *at)
{
    uint32_t half = (uint32_t)at[0] | (uint32_t)at[1] << 8;
    uint32_t sign = (half & 0x8000) << 16, power = half >> 10 & 31, fraction = half & 1023;

    if (power == 0)
        return (sign ? -1.0F : 1.0F) * (float)fraction * 0x1p-24F;
    return bits_float(sign | (power == 31 ? 255 : power + 112) << 23 | fraction << 13);
}

/* clang-format off */
static const struct dtype dtypes[] = {
    {"F32", 4, read_f32}, {"F16", 2, read_f16}, {"BF16", 2, read_bf16},
    {"F64", 8, NULL}, {"I64", 8, NULL}, {"U64", 8, NULL}, {"I32", 4, NULL}, {"U32", 4, NULL},
    {"I16", 2, NULL}, {"U16", 2, NULL}, {"I8", 1, NULL}, {"U8", 1, NULL}, {"BOOL", 1, NULL},
    {"F8_E4M3", 1, NULL}, {"F8_E5M2", 1, NULL},
};
/* clang-format on */

static const struct dtype *
dtype_find(struct str name)
{
    for (size_t i = 0; i < sizeof dtypes / sizeof dtypes[0]; i++)
        if (name.at != NULL && str_is(name, dtypes[i].name))
            return &dtypes[i];
    return NULL;
}

/* Reads the shape and says how many bytes the tensor must have. */
static bool
shape_read(struct tensor *tensor, struct json_object *shape, size_t *bytes_out, struct err *err)
{
    size_t bytes = tensor->dtype->bytes;

    if (js_type(shape) != JS_ARRAY || js_count(shape) > RANK_MAX)
        return err_set(err, ERR_INPUT, "tensor %.120s has no readable shape", tensor->name);
    tensor->rank = js_count(shape);
    for (size_t i = 0; i < tensor->rank; i++) {
        long side = js_long(js_item(shape, i), -1);

        if (side < 0 || __builtin_mul_overflow(bytes, (size_t)side, &bytes))
            return err_set(err, ERR_INPUT, "tensor %.120s has an impossible shape",
                           tensor->name);
        tensor->shape[i] = (size_t)side;
    }
    *bytes_out = bytes;
    return true;
}

static bool
tensor_read(struct safetensors *tensors, struct tensor *tensor, struct json_object *entry,
            struct err *err)
{
    struct json_object *offsets = js_find(entry, "data_offsets");
    long begin = js_long(js_item(offsets, 0), -1), end = js_long(js_item(offsets, 1), -1);
    size_t bytes = 0;

    tensor->dtype = dtype_find(js_str(js_find(entry, "dtype")));
    if (tensor->dtype == NULL)
        return err_set(err, ERR_INPUT, "tensor %.120s has an unknown dtype", tensor->name);
    if (!shape_read(tensor, js_find(entry, "shape"), &bytes, err))
        return false;
    if (js_count(offsets) != 2 || begin < 0 || end < begin)
        return err_set(err, ERR_INPUT, "tensor %.120s has no readable data_offsets",
                       tensor->name);
    if ((size_t)end > tensors->data_bytes)
        return err_set(err, ERR_INPUT, "tensor %.120s lies past the end of the file",
                       tensor->name);
    if ((size_t)(end - begin) != bytes)
        return err_set(err, ERR_INPUT, "tensor %.120s has %ld bytes where its shape needs %zu",
                       tensor->name, end - begin, bytes);
    tensor->begin = (size_t)begin;
    tensor->end = (size_t)end;
    return true;
}

static int
tensor_order(const void *left, const void *right)
{
    const struct tensor *a = left, *b = right;

    if (a->begin != b->begin)
        return a->begin < b->begin ? -1 : 1;
    return (a->end > b->end) - (a->end < b->end);
}

/* The format allows neither holes nor overlaps: each byte behind the header has one owner. */
static bool
tensors_adjoin(struct safetensors *tensors, struct err *err)
{
    size_t at = 0;

    qsort(tensors->tensors, tensors->count, sizeof *tensors->tensors, tensor_order);
    for (size_t i = 0; i < tensors->count; i++) {
        if (tensors->tensors[i].begin != at)
            return err_set(err, ERR_INPUT, "tensor %.120s overlaps another or leaves a hole",
                           tensors->tensors[i].name);
        at = tensors->tensors[i].end;
    }
    if (at != tensors->data_bytes)
        return err_set(err, ERR_INPUT, "the tensors end before the file does");
    return true;
}

static bool
tensors_read(struct safetensors *tensors, struct json_object *header, struct err *err)
{
    size_t members = js_count(header);

    if (js_type(header) != JS_OBJECT || members > TENSORS_MAX)
        return err_set(err, ERR_INPUT, "the header of the tensors is not a readable object");
    tensors->tensors = arena_take(tensors->arena, (members + 1) * sizeof *tensors->tensors);
    for (size_t i = 0; i < members; i++) {
        struct json_object *entry;
        const char *name = js_member(header, i, &entry);
        struct tensor *tensor = &tensors->tensors[tensors->count];

        if (strcmp(name, "__metadata__") == 0)
            continue;
        tensor->name = arena_strdup(tensors->arena, name);
        if (!tensor_read(tensors, tensor, entry, err))
            return false;
        tensors->count++;
    }
    return tensors_adjoin(tensors, err);
}

static bool
header_find(struct str file, struct str *header_out, struct err *err)
{
    const unsigned char *at = (const unsigned char *)file.at;
    uint64_t len = 0;

    if (file.len < 10)
        return err_set(err, ERR_INPUT, "the file of tensors is too short");
    for (int i = 7; i >= 0; i--)
        len = len << 8 | at[i];
    if (len < 2 || len > HEADER_MAX || len > file.len - 8 || file.at[8] != '{')
        return err_set(err, ERR_INPUT, "not a safetensors file, or cut short");
    *header_out = (struct str){file.at + 8, (size_t)len};
    return true;
}

bool
safetensors_parse(struct arena *arena, struct str file, struct safetensors **tensors_out,
                  struct err *err)
{
    struct safetensors *tensors = arena_take(arena, sizeof *tensors);
    struct arena *scratch;
    struct err why = {.kind = ERR_NONE};
    struct json_object *tree = NULL;
    struct str header = {NULL, 0};
    bool good;

    if (!header_find(file, &header, err))
        return false;
    tensors->arena = arena;
    tensors->data = (const unsigned char *)header.at + header.len;
    tensors->bytes = file.len;
    tensors->data_bytes = file.len - 8 - header.len;
    scratch = arena_new((size_t)16 << 10);
    good = js_parse(scratch, header, &tree, &why) ||
           err_set(err, ERR_INPUT, "the header of the tensors: %.180s", why.text);
    good = good && tensors_read(tensors, tree, err);
    arena_free(scratch);
    *tensors_out = tensors;
    return good;
}

static void
mapping_end(void *object)
{
    struct mapping *mapping = object;

    (void)munmap(mapping->at, mapping->len);
}

static bool
mapping_begin(struct arena *arena, const char *path, struct str *file_out, struct err *err)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    struct mapping *mapping = arena_take(arena, sizeof *mapping);
    struct stat stat;

    if (fd < 0)
        return err_set(err, ERR_MISSING, "cannot open %.180s: %s", path, strerror(errno));
    if (fstat(fd, &stat) != 0 || !S_ISREG(stat.st_mode) || stat.st_size == 0) {
        (void)close(fd);
        return err_set(err, ERR_INPUT, "%.180s is empty or not a file", path);
    }
    mapping->len = (size_t)stat.st_size;
    mapping->at = mmap(NULL, mapping->len, PROT_READ, MAP_SHARED, fd, 0);
    (void)close(fd);
    if (mapping->at == MAP_FAILED)
        return err_set(err, ERR_INTERNAL, "cannot map %.180s: %s", path, strerror(errno));
    arena_defer(arena, mapping_end, mapping);
    *file_out = (struct str){mapping->at, mapping->len};
    return true;
}

bool
safetensors_open(struct arena *arena, const char *path, struct safetensors **tensors_out,
                 struct err *err)
{
    struct str file = {NULL, 0};

    return mapping_begin(arena, path, &file, err) &&
           safetensors_parse(arena, file, tensors_out, err);
}

static const struct tensor *
tensor_find(const struct safetensors *tensors, const char *name)
{
    for (size_t i = 0; i < tensors->count; i++)
        if (strcmp(tensors->tensors[i].name, name) == 0)
            return &tensors->tensors[i];
    return NULL;
}

bool
safetensors_has(const struct safetensors *tensors, const char *name)
{
    return tensor_find(tensors, name) != NULL;
}

static bool
shape_is(const struct tensor *tensor, size_t rows, size_t columns)
{
    if (rows == 0)
        return tensor->rank == 1 && tensor->shape[0] == columns;
    return tensor->rank == 2 && tensor->shape[0] == rows && tensor->shape[1] == columns;
}

static const float *
tensor_floats(struct safetensors *tensors, const struct tensor *tensor, size_t count)
{
    const unsigned char *at = tensors->data + tensor->begin;
    float *floats;

    if (tensor->dtype->read == read_f32 && (uintptr_t)at % _Alignof(float) == 0 &&
        __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__)
        return (const float *)(const void *)at;
    floats = arena_take(tensors->arena, count * sizeof *floats);
    for (size_t i = 0; i < count; i++)
        floats[i] = tensor->dtype->read(at + i * tensor->dtype->bytes);
    return floats;
}

bool
safetensors_floats(struct safetensors *tensors, const char *name, size_t rows, size_t columns,
                   const float **floats_out, struct err *err)
{
    const struct tensor *tensor = tensor_find(tensors, name);

    if (tensor == NULL)
        return err_set(err, ERR_MISSING, "the model has no tensor %.120s", name);
    if (tensor->dtype->read == NULL)
        return err_set(err, ERR_INPUT, "tensor %.120s is %s; F32, F16 and BF16 are read", name,
                       tensor->dtype->name);
    if (!shape_is(tensor, rows, columns)) {
        if (rows == 0)
            return err_set(err, ERR_INPUT, "tensor %.120s does not have the shape [%zu]", name,
                           columns);
        return err_set(err, ERR_INPUT, "tensor %.120s does not have the shape [%zu, %zu]", name,
                       rows, columns);
    }
    *floats_out = tensor_floats(tensors, tensor, (rows == 0 ? 1 : rows) * columns);
    return true;
}

size_t
safetensors_bytes(const struct safetensors *tensors)
{
    return tensors->bytes;
}
