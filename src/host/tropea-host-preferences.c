/* tropea-host-preferences.c: what is chosen while the host is open
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-host-preferences"

#include "config.h"

#include "host/tropea-host-private.h"

/* A tor that runs is not disturbed: what it was made with counts until it is started next. */

static gboolean
set_string (char       **field,
            const char  *string)
{
  if (g_strcmp0 (*field, string) == 0)
    return FALSE;

  g_free (*field);
  *field = g_strdup (string);

  return TRUE;
}

static gboolean
set_int (int *field,
         int  value)
{
  gboolean is_new = *field != value;

  *field = value;

  return is_new;
}

/**
 * tropea_host_set_tor_options:
 *
 * Take ports, torrc additions and log level from @options. They count when tor is started next.
 */
void
tropea_host_set_tor_options (TropeaHost              *self,
                             const TropeaHostOptions *options)
{
  gboolean is_new = FALSE;

  g_return_if_fail (TROPEA_IS_HOST (self));
  g_return_if_fail (options != NULL);

  is_new |= set_int (&self->options->socks_port, options->socks_port);
  is_new |= set_int (&self->options->control_port, options->control_port);
  is_new |= set_string (&self->options->torrc_additions, options->torrc_additions);
  is_new |= set_string (&self->options->log_level, options->log_level);
  if (is_new)
    self->has_new_options = TRUE;
}

static void
info_cb (GObject      *object,
         GAsyncResult *result,
         gpointer      user_data)
{
  g_autoptr(GTask) task = user_data;
  g_autoptr(GError) error = NULL;
  TropeaLedgerInfo *info = NULL;

  info = tropea_ledger_client_info_finish (TROPEA_LEDGER_CLIENT (object), result, &error);
  if (info != NULL)
    g_task_return_pointer (task, info, (GDestroyNotify) tropea_ledger_info_free);
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

/**
 * tropea_host_ask_ledger_async:
 * @url: (nullable): NULL for the ledger that sessions go to now
 *
 * Ask a ledger who it is, on the road that sessions would take: a remote one through our own
 * tor. Nothing is sent but the question, and nothing is remembered. Fails with a
 * %TROPEA_LEDGER_CLIENT_ERROR.
 */
void
tropea_host_ask_ledger_async (TropeaHost          *self,
                              const char          *url,
                              GCancellable        *cancellable,
                              GAsyncReadyCallback  callback,
                              gpointer             user_data)
{
  g_autoptr(GTask) task = NULL;
  g_autoptr(GError) error = NULL;
  g_autoptr(TropeaLedgerClient) client = NULL;

  g_return_if_fail (TROPEA_IS_HOST (self));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, tropea_host_ask_ledger_async);

  client = url != NULL ? tropea_ledger_client_new (url, &error) : g_object_ref (self->client);
  if (client == NULL)
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }

  if (url != NULL && self->source == TROPEA_SOURCE_TOR_CLIENT && self->backend != NULL &&
      tropea_tor_backend_get_state (self->backend) == TROPEA_TOR_STATE_RUNNING)
    tropea_ledger_client_set_socks_port (client, tropea_tor_backend_get_socks_port (self->backend));

  tropea_ledger_client_info_async (client, cancellable, info_cb, g_steal_pointer (&task));
}

/**
 * tropea_host_ask_ledger_finish:
 *
 * Returns: (transfer full): what the ledger says about itself, or NULL with @error
 */
TropeaLedgerInfo *
tropea_host_ask_ledger_finish (TropeaHost    *self,
                               GAsyncResult  *result,
                               GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * tropea_host_get_data_dir:
 *
 * Returns: the folder that everything is kept in
 */
const char *
tropea_host_get_data_dir (TropeaHost *self)
{
  g_return_val_if_fail (TROPEA_IS_HOST (self), NULL);

  return tropea_paths_get_data_dir (self->paths);
}
