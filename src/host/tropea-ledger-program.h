/* tropea-ledger-program.h: finds the program of the built-in ledger
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

char *tropea_ledger_program_find (GError **error);

G_END_DECLS
