/* tropea-host-exits.c: in which countries circuits may end
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-host-exits"

#include "config.h"

#include "host/tropea-host-private.h"

#include <glib/gi18n-lib.h>

#include "tor/tropea-exit-choice.h"

/* Only a tor of ours is told what the user chose. One that somebody else started is asked where
 * its exits are, and left as it is.
 */

typedef struct
{
  char     **countries;  /* (owned) */
  gboolean   is_strict;
} Choice;

static void
choice_free (gpointer data)
{
  Choice *self = data;

  g_strfreev (self->countries);
  g_free (self);
}

static void
notice_cb (TropeaHost *self,
           const char *sentence)
{
  if (!self->is_closing)
    g_signal_emit_by_name (self, "notice", sentence);
}

/**
 * tropea_host_watch_exits:
 *
 * Pass on what there is to say about the choice.
 */
void
tropea_host_watch_exits (TropeaHost *self)
{
  g_signal_connect_object (self->exit_guard, "notice", G_CALLBACK (notice_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->exit_guard, "trouble-changed",
                           G_CALLBACK (tropea_host_update_problem), self, G_CONNECT_SWAPPED);
}

/**
 * tropea_host_update_exits:
 *
 * The tor in use has come, gone or changed.
 */
void
tropea_host_update_exits (TropeaHost *self)
{
  TropeaControlConnection *connection = NULL;

  if (self->backend != NULL)
    connection = tropea_tor_backend_get_connection (self->backend);

  tropea_exit_countries_set_connection (self->exit_countries, connection);
  tropea_exit_guard_set_connection (self->exit_guard,
                                    self->backend == self->tor ? connection : NULL);
}

/**
 * tropea_host_fill_exits:
 *
 * Let a tor that is made now have the choice.
 */
void
tropea_host_fill_exits (TropeaHost      *self,
                        TropeaTorConfig *config)
{
  g_strfreev (config->exit_countries);
  config->exit_countries = g_strdupv (self->options->exit_countries);
  config->strict_exits = self->options->strict_exits;
  tropea_exit_guard_set_choice (self->exit_guard,
                                (const char * const *) self->options->exit_countries,
                                self->options->strict_exits);
}

static char *
dup_foreign_warning (TropeaHost *self)
{
  if (self->attached == NULL || self->backend != self->attached || !tropea_host_is_active (self))
    return NULL;

  return g_strdup (_("The tor in use was not started by Tropea and is left as it is: the choice "
                     "counts when Tropea starts its own"));
}

static void
changed_cb (GObject      *object,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr(GTask) task = user_data;
  TropeaHost *self = g_task_get_source_object (task);
  Choice *choice = g_task_get_task_data (task);
  g_autoptr(GError) error = NULL;
  g_autofree char *warning = NULL;

  if (!tropea_exit_guard_change_finish (TROPEA_EXIT_GUARD (object), result, &warning, &error))
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }

  g_strfreev (self->options->exit_countries);
  self->options->exit_countries = g_steal_pointer (&choice->countries);
  self->options->strict_exits = choice->is_strict;
  self->has_new_options = TRUE;

  if (warning == NULL)
    warning = dup_foreign_warning (self);
  g_task_return_pointer (task, g_steal_pointer (&warning), g_free);
}

/**
 * tropea_host_set_exit_countries_async:
 * @countries: (nullable): codes of ISO 3166-1; none for any country
 * @is_strict: rather no connection than an exit elsewhere
 *
 * Have circuits end in these countries, from the next one on and at each start to come. Nothing
 * changes where there is no such country, or where a strict choice leaves no exit: that is a
 * %TROPEA_TOR_ERROR. A choice that comes before this one is done takes its place: then this one
 * fails with %TROPEA_TOR_ERROR_CANCELLED.
 */
void
tropea_host_set_exit_countries_async (TropeaHost          *self,
                                      const char * const  *countries,
                                      gboolean             is_strict,
                                      GAsyncReadyCallback  callback,
                                      gpointer             user_data)
{
  g_autoptr(GTask) task = NULL;
  g_autoptr(GError) error = NULL;
  g_auto(GStrv) codes = NULL;
  Choice *choice = NULL;

  g_return_if_fail (TROPEA_IS_HOST (self));

  task = g_task_new (self, NULL, callback, user_data);
  g_task_set_source_tag (task, tropea_host_set_exit_countries_async);

  codes = tropea_exit_choice_read (countries, NULL, &error);
  if (codes == NULL)
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }

  choice = g_new0 (Choice, 1);
  choice->countries = g_strdupv (codes);
  choice->is_strict = is_strict;
  g_task_set_task_data (task, choice, choice_free);
  tropea_exit_guard_change_async (self->exit_guard, (const char * const *) codes, is_strict,
                                  changed_cb, g_steal_pointer (&task));
}

/**
 * tropea_host_set_exit_countries_finish:
 * @warning: (out) (nullable) (transfer full): what the user has to know of the choice
 */
gboolean
tropea_host_set_exit_countries_finish (TropeaHost    *self,
                                       GAsyncResult  *result,
                                       char         **warning,
                                       GError       **error)
{
  g_autofree char *text = NULL;
  g_autoptr(GError) local_error = NULL;

  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  text = g_task_propagate_pointer (G_TASK (result), &local_error);
  if (local_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }

  if (warning != NULL)
    *warning = g_steal_pointer (&text);

  return TRUE;
}

/**
 * tropea_host_set_exit_countries_shown:
 *
 * Fill "exit-countries" and keep it up to date, or forget all that is in it.
 */
void
tropea_host_set_exit_countries_shown (TropeaHost *self,
                                      gboolean    shown)
{
  g_return_if_fail (TROPEA_IS_HOST (self));

  tropea_exit_countries_set_shown (self->exit_countries, shown,
                                   (const char * const *) self->options->exit_countries);
}
