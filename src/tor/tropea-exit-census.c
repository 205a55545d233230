/* tropea-exit-census.c: how many exits are in which country, as tor knows it
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-exit-census"

#include "config.h"

#include "tor/tropea-exit-census.h"

#include <string.h>

#include "tor/tropea-country-names.h"
#include "tor/tropea-tor-diagnosis.h"

/* The relays are those of the consensus in use, and their countries tor's own, by which it
 * chooses exits: so the numbers are what a choice will meet. A thousand exits are asked for in
 * portions, between which everything else has its turn. Only the sums are kept.
 */

#define MOST_ADDRESSES 100

typedef struct
{
  TropeaControlReply *reply;      /* (owned) (nullable) */
  const char         *at;         /* (unowned): in the reply's text, what is still to be read */
  GHashTable         *addresses;  /* (owned): of this portion, with how many exits each has */
  GHashTable         *counts;     /* (owned): country to number of exits */
} Census;

static void
census_free (gpointer data)
{
  Census *self = data;

  g_clear_pointer (&self->reply, tropea_control_reply_free);
  g_hash_table_unref (self->addresses);
  g_hash_table_unref (self->counts);
  g_free (self);
}

/* The line "r nickname identity digest date time IP ORPort DirPort", or without the digest
 * where tor has microdescriptors: the address is the third word from the end.
 */
static char *
dup_address (const char *line,
             const char *end)
{
  const char *stop = end;
  g_autofree char *address = NULL;

  for (guint i = 0; i < 3; i++)
    {
      const char *blank = g_strrstr_len (line, stop - line, " ");

      if (blank == NULL)
        return NULL;
      if (i == 2)
        address = g_strndup (blank + 1, (gsize) (stop - blank - 1));
      stop = blank;
    }

  return g_hostname_is_ip_address (address) ? g_steal_pointer (&address) : NULL;
}

static gboolean
has_word (const char *line,
          const char *end,
          const char *word)
{
  gsize length = strlen (word);

  for (const char *at = line; at != NULL && at < end; at = memchr (at, ' ', (gsize) (end - at)))
    {
      at += strspn (at, " ");
      if ((gsize) (end - at) >= length && strncmp (at, word, length) == 0
          && (at + length == end || at[length] == ' '))
        return TRUE;
    }

  return FALSE;
}

/**
 * tropea_exit_census_next_exit:
 * @entries: (inout): relays as in the answer to "GETINFO ns/all"; moved behind what was read
 *
 * Pure. Returns: (transfer full) (nullable): the address of the next exit that is not a bad
 *   one, %NULL behind the last
 */
char *
tropea_exit_census_next_exit (const char **entries)
{
  g_autofree char *address = NULL;

  g_return_val_if_fail (entries != NULL && *entries != NULL, NULL);

  while (**entries != '\0')
    {
      const char *line = *entries;
      const char *end = line + strcspn (line, "\r\n");

      *entries = end + strspn (end, "\r\n");
      if (strncmp (line, "r ", 2) == 0)
        {
          g_free (address);
          address = dup_address (line, end);
        }
      else if (strncmp (line, "s ", 2) == 0 && address != NULL
               && has_word (line + 2, end, "Exit") && !has_word (line + 2, end, "BadExit"))
        {
          return g_steal_pointer (&address);
        }
    }

  return NULL;
}

static void
add_to (GHashTable *counts,
        const char *key,
        guint       count)
{
  guint before = GPOINTER_TO_UINT (g_hash_table_lookup (counts, key));

  g_hash_table_replace (counts, g_strdup (key), GUINT_TO_POINTER (before + count));
}

static char *
dup_country (const char *answer)
{
  if (answer == NULL || strlen (answer) != 2 || !g_ascii_isalnum (answer[0])
      || !g_ascii_isalnum (answer[1]))
    return g_strdup (TROPEA_COUNTRY_UNKNOWN);

  return g_ascii_strup (answer, -1);
}

static void ask_for_countries (GTask *task);

static void
take_countries (Census                   *census,
                const TropeaControlReply *reply)
{
  GHashTableIter iter;
  gpointer address;
  gpointer count;

  g_hash_table_iter_init (&iter, census->addresses);
  while (g_hash_table_iter_next (&iter, &address, &count))
    {
      g_autofree char *key = g_strconcat ("ip-to-country/", address, NULL);
      g_autofree char *country = dup_country (tropea_control_reply_get_value (reply, key));

      add_to (census->counts, country, GPOINTER_TO_UINT (count));
    }
}

static void
countries_cb (GObject      *object,
              GAsyncResult *result,
              gpointer      user_data)
{
  g_autoptr(GTask) task = user_data;
  g_autoptr(TropeaControlReply) reply = NULL;
  g_autoptr(GError) error = NULL;

  reply = tropea_control_connection_command_finish (TROPEA_CONTROL_CONNECTION (object), result,
                                                    &error);
  if (g_task_return_error_if_cancelled (task))
    return;

  if (reply == NULL)
    {
      g_task_return_error (task, g_steal_pointer (&error));
    }
  else if (!tropea_control_reply_is_success (reply))
    {
      tropea_tor_problem_set_error (&error, TROPEA_TOR_PROBLEM_EXITS_NO_TABLE, "tor-geoipdb",
                                    NULL);
      g_task_return_error (task, g_steal_pointer (&error));
    }
  else
    {
      take_countries (g_task_get_task_data (task), reply);
      ask_for_countries (g_steal_pointer (&task));
    }
}

static void
ask_for_countries (GTask *task)
{
  g_autoptr(GTask) owned = task;
  g_autoptr(GString) command = g_string_new ("GETINFO");
  Census *census = g_task_get_task_data (task);
  char *address;

  g_hash_table_remove_all (census->addresses);
  while (g_hash_table_size (census->addresses) < MOST_ADDRESSES
         && (address = tropea_exit_census_next_exit (&census->at)) != NULL)
    {
      g_autofree char *own = address;

      if (!g_hash_table_contains (census->addresses, own))
        g_string_append_printf (command, " ip-to-country/%s", own);
      add_to (census->addresses, own, 1);
    }

  if (g_hash_table_size (census->addresses) == 0)
    g_task_return_pointer (task, g_hash_table_ref (census->counts),
                           (GDestroyNotify) g_hash_table_unref);
  else
    tropea_control_connection_command_async (g_task_get_source_object (task), command->str,
                                             countries_cb, g_steal_pointer (&owned));
}

static void
relays_cb (GObject      *object,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr(GTask) task = user_data;
  g_autoptr(GError) error = NULL;
  Census *census = g_task_get_task_data (task);

  census->reply = tropea_control_connection_command_finish (TROPEA_CONTROL_CONNECTION (object),
                                                            result, &error);
  if (g_task_return_error_if_cancelled (task))
    return;

  if (census->reply == NULL)
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }

  census->at = tropea_control_reply_get_value (census->reply, "ns/all");
  if (!tropea_control_reply_is_success (census->reply) || census->at == NULL)
    {
      tropea_tor_problem_set_error (&error, TROPEA_TOR_PROBLEM_EXITS_HIDDEN, NULL);
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }

  ask_for_countries (g_steal_pointer (&task));
}

/**
 * tropea_exit_census_take_async:
 *
 * Count the exits. Fails with a %TROPEA_TOR_ERROR: tor knows no countries, or does not tell.
 */
void
tropea_exit_census_take_async (TropeaControlConnection *connection,
                               GCancellable            *cancellable,
                               GAsyncReadyCallback      callback,
                               gpointer                 user_data)
{
  GTask *task;
  Census *census = g_new0 (Census, 1);

  g_return_if_fail (TROPEA_IS_CONTROL_CONNECTION (connection));

  census->addresses = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  census->counts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  task = g_task_new (connection, cancellable, callback, user_data);
  g_task_set_source_tag (task, tropea_exit_census_take_async);
  g_task_set_task_data (task, census, census_free);

  tropea_control_connection_command_async (connection, "GETINFO ns/all", relays_cb, task);
}

/**
 * tropea_exit_census_take_finish:
 *
 * Returns: (transfer full): country to number of exits (GUINT_TO_POINTER), empty while there is
 *   no consensus; %NULL with @error
 */
GHashTable *
tropea_exit_census_take_finish (TropeaControlConnection  *connection,
                                GAsyncResult             *result,
                                GError                  **error)
{
  g_return_val_if_fail (g_task_is_valid (result, connection), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
