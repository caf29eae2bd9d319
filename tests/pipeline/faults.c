/* Fails, fills the disk or dies at the n-th write, sync, rename or link below a folder; put before libc by LD_PRELOAD.
 * The count is kept in a file, so that the processes which one process starts count on. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

enum { OFF, ONCE, FULL, KILL };
static struct state { char root[PATH_MAX]; int mode; long left, seen; } own, *it = &own;

static void share(const char *path) {
    int fd = open(path, O_RDWR | O_CREAT, 0600);
    if (fd < 0 || ftruncate(fd, sizeof own)) return;
    it = mmap(NULL, sizeof own, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    close(fd);
}
__attribute__((constructor)) static void begin(void) { if (getenv("FAULTS_SHARED")) share(getenv("FAULTS_SHARED")); }
void faults_arm(const char *folder, int how, long n, const char *shared) {
    share(shared);
    strncpy(it->root, folder, PATH_MAX - 1);
    it->mode = how; it->left = n; it->seen = 0;
}
long faults_seen(void) { return it->seen; }

static int below(const char *path) { return it->root[0] && path && strncmp(path, it->root, strlen(it->root)) == 0; }
static int ours(int fd) {
    char link[64], path[PATH_MAX];
    if (!it->mode) return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t n = readlink(link, path, sizeof path - 1);
    if (n < 0) return 0;
    path[n] = 0;
    return below(path);
}
/* Whether this call is to fail; `fills` says that it would take room. */
static int fails(int fills) {
    __atomic_add_fetch(&it->seen, 1, __ATOMIC_SEQ_CST);
    long left = __atomic_sub_fetch(&it->left, 1, __ATOMIC_SEQ_CST);
    if (left > 0 || (it->mode == ONCE && left < 0)) return 0;
    if (it->mode == KILL) _exit(9);
    if (it->mode == FULL && !fills) return 0;
    errno = it->mode == FULL ? ENOSPC : EIO;
    return 1;
}
#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))
ssize_t write(int fd, const void *b, size_t n) { if (ours(fd) && fails(1)) return -1; return REAL(write)(fd, b, n); }
ssize_t pwrite(int fd, const void *b, size_t n, off_t o) { if (ours(fd) && fails(1)) return -1; return REAL(pwrite)(fd, b, n, o); }
ssize_t pwrite64(int fd, const void *b, size_t n, off64_t o) { if (ours(fd) && fails(1)) return -1; return REAL(pwrite64)(fd, b, n, o); }
int fsync(int fd) { if (ours(fd) && fails(0)) return -1; return REAL(fsync)(fd); }
int fdatasync(int fd) { if (ours(fd) && fails(0)) return -1; return REAL(fdatasync)(fd); }
int rename(const char *a, const char *b) { if (it->mode && below(b) && fails(0)) return -1; return REAL(rename)(a, b); }
int link(const char *a, const char *b) { if (it->mode && below(b) && fails(1)) return -1; return REAL(link)(a, b); }
int symlink(const char *a, const char *b) { if (it->mode && below(b) && fails(1)) return -1; return REAL(symlink)(a, b); }
int mkdir(const char *a, mode_t m) { if (it->mode && below(a) && fails(1)) return -1; return REAL(mkdir)(a, m); }
