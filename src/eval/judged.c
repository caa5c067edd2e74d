/*
 * judged: documents, questions, and people's judgement of which answers which.
 */
#include "eval/judged.h"

#include "base/buf.h"
#include "base/js.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MOST_BYTES (1L << 30)

static bool
read_all(struct arena *arena, const char *path, struct str *text_out, struct err *err)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    struct stat stat;
    size_t done = 0;
    char *bytes;

    if (fd < 0 || fstat(fd, &stat) < 0 || stat.st_size > MOST_BYTES) {
        err_set(err, ERR_INPUT, "%.150s cannot be read: %s", path,
                fd < 0 ? strerror(errno) : "it is larger than 1 GiB");
        if (fd >= 0)
            close(fd);
        return false;
    }
    bytes = arena_take(arena, (size_t)stat.st_size + 1);
    while (done < (size_t)stat.st_size) {
        ssize_t got = read(fd, bytes + done, (size_t)stat.st_size - done);

        if (got <= 0)
            break;
        done += (size_t)got;
    }
    close(fd);
    *text_out = (struct str){bytes, done};
    return true;
}

/* The next line without its end; false after the last. */
static bool
next_line(struct str *rest, struct str *line)
{
    const char *end;

    if (rest->len == 0)
        return false;
    end = memchr(rest->at, '\n', rest->len);
    line->at = rest->at;
    line->len = end == NULL ? rest->len : (size_t)(end - rest->at);
    rest->len -= line->len + (end != NULL);
    rest->at += line->len + (end != NULL);
    return true;
}

/* The text before the next tab; what follows stays in `line`. */
static struct str
next_field(struct str *line)
{
    const char *tab = memchr(line->at, '\t', line->len);
    struct str field = {line->at, tab == NULL ? line->len : (size_t)(tab - line->at)};

    line->at += field.len + (tab != NULL);
    line->len -= field.len + (tab != NULL);
    return field;
}

static size_t
count_lines(struct str text)
{
    struct str line;
    size_t count = 0;

    while (next_line(&text, &line))
        count++;
    return count;
}

static void
relevant_add(struct arena *arena, struct judged_query *query, struct str doc)
{
    if (query->relevant_count == query->relevant_room) {
        size_t room = query->relevant_room == 0 ? 8 : 2 * query->relevant_room;
        struct str *list = arena_take(arena, room * sizeof *list);

        if (query->relevant_count > 0)
            memcpy(list, query->relevant, query->relevant_count * sizeof *list);
        query->relevant = list;
        query->relevant_room = room;
    }
    query->relevant[query->relevant_count++] = doc;
}

bool
judged_is_relevant(const struct judged_query *query, struct str doc)
{
    for (size_t i = 0; i < query->relevant_count; i++) {
        if (str_same(query->relevant[i], doc))
            return true;
    }
    return false;
}

static uint32_t
hash(struct str text)
{
    uint32_t sum = 2166136261U; /* FNV-1a */

    for (size_t i = 0; i < text.len; i++)
        sum = (sum ^ (unsigned char)text.at[i]) * 16777619U;
    return sum ^ sum >> 16;
}

struct judged
judged_half(struct arena *arena, const struct judged *set, bool second)
{
    struct judged half = *set;

    half.queries = arena_take(arena, (set->queries_count + 1) * sizeof *half.queries);
    half.queries_count = 0;
    for (size_t i = 0; i < set->queries_count; i++) {
        if ((hash(set->queries[i].id) % 2 == 1) == second)
            half.queries[half.queries_count++] = set->queries[i];
    }
    return half;
}

static void
queries_keep_judged(struct judged *set)
{
    size_t kept = 0;

    for (size_t i = 0; i < set->queries_count; i++) {
        if (set->queries[i].relevant_count > 0)
            set->queries[kept++] = set->queries[i];
    }
    set->queries_count = kept;
}

static void
tsv_docs(struct arena *arena, struct str text, struct judged *set)
{
    struct str line;

    set->docs = arena_take(arena, (count_lines(text) + 1) * sizeof *set->docs);
    while (next_line(&text, &line)) {
        struct judged_doc *doc = &set->docs[set->docs_count++];

        doc->id = next_field(&line);
        doc->text = line;
    }
}

static void
tsv_queries(struct arena *arena, struct str text, struct judged *set)
{
    struct str line;

    set->queries = arena_take(arena, (count_lines(text) + 1) * sizeof *set->queries);
    while (next_line(&text, &line)) {
        struct judged_query *query = &set->queries[set->queries_count++];

        query->id = next_field(&line);
        query->text = line;
    }
}

/* Judgements stand together by query in practice, so the last one is tried first. */
static void
tsv_judgements(struct arena *arena, struct str text, struct judged *set)
{
    size_t last = 0;
    struct str line;

    while (next_line(&text, &line)) {
        struct str query = next_field(&line), doc = next_field(&line);
        size_t tried = 0;

        while (tried < set->queries_count && !str_same(set->queries[last].id, query)) {
            last = (last + 1) % set->queries_count;
            tried++;
        }
        if (tried < set->queries_count && !str_is(str_trim(line), "0"))
            relevant_add(arena, &set->queries[last], doc);
    }
}

static bool
read_tsv(struct arena *arena, const char *dir, const char *name, struct judged *set,
         struct err *err)
{
    struct str docs, queries, judgements;

    if (!read_all(arena, str_format(arena, "%s/%s.docs.tsv", dir, name), &docs, err) ||
        !read_all(arena, str_format(arena, "%s/%s.queries.tsv", dir, name), &queries, err) ||
        !read_all(arena, str_format(arena, "%s/%s.qrels.tsv", dir, name), &judgements, err))
        return false;
    tsv_docs(arena, docs, set);
    tsv_queries(arena, queries, set);
    tsv_judgements(arena, judgements, set);
    return true;
}

static struct str
titled(struct arena *arena, struct str title, struct str body)
{
    struct buf buf;

    buf_start(&buf, arena, title.len + body.len + 1);
    buf_add(&buf, title.at, title.len);
    buf_byte(&buf, '\n');
    buf_add(&buf, body.at, body.len);
    return (struct str){buf.data, buf.len};
}

static bool
jsonl_docs(struct arena *arena, struct str text, struct judged *set, struct err *err)
{
    struct json_object *row;
    struct str line;

    set->docs = arena_take(arena, (count_lines(text) + 1) * sizeof *set->docs);
    while (next_line(&text, &line)) {
        struct judged_doc *doc = &set->docs[set->docs_count++];

        if (!js_parse(arena, line, &row, err))
            return false;
        doc->id = js_str(js_find(row, "id"));
        doc->title = js_str(js_find(row, "title"));
        doc->text = titled(arena, doc->title, js_str(js_find(row, "text")));
    }
    return true;
}

static bool
jsonl_queries(struct arena *arena, struct str text, struct judged *set, struct err *err)
{
    struct json_object *row, *gold;
    struct str line;

    set->queries = arena_take(arena, (count_lines(text) + 1) * sizeof *set->queries);
    while (next_line(&text, &line)) {
        struct judged_query *query = &set->queries[set->queries_count++];

        if (!js_parse(arena, line, &row, err))
            return false;
        query->id = js_str(js_find(row, "id"));
        query->text = js_str(js_find(row, "q"));
        query->type = js_str(js_find(row, "type"));
        gold = js_find(row, "gold");
        for (size_t i = 0; i < js_count(gold); i++)
            relevant_add(arena, query, js_str(js_item(gold, i)));
    }
    return true;
}

static bool
read_jsonl(struct arena *arena, const char *dir, const char *name, struct judged *set,
           struct err *err)
{
    struct str docs, queries;

    return read_all(arena, str_format(arena, "%s/%s.passages.jsonl", dir, name), &docs, err) &&
           read_all(arena, str_format(arena, "%s/%s.queries.jsonl", dir, name), &queries,
                    err) &&
           jsonl_docs(arena, docs, set, err) && jsonl_queries(arena, queries, set, err);
}

static int
name_order(const void *a, const void *b)
{
    const char *const *left = a, *const *right = b;

    return strcmp(*left, *right);
}

/* Names of the files that hold documents: each is a set. */
static bool
list_sets(struct arena *arena, const char *dir, char ***names_out, size_t *count_out,
          struct err *err)
{
    DIR *folder = opendir(dir);
    size_t count = 0;
    char **names = arena_take(arena, 256 * sizeof *names);

    if (folder == NULL)
        return err_set(err, ERR_INPUT, "%.150s cannot be read: %s", dir, strerror(errno));
    for (struct dirent *entry; count < 256 && (entry = readdir(folder)) != NULL;) {
        if (strstr(entry->d_name, ".docs.tsv") != NULL ||
            strstr(entry->d_name, ".passages.jsonl") != NULL)
            names[count++] = arena_strdup(arena, entry->d_name);
    }
    closedir(folder);
    qsort(names, count, sizeof *names, name_order);
    *names_out = names;
    *count_out = count;
    return count > 0 ||
           err_set(err, ERR_INPUT, "%.150s holds no NAME.docs.tsv and no NAME.passages.jsonl",
                   dir);
}

bool
judged_read(struct arena *arena, const char *dir, struct judged **sets_out, size_t *count_out,
            struct err *err)
{
    struct judged *sets;
    char **files = NULL;
    size_t count = 0;

    if (!list_sets(arena, dir, &files, &count, err))
        return false;
    sets = arena_take(arena, count * sizeof *sets);
    for (size_t i = 0; i < count; i++) {
        bool tsv = strstr(files[i], ".docs.tsv") != NULL;

        files[i][strcspn(files[i], ".")] = '\0';
        sets[i].name = files[i];
        if (!(tsv ? read_tsv : read_jsonl)(arena, dir, files[i], &sets[i], err))
            return false;
        queries_keep_judged(&sets[i]);
    }
    *sets_out = sets;
    *count_out = count;
    return true;
}
