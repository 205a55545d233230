/* tropea-cli-run.h: “tropeactl run”: a host without a window
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* @arguments: those behind “run”. Returns the exit status. */
int tropea_cli_run (const char * const *arguments);

G_END_DECLS
