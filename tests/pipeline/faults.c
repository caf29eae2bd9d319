/* Fails, fills the disk or dies at the n-th call that changes what lies below a folder; put before libc by LD_PRELOAD. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

enum { OFF, ONCE, FULL, KILL, COUNT };
static char root[PATH_MAX];
static int mode = OFF;
static long left = 0, seen = 0;

void faults_arm(const char *folder, int how, long n) { strncpy(root, folder, PATH_MAX - 1); mode = how; left = n; seen = 0; }
long faults_seen(void) { return seen; }

static int below(const char *path) { return root[0] && path && strncmp(path, root, strlen(root)) == 0; }
static int ours(int fd) {
    char link[64], path[PATH_MAX];
    if (!mode) return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t n = readlink(link, path, sizeof path - 1);
    if (n < 0) return 0;
    path[n] = 0;
    return below(path);
}
static int at(int fd, const char *path) { return mode && (path[0] == '/' || fd == AT_FDCWD ? below(path) : ours(fd)); }
/* Whether this call is to fail; `fills` says that it would take room. */
static int fails(int fills) {
    seen++;
    left--;
    if (mode == COUNT || left > 0 || (mode == ONCE && left < 0)) return 0;
    if (mode == KILL) _exit(9);
    if (mode == FULL && !fills) return 0;
    errno = mode == FULL ? ENOSPC : EIO;
    return 1;
}
#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))
ssize_t write(int fd, const void *b, size_t n) { if (ours(fd) && fails(1)) return -1; return REAL(write)(fd, b, n); }
ssize_t pwrite(int fd, const void *b, size_t n, off_t o) { if (ours(fd) && fails(1)) return -1; return REAL(pwrite)(fd, b, n, o); }
ssize_t pwrite64(int fd, const void *b, size_t n, off64_t o) { if (ours(fd) && fails(1)) return -1; return REAL(pwrite64)(fd, b, n, o); }
int ftruncate64(int fd, off64_t n) { if (ours(fd) && fails(0)) return -1; return REAL(ftruncate64)(fd, n); }
int fsync(int fd) { if (ours(fd) && fails(0)) return -1; return REAL(fsync)(fd); }
int fdatasync(int fd) { if (ours(fd) && fails(0)) return -1; return REAL(fdatasync)(fd); }
int rename(const char *a, const char *b) { if (mode && below(b) && fails(0)) return -1; return REAL(rename)(a, b); }
int link(const char *a, const char *b) { if (mode && below(b) && fails(1)) return -1; return REAL(link)(a, b); }
int symlink(const char *a, const char *b) { if (mode && below(b) && fails(1)) return -1; return REAL(symlink)(a, b); }
int mkdir(const char *a, mode_t m) { if (mode && below(a) && fails(1)) return -1; return REAL(mkdir)(a, m); }
int unlink(const char *a) { if (mode && below(a) && fails(0)) return -1; return REAL(unlink)(a); }
int unlinkat(int fd, const char *a, int f) { if (at(fd, a) && fails(0)) return -1; return REAL(unlinkat)(fd, a, f); }
int rmdir(const char *a) { if (mode && below(a) && fails(0)) return -1; return REAL(rmdir)(a); }
#define OPENS(name) \
    int name(const char *a, int f, ...) { \
        va_list rest; va_start(rest, f); mode_t m = f & O_CREAT ? va_arg(rest, mode_t) : 0; va_end(rest); \
        if (mode && f & O_CREAT && below(a) && fails(1)) return -1; \
        return REAL(name)(a, f, m); }
OPENS(open)
OPENS(open64)
