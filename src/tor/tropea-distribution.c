/* tropea-distribution.c: how this distribution installs a package
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-distribution"

#include "config.h"

#include "tor/tropea-distribution.h"

/* By os-release (5): the distribution's own id first, then those that it is like. */

static const struct
{
  const char *id;
  const char *command;
} rows[] = {
  { "debian", "sudo apt install " },
  { "ubuntu", "sudo apt install " },
  { "fedora", "sudo dnf install " },
  { "rhel", "sudo dnf install " },
  { "arch", "sudo pacman -S " },
  { "suse", "sudo zypper install " },
  { "opensuse", "sudo zypper install " },
  { "opensuse-tumbleweed", "sudo zypper install " },
  { "opensuse-leap", "sudo zypper install " },
  { "alpine", "sudo apk add " },
  { "void", "sudo xbps-install " },
  { "gentoo", "sudo emerge net-vpn/" },
};

/**
 * tropea_distribution_dup_install_command:
 * @id: (nullable): ID of os-release
 * @id_like: (nullable): ID_LIKE of it, with spaces between
 *
 * Pure. Returns: (transfer full) (nullable): such as "sudo apt install tor"
 */
char *
tropea_distribution_dup_install_command (const char *id,
                                         const char *id_like,
                                         const char *package)
{
  g_autofree char *all = g_strdup_printf ("%s %s", id != NULL ? id : "",
                                          id_like != NULL ? id_like : "");
  g_auto(GStrv) ids = g_strsplit (all, " ", -1);

  g_return_val_if_fail (package != NULL, NULL);

  for (guint i = 0; ids[i] != NULL; i++)
    for (gsize k = 0; k < G_N_ELEMENTS (rows); k++)
      if (g_str_equal (ids[i], rows[k].id))
        return g_strconcat (rows[k].command, package, NULL);

  return NULL;
}

/**
 * tropea_distribution_describe_package:
 *
 * Returns: (transfer full): the package's name and, where it is known, the command that installs
 *   it, such as "tor (sudo apt install tor)"
 */
char *
tropea_distribution_describe_package (const char *package)
{
  g_autofree char *id = g_get_os_info (G_OS_INFO_KEY_ID);
  g_autofree char *id_like = g_get_os_info ("ID_LIKE");
  g_autofree char *command = tropea_distribution_dup_install_command (id, id_like, package);

  return command != NULL ? g_strdup_printf ("%s (%s)", package, command) : g_strdup (package);
}
