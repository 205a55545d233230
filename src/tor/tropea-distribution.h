/* tropea-distribution.h: how this distribution installs a package
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

char *tropea_distribution_dup_install_command (const char *id,
                                               const char *id_like,
                                               const char *package);
char *tropea_distribution_describe_package    (const char *package);

G_END_DECLS
