/* tropea-paths.h: the two private folders of one Tropea and the lock that makes them its own
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define TROPEA_TYPE_PATHS (tropea_paths_get_type ())

G_DECLARE_FINAL_TYPE (TropeaPaths, tropea_paths, TROPEA, PATHS, GObject)

TropeaPaths *tropea_paths_open              (const char   *data_dir,
                                             GError      **error);
const char  *tropea_paths_get_data_dir      (TropeaPaths  *self);
const char  *tropea_paths_get_runtime_dir   (TropeaPaths  *self);
char        *tropea_paths_dup_data_file     (TropeaPaths  *self,
                                             const char   *name);
char        *tropea_paths_dup_runtime_file  (TropeaPaths  *self,
                                             const char   *name);
/* Without the folder's lock: for whoever looks for a Tropea that runs, or makes a folder of
 * its own. */
char        *tropea_paths_dup_runtime_dir_of (const char  *data_dir);
gboolean     tropea_paths_make_private_dir  (const char   *path,
                                             GError      **error);

G_END_DECLS
