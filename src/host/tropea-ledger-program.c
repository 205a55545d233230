/* tropea-ledger-program.c: finds the program of the built-in ledger
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-ledger-program"

#include "config.h"

#include "host/tropea-ledger-program.h"

#include <unistd.h>

/* An explicit $TROPEA_LEDGER is meant: where it is wrong, nothing else is tried. Then the one
 * that belongs to this very program, in its folder or its build tree, before any installed
 * one: client and ledger speak the same version.
 */

static char *
check_program (const char *folder,
               const char *more)
{
  g_autofree char *path = g_build_filename (folder, more, "tropea-ledger", NULL);

  if (g_file_test (path, G_FILE_TEST_IS_REGULAR) && access (path, X_OK) == 0)
    return g_steal_pointer (&path);

  return NULL;
}

/**
 * tropea_ledger_program_find:
 *
 * Returns: (transfer full): the path of tropea-ledger, or NULL: G_IO_ERROR_NOT_FOUND
 */
char *
tropea_ledger_program_find (GError **error)
{
  const char *chosen = g_getenv ("TROPEA_LEDGER");
  g_autofree char *exe = g_file_read_link ("/proc/self/exe", NULL);
  char *path = NULL;

  if (chosen != NULL && *chosen != '\0')
    {
      if (access (chosen, X_OK) == 0)
        return g_strdup (chosen);

      g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                   "$TROPEA_LEDGER names “%s”, which cannot be run: set it to the path of "
                   "tropea-ledger or unset it", chosen);
      return NULL;
    }

  if (exe != NULL)
    {
      g_autofree char *folder = g_path_get_dirname (exe);

      path = check_program (folder, ".");
      if (path == NULL)
        path = check_program (folder, "../ledger");
    }

  if (path == NULL)
    path = check_program (TROPEA_BINDIR, ".");
  if (path == NULL)
    path = g_find_program_in_path ("tropea-ledger");
  if (path == NULL)
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                         "The program tropea-ledger was not found: install it, name another "
                         "ledger with --ledger, or set $TROPEA_LEDGER to its path");

  return path;
}
