/* tropea-autostart-file.h: the file that lets a desktop start Tropea at login
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define TROPEA_TYPE_AUTOSTART_FILE (tropea_autostart_file_get_type ())

G_DECLARE_FINAL_TYPE (TropeaAutostartFile, tropea_autostart_file, TROPEA, AUTOSTART_FILE, GObject)

/* Property "is-on" (boolean, read-only): a desktop that reads the file now starts Tropea. */
TropeaAutostartFile *tropea_autostart_file_new       (const char           *config_dir,
                                                      const char * const   *system_dirs,
                                                      const char           *program);
gboolean             tropea_autostart_file_get_is_on (TropeaAutostartFile  *self);
gboolean             tropea_autostart_file_set_is_on (TropeaAutostartFile  *self,
                                                      gboolean              is_on,
                                                      GError              **error);
/* Follow it also where the folder does not exist yet. */
void                 tropea_autostart_file_watch     (TropeaAutostartFile  *self);
/* What to write as the program that runs: its name where that finds it, else its path. */
char                *tropea_autostart_file_find_program (void);

G_END_DECLS
