/* tropea-proc.c: looks at the other processes of this computer
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-proc"

#include "config.h"

#include "tor/tropea-proc.h"

#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Reads /proc, which holds nothing up. Everybody may read who listens where by its user; which
 * process it is can be seen of one's own only.
 */

#define LONGEST_LINK 4096

/* The users that distributions let their tor run as. */
static const char * const tor_users[] = { "debian-tor", "tor", "toranon", "_tor", NULL };

void
tropea_listener_free (TropeaListener *self)
{
  if (self == NULL)
    return;

  g_free (self->name);
  g_free (self->user);
  g_free (self);
}

/* "  sl  local_address rem_address   st tx_queue:rx_queue tr:tm->when retrnsmt   uid  timeout
 * inode", where 0A is LISTEN.
 */
static gboolean
parse_line (const char *line,
            guint       port,
            guint64    *inode,
            guint      *uid)
{
  guint local_port;
  guint state;
  guint found_uid;
  guint64 found_inode;

  if (sscanf (line, "%*d: %*[0-9A-Fa-f]:%x %*[0-9A-Fa-f]:%*x %x %*x:%*x %*x:%*x %*x %u %*u "
              "%" G_GUINT64_FORMAT, &local_port, &state, &found_uid, &found_inode) != 4
      || local_port != port || state != 0x0A)
    return FALSE;

  *uid = found_uid;
  *inode = found_inode;
  return TRUE;
}

gboolean
tropea_proc_parse_listener (const char *text,
                            guint       port,
                            guint64    *inode,
                            guint      *uid)
{
  g_auto(GStrv) lines = g_strsplit (text, "\n", -1);

  for (guint i = 0; lines[i] != NULL; i++)
    if (parse_line (lines[i], port, inode, uid))
      return TRUE;

  return FALSE;
}

/* How many listen there, and how many of these as others than @wanted or root. */
void
tropea_proc_parse_listeners (const char *text,
                             guint       port,
                             guint       wanted,
                             guint      *n_all,
                             guint      *n_others)
{
  g_auto(GStrv) lines = g_strsplit (text, "\n", -1);

  for (guint i = 0; lines[i] != NULL; i++)
    {
      guint64 inode;
      guint uid;

      if (!parse_line (lines[i], port, &inode, &uid))
        continue;
      (*n_all)++;
      if (uid != 0 && uid != wanted)
        (*n_others)++;
    }
}

static gboolean
has_link (const char *pid,
          const char *wanted)
{
  g_autofree char *folder = g_build_filename ("/proc", pid, "fd", NULL);
  g_autoptr(GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);
      char link[LONGEST_LINK];
      gssize length = readlink (path, link, sizeof link - 1);

      if (length < 0)
        continue;
      link[length] = '\0';
      if (g_str_equal (link, wanted))
        return TRUE;
    }

  return FALSE;
}

/**
 * tropea_proc_find_holder:
 * @link: what a descriptor is shown as in /proc: a path, or "socket:[n]"
 *
 * Returns: the process that has it open, of those that may be looked at; 0 for none
 */
int
tropea_proc_find_holder (const char *link)
{
  g_autoptr(GDir) dir = g_dir_open ("/proc", 0, NULL);
  const char *name;

  g_return_val_if_fail (link != NULL, 0);

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    if (g_ascii_isdigit (*name) && has_link (name, link))
      return (int) g_ascii_strtoll (name, NULL, 10);

  return 0;
}

static char *
read_proc (int         pid,
           const char *file,
           gsize      *length)
{
  g_autofree char *path = g_strdup_printf ("/proc/%d/%s", pid, file);
  char *text = NULL;

  return g_file_get_contents (path, &text, length, NULL) ? text : NULL;
}

/* Returns: (transfer full) (nullable): the program's name, valid UTF-8 */
char *
tropea_proc_dup_name (int pid)
{
  g_autofree char *name = read_proc (pid, "comm", NULL);

  return name != NULL ? g_utf8_make_valid (g_strchomp (name), -1) : NULL;
}

/* Returns: (transfer full) (nullable): the command line */
char **
tropea_proc_dup_arguments (int pid)
{
  g_autoptr(GStrvBuilder) builder = g_strv_builder_new ();
  gsize length = 0;
  g_autofree char *text = read_proc (pid, "cmdline", &length);

  if (text == NULL)
    return NULL;

  for (gsize at = 0; at < length; at += strlen (text + at) + 1)
    g_strv_builder_add (builder, text + at);

  return g_strv_builder_end (builder);
}

/* Returns: (transfer full): the user's name, or else the number */
char *
tropea_proc_dup_user (guint uid)
{
  struct passwd *entry = getpwuid (uid);

  return entry != NULL ? g_utf8_make_valid (entry->pw_name, -1) : g_strdup_printf ("%u", uid);
}

static const char * const tables[] = { "/proc/net/tcp", "/proc/net/tcp6" };

/**
 * tropea_proc_listens_only_as:
 *
 * Whether whoever listens on the TCP port of this computer is the user @uid or root, at each
 * of its addresses.
 */
gboolean
tropea_proc_listens_only_as (guint port,
                             guint uid)
{
  guint n_all = 0;
  guint n_others = 0;

  for (gsize i = 0; i < G_N_ELEMENTS (tables); i++)
    {
      g_autofree char *text = NULL;

      if (g_file_get_contents (tables[i], &text, NULL, NULL))
        tropea_proc_parse_listeners (text, port, uid, &n_all, &n_others);
    }

  return n_all > 0 && n_others == 0;
}

/**
 * tropea_proc_find_listener:
 *
 * Returns: (transfer full) (nullable): who listens on the TCP port of this computer
 */
TropeaListener *
tropea_proc_find_listener (guint port)
{
  g_autofree char *link = NULL;
  TropeaListener *self;
  guint64 inode = 0;
  guint uid = 0;
  gboolean is_found = FALSE;

  for (gsize i = 0; i < G_N_ELEMENTS (tables) && !is_found; i++)
    {
      g_autofree char *text = NULL;

      is_found = g_file_get_contents (tables[i], &text, NULL, NULL)
                 && tropea_proc_parse_listener (text, port, &inode, &uid);
    }
  if (!is_found)
    return NULL;

  link = g_strdup_printf ("socket:[%" G_GUINT64_FORMAT "]", inode);
  self = g_new0 (TropeaListener, 1);
  self->pid = tropea_proc_find_holder (link);
  self->name = self->pid != 0 ? tropea_proc_dup_name (self->pid) : NULL;
  self->user = tropea_proc_dup_user (uid);
  self->is_tor = self->name != NULL ? g_str_equal (self->name, "tor")
                                    : g_strv_contains (tor_users, self->user);

  return self;
}
