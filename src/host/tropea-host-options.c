/* tropea-host-options.c: what a host is opened with
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-host-options"

#include "config.h"

#include "host/tropea-host-options.h"

/**
 * tropea_host_options_new:
 *
 * Returns: (transfer full): the defaults
 */
TropeaHostOptions *
tropea_host_options_new (void)
{
  TropeaHostOptions *self = g_new0 (TropeaHostOptions, 1);

  self->seed = 1;
  self->thresholds = TROPEA_THRESHOLDS_DEFAULT;
  self->restart_rules = TROPEA_RESTART_RULES_DEFAULT;

  return self;
}

TropeaHostOptions *
tropea_host_options_copy (const TropeaHostOptions *self)
{
  TropeaHostOptions *copy = NULL;

  g_return_val_if_fail (self != NULL, NULL);

  copy = g_memdup2 (self, sizeof *self);
  copy->data_dir = g_strdup (self->data_dir);
  copy->ledger_url = g_strdup (self->ledger_url);
  copy->key_file = g_strdup (self->key_file);
  copy->torrc_append = g_strdup (self->torrc_append);
  copy->bridges = g_strdupv (self->bridges);
  copy->exit_countries = g_strdupv (self->exit_countries);
  copy->torrc_additions = g_strdup (self->torrc_additions);
  copy->log_level = g_strdup (self->log_level);
  copy->attach = g_strdup (self->attach);

  return copy;
}

void
tropea_host_options_free (TropeaHostOptions *self)
{
  if (self == NULL)
    return;

  g_free (self->data_dir);
  g_free (self->ledger_url);
  g_free (self->key_file);
  g_free (self->torrc_append);
  g_strfreev (self->bridges);
  g_strfreev (self->exit_countries);
  g_free (self->torrc_additions);
  g_free (self->log_level);
  g_free (self->attach);
  g_free (self);
}
