/*
 * doctor_host: checks of settings, folders and the model, which need nobody's answer.
 */
#include "app/doctor.h"
#include "embed/embed.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#define MB          (1024ULL * 1024)
#define DISK_LEAST  (64 * MB)
#define DISK_LITTLE (512 * MB)

void
doctor_settings(struct doctor *doctor, struct doctor_finding *finding)
{
    const char *mode = conf_text(CONF_mode), *auth = conf_text(CONF_auth);

    (void)doctor;
    if (strcmp(auth, "open") == 0 && strcmp(mode, "production") == 0) {
        doctor_say(finding, DOCTOR_FAILED,
                   "mode=production forbids auth=open, so kvasir-fcgi will not start");
        doctor_mend(finding, "set auth=key and make a key: kvasir key create");
    } else if (strcmp(auth, "open") == 0) {
        doctor_say(finding, DOCTOR_WARNING,
                   "auth=open: whoever reaches this server is default_tenant");
        doctor_mend(finding, "for more than one person's own machine set mode=production, "
                             "auth=key");
    } else {
        doctor_say(finding, DOCTOR_OK, "mode=%s, auth=%s", mode, auth);
    }
}

/* A word tells what opening does not: that the library of the products is there. */
static bool
model_speaks(struct doctor *doctor, const struct embed *embed, struct err *err)
{
    float *vector = arena_take(doctor->arena, embed_dims(embed) * sizeof *vector);
    struct str word = str_of("word");

    return embed_texts(embed, doctor->arena, &word, 1, vector, err);
}

void
doctor_model(struct doctor *doctor, struct doctor_finding *finding)
{
    struct err err = {.kind = ERR_NONE};
    struct embed *embed = NULL;

    if (!embed_open(conf_text(CONF_model_dir), conf_text(CONF_model), &embed, &err)) {
        doctor_err(finding, DOCTOR_WARNING, &err);
        doctor_mend(finding, "kvasir model install (or model=none: words only)");
    } else if (embed == NULL) {
        doctor_say(finding, DOCTOR_SKIPPED, "model=none: searches go by words");
    } else if (!model_speaks(doctor, embed, &err)) {
        doctor_err(finding, DOCTOR_WARNING, &err);
        doctor_mend(finding, "install OpenBLAS (package libopenblas0), or set model=none");
        embed_close(embed);
    } else {
        doctor_say(finding, DOCTOR_OK, "%s, %zu dimensions, %zu tokens", embed_model(embed),
                   embed_dims(embed), embed_window(embed));
        embed_close(embed);
    }
}

void
doctor_run_dir(struct doctor *doctor, struct doctor_finding *finding)
{
    const char *path = conf_text(CONF_run_dir);
    struct stat info;

    (void)doctor;
    if (stat(path, &info) == 0 && !S_ISDIR(info.st_mode))
        doctor_say(finding, DOCTOR_FAILED, "%s is no folder", path);
    else if (access(path, R_OK | W_OK | X_OK) != 0)
        doctor_say(finding, DOCTOR_FAILED, "%s: %s", path, strerror(errno));
    else
        doctor_say(finding, DOCTOR_OK, "%s is writable", path);
    if (finding->state == DOCTOR_FAILED)
        doctor_mend(finding, "make the folder for the account that runs the programs, or set "
                             "run_dir to another");
}

void
doctor_disk(struct doctor *doctor, struct doctor_finding *finding)
{
    const char *path = conf_text(CONF_run_dir);
    unsigned long long free_bytes;
    struct statvfs disk;

    (void)doctor;
    if (statvfs(path, &disk) != 0) {
        doctor_say(finding, DOCTOR_SKIPPED, "%s: %s", path, strerror(errno));
        return;
    }
    free_bytes = (unsigned long long)disk.f_bavail * disk.f_frsize;
    doctor_say(finding,
               free_bytes < DISK_LEAST    ? DOCTOR_FAILED
               : free_bytes < DISK_LITTLE ? DOCTOR_WARNING
                                          : DOCTOR_OK,
               "%llu MB are free below %s", free_bytes / MB, path);
    if (finding->state != DOCTOR_OK)
        doctor_mend(finding, "make room on that disk");
}
