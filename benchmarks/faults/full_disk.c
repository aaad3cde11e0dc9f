/* A disk that is full from the n-th write on, for programs that are started with LD_PRELOAD.

   FULL_DISK_PLACE is the directory that is on the disk, FULL_DISK_COUNT a file of 8 bytes in which
   all processes count their writes, and FULL_DISK_AFTER the number of writes that succeed.
   It reaches what goes through the C library: Python's files, SQLite and Arrow. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <unistd.h>

static long *count;
static long after;
static char place[4096];
static size_t length;

__attribute__((constructor)) static void start(void) {
    const char *directory = getenv("FULL_DISK_PLACE"), *counter = getenv("FULL_DISK_COUNT");
    const char *number = getenv("FULL_DISK_AFTER");
    if (!directory || !counter || !number) return;
    int file = open(counter, O_RDWR | O_CLOEXEC);
    if (file < 0) return;
    void *shared = mmap(NULL, sizeof(long), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    close(file);
    if (shared == MAP_FAILED) return;
    after = atol(number);
    length = strlen(directory);
    if (length >= sizeof place) return;
    memcpy(place, directory, length);
    count = shared;
}

/* Whether a write to a file fails. */
static int fails(int file) {
    char link[64], path[4096];
    if (!count) return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    ssize_t size = readlink(link, path, sizeof path);
    if (size < (ssize_t)length || memcmp(path, place, length)) return 0;
    if (__sync_fetch_and_add(count, 1) < after) return 0;
    errno = ENOSPC;
    return 1;
}

#define NEXT(name) __typeof__(&name) next = (__typeof__(&name))dlsym(RTLD_NEXT, #name)

ssize_t write(int file, const void *data, size_t size) {
    NEXT(write);
    return fails(file) ? -1 : next(file, data, size);
}

ssize_t pwrite(int file, const void *data, size_t size, off_t offset) {
    NEXT(pwrite);
    return fails(file) ? -1 : next(file, data, size, offset);
}

ssize_t pwrite64(int file, const void *data, size_t size, off64_t offset) {
    NEXT(pwrite64);
    return fails(file) ? -1 : next(file, data, size, offset);
}

ssize_t writev(int file, const struct iovec *parts, int number) {
    NEXT(writev);
    return fails(file) ? -1 : next(file, parts, number);
}

ssize_t pwritev(int file, const struct iovec *parts, int number, off_t offset) {
    NEXT(pwritev);
    return fails(file) ? -1 : next(file, parts, number, offset);
}

int ftruncate64(int file, off64_t size) {
    NEXT(ftruncate64);
    return size > 0 && fails(file) ? -1 : next(file, size);
}

int posix_fallocate(int file, off_t offset, off_t size) {
    NEXT(posix_fallocate);
    return fails(file) ? ENOSPC : next(file, offset, size);
}
