/*
 * folder: a temporary folder for a test, gone with it.
 */
#ifndef TESTS_FOLDER_H
#define TESTS_FOLDER_H

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char folder_path[64], folder_before[4096];

/* Makes it and goes there. */
static void
folder_enter(void)
{
    strcpy(folder_path, "/tmp/kvasir-test-XXXXXX");
    if (getcwd(folder_before, sizeof folder_before) == NULL || mkdtemp(folder_path) == NULL ||
        chdir(folder_path) != 0)
        abort();
}

/* Writes a file, and the folder that it stands in (one level at a time). */
static void
folder_write(const char *path, const char *text)
{
    char above[256];
    FILE *file;

    for (const char *slash = path; (slash = strchr(slash, '/')) != NULL; slash++) {
        snprintf(above, sizeof above, "%.*s", (int)(slash - path), path);
        (void)mkdir(above, 0755);
    }
    file = fopen(path, "wb");
    if (file == NULL || fputs(text, file) < 0 || fclose(file) != 0)
        abort();
}

static void
folder_remove(const char *path)
{
    DIR *dir = opendir(path);

    for (struct dirent *entry; dir != NULL && (entry = readdir(dir)) != NULL;) {
        char below[1024];

        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        snprintf(below, sizeof below, "%s/%s", path, entry->d_name);
        if (unlink(below) != 0)
            folder_remove(below);
    }
    if (dir != NULL)
        closedir(dir);
    (void)rmdir(path);
}

static void
folder_leave(void)
{
    if (chdir(folder_before) != 0)
        abort();
    folder_remove(folder_path);
}

#endif
