/* dpkg's own comparison (libdpkg): lines A<TAB>B in, a sign out, "!" where dpkg refuses one. Like dpkg, warnings do not refuse. */
#define LIBDPKG_VOLATILE_API 1
#include <dpkg/dpkg.h>
#include <dpkg/error.h>
#include <dpkg/version.h>
#include <dpkg/dpkg-db.h>
#include <dpkg/ehandle.h>
#include <stdio.h>
#include <string.h>

int main(void) {
  static char line[65536];
  dpkg_program_init("deb-oracle");
  while (fgets(line, sizeof line, stdin)) {
    line[strcspn(line, "\n")] = 0;
    char *b = strchr(line, '\t');
    if (!b) return 1;
    *b++ = 0;
    struct dpkg_version left, right;
    struct dpkg_error error = DPKG_ERROR_INIT;
    dpkg_version_blank(&left);
    dpkg_version_blank(&right);
    int refused = 0;
    if (*line && parseversion(&left, line, &error) < 0 && error.type == DPKG_MSG_ERROR) refused = 1;
    dpkg_error_destroy(&error);
    if (*b && parseversion(&right, b, &error) < 0 && error.type == DPKG_MSG_ERROR) refused = 1;
    dpkg_error_destroy(&error);
    int order = refused ? 0 : !*line || !*b ? !!*line - !!*b : dpkg_version_compare(&left, &right);
    puts(refused ? "!" : order < 0 ? "<" : order > 0 ? ">" : "=");
  }
  return 0;
}
