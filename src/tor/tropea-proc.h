/* tropea-proc.h: looks at the other processes of this computer
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * TropeaListener:
 * @pid: 0 where it is not known, as that of another user's process
 * @name: (owned) (nullable): the program's, where @pid is known
 * @user: (owned): name or number of the user
 * @is_tor: it is a tor, by its name or its user's
 */
typedef struct
{
  int       pid;
  char     *name;
  char     *user;
  gboolean  is_tor;
} TropeaListener;

TropeaListener *tropea_proc_find_listener   (guint           port);
void            tropea_listener_free        (TropeaListener *self);
gboolean        tropea_proc_listens_only_as (guint           port,
                                             guint           uid);
int             tropea_proc_find_holder     (const char     *link);
char           *tropea_proc_dup_name        (int             pid);
char          **tropea_proc_dup_arguments   (int             pid);
char           *tropea_proc_dup_user        (guint           uid);
/* Pure: of the text of /proc/net/tcp or tcp6. */
gboolean        tropea_proc_parse_listener  (const char     *text,
                                             guint           port,
                                             guint64        *inode,
                                             guint          *uid);
void            tropea_proc_parse_listeners (const char     *text,
                                             guint           port,
                                             guint           wanted,
                                             guint          *n_all,
                                             guint          *n_others);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TropeaListener, tropea_listener_free)

G_END_DECLS
