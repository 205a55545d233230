/* tropea-host-ledger.c: which ledger sessions go to
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-host-ledger"

#include "config.h"

#include "host/tropea-host-ledger.h"

#include "host/tropea-host-private.h"

/**
 * tropea_host_make_client:
 * @url: (nullable): NULL for the embedded ledger
 */
TropeaLedgerClient *
tropea_host_make_client (TropeaHost  *self,
                         const char  *url,
                         GError     **error)
{
  g_autofree char *socket_path = NULL;
  g_autofree char *own_url = NULL;

  if (url != NULL)
    return tropea_ledger_client_new (url, error);

  socket_path = tropea_paths_dup_runtime_file (self->paths, "ledger.sock");
  own_url = g_strconcat ("unix:", socket_path, NULL);

  return tropea_ledger_client_new (own_url, error);
}

/**
 * tropea_host_make_ledger:
 *
 * Make what speaks to the ledger that the options name, and that ledger where it is ours.
 */
void
tropea_host_make_ledger (TropeaHost *self)
{
  self->submitter = tropea_submitter_new (self->store, self->identity, self->client, self->clock);
  if (self->options->ledger_url == NULL && self->ledger == NULL)
    {
      g_autofree char *socket_path = tropea_paths_dup_runtime_file (self->paths, "ledger.sock");
      g_autofree char *database_path = tropea_paths_dup_data_file (self->paths, "ledger.db");

      self->ledger = tropea_embedded_ledger_new (socket_path, database_path, self->clock);
    }
}

static void
credited_cb (TropeaHost          *self,
             TropeaSession       *session,
             const TropeaReceipt *receipt,
             TropeaSubmitter     *submitter)
{
  g_signal_emit_by_name (self, "credited", session);
}

static void
refused_cb (TropeaHost      *self,
            TropeaSession   *session,
            TropeaSubmitter *submitter)
{
  g_signal_emit_by_name (self, "refused", session);
}

static void
notice_cb (TropeaHost      *self,
           const char      *sentence,
           TropeaSubmitter *submitter)
{
  g_signal_emit_by_name (self, "notice", sentence);
}

static void
ledger_ready_cb (TropeaHost *self)
{
  if (self->is_closing || self->is_changing_ledger ||
      !tropea_embedded_ledger_get_is_ready (self->ledger))
    return;

  if (self->is_submitting)
    tropea_submitter_kick (self->submitter);
  else
    tropea_submitter_start (self->submitter);
  self->is_submitting = TRUE;
}

/**
 * tropea_host_connect_ledger:
 *
 * Listen to what tropea_host_make_ledger () made.
 */
void
tropea_host_connect_ledger (TropeaHost *self)
{
  const GConnectFlags swapped = G_CONNECT_SWAPPED;

  g_signal_connect_object (self->submitter, "credited", G_CALLBACK (credited_cb), self, swapped);
  g_signal_connect_object (self->submitter, "refused", G_CALLBACK (refused_cb), self, swapped);
  g_signal_connect_object (self->submitter, "notice", G_CALLBACK (notice_cb), self, swapped);
  g_signal_connect_object (self->submitter, "notify::problem",
                           G_CALLBACK (tropea_host_update_problem), self, swapped);
  if (self->ledger == NULL)
    return;

  g_signal_connect_object (self->ledger, "notify::is-ready", G_CALLBACK (ledger_ready_cb), self,
                           swapped);
  g_signal_connect_object (self->ledger, "notify::problem",
                           G_CALLBACK (tropea_host_update_problem), self, swapped);
}

/**
 * tropea_host_start_ledger:
 *
 * Send what waits, as soon as the ledger listens.
 */
void
tropea_host_start_ledger (TropeaHost *self)
{
  if (self->ledger != NULL)
    {
      /* The submitter starts when the ledger listens. */
      tropea_embedded_ledger_start (self->ledger);
    }
  else
    {
      self->is_submitting = TRUE;
      tropea_submitter_start (self->submitter);
    }
}

/**
 * tropea_host_get_ledger_url:
 *
 * Returns: (nullable): where sessions go; NULL for the ledger on this computer
 */
const char *
tropea_host_get_ledger_url (TropeaHost *self)
{
  g_return_val_if_fail (TROPEA_IS_HOST (self), NULL);

  return self->options->ledger_url;
}
