/* tropea-host-attach.c: a tor that the user runs already, in place of our own
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-host-attach"

#include "config.h"

#include "host/tropea-host-private.h"
#include "tor/tropea-attached-tor.h"
#include "tor/tropea-control-address.h"

/* Which tor is chosen at each start: ours, or the one at the address in the options. That one
 * is never told to do anything; stopping it here only means to look away.
 *
 * The password of its control port is in locked memory and nowhere else: one that was given for
 * all starts to come until the host goes, one that was asked for as long as that tor is used.
 */

static gboolean
is_look (const char *address)
{
  return g_str_equal (address, TROPEA_HOST_ATTACH_LOOK);
}

/**
 * tropea_host_make_attached:
 * @password: (nullable): for this time, in place of that of all
 *
 * Returns: (transfer full): the tor at @address
 */
TropeaTorBackend *
tropea_host_make_attached (TropeaHost   *self,
                           const char   *address,
                           TropeaSecret *password)
{
  const char * const one[] = { address, NULL };
  g_autoptr(TropeaNetwork) network = tropea_desktop_network_new ();
  TropeaAttachedTor *attached;

  attached = tropea_attached_tor_new (is_look (address)
                                      ? tropea_control_address_get_usual () : one, self->clock);
  tropea_attached_tor_set_network (attached, network);
  tropea_attached_tor_set_password (attached, password != NULL ? password
                                                               : self->attach_password);

  return TROPEA_TOR_BACKEND (attached);
}

/**
 * tropea_host_set_attach:
 * @address: (nullable): of a control port, see tropea_control_address_parse ();
 *   %TROPEA_HOST_ATTACH_LOOK to look where one usually is; %NULL for a tor of our own
 *
 * Choose the tor of the next start. Fails with a %TROPEA_TOR_ERROR for what is no address.
 */
gboolean
tropea_host_set_attach (TropeaHost  *self,
                        const char  *address,
                        GError     **error)
{
  g_autoptr(GSocketAddress) parsed = NULL;

  g_return_val_if_fail (TROPEA_IS_HOST (self), FALSE);

  if (address != NULL && !is_look (address))
    {
      parsed = tropea_control_address_parse (address, error);
      if (parsed == NULL)
        return FALSE;
    }

  if (g_strcmp0 (self->options->attach, address) != 0)
    {
      g_free (self->options->attach);
      self->options->attach = g_strdup (address);
    }

  return TRUE;
}

/**
 * tropea_host_set_attach_password:
 * @password: (nullable): %NULL forgets it
 *
 * Give the password of the other tor's control port, for the starts to come.
 */
void
tropea_host_set_attach_password (TropeaHost   *self,
                                 TropeaSecret *password)
{
  g_return_if_fail (TROPEA_IS_HOST (self));

  g_clear_pointer (&self->attach_password, tropea_secret_unref);
  if (password != NULL)
    self->attach_password = tropea_secret_ref (password);
}

/**
 * tropea_host_attach_async:
 * @address: (nullable): as for tropea_host_set_attach (); %NULL to look
 *
 * Use a tor that runs already, this time. Finish when it has let us in.
 * Fails with a %TROPEA_TOR_ERROR: %TROPEA_TOR_ERROR_PASSWORD where it wants one, or another
 * than tropea_host_set_attach_password () gave; or with %TROPEA_HOST_ERROR_BUSY while anything
 * runs.
 */
void
tropea_host_attach_async (TropeaHost          *self,
                          const char          *address,
                          GAsyncReadyCallback  callback,
                          gpointer             user_data)
{
  g_autoptr(GTask) task = NULL;
  g_autoptr(GSocketAddress) parsed = NULL;
  g_autoptr(GError) error = NULL;

  g_return_if_fail (TROPEA_IS_HOST (self));

  task = g_task_new (self, NULL, callback, user_data);
  g_task_set_source_tag (task, tropea_host_attach_async);

  if (address == NULL)
    address = TROPEA_HOST_ATTACH_LOOK;
  else if (!is_look (address))
    parsed = tropea_control_address_parse (address, &error);

  if (error != NULL)
    g_task_return_error (task, g_steal_pointer (&error));
  else
    tropea_host_start_tor (self, address, NULL, task);
}

/**
 * tropea_host_get_attach_locked:
 *
 * Returns: (nullable): the address of the tor that the last start ended at because it wants a
 *   password, or another one
 */
const char *
tropea_host_get_attach_locked (TropeaHost *self)
{
  g_return_val_if_fail (TROPEA_IS_HOST (self), NULL);

  if (self->attached == NULL || self->backend != self->attached)
    return NULL;

  return tropea_attached_tor_get_locked (TROPEA_ATTACHED_TOR (self->attached));
}

/**
 * tropea_host_attach_with_password_async:
 *
 * Try the tor of tropea_host_get_attach_locked () again, no other one, with @password. It is
 * forgotten when that tor is let go. Finish as tropea_host_attach_async ().
 */
void
tropea_host_attach_with_password_async (TropeaHost          *self,
                                        TropeaSecret        *password,
                                        GAsyncReadyCallback  callback,
                                        gpointer             user_data)
{
  g_autoptr(GTask) task = NULL;
  g_autofree char *address = NULL;

  g_return_if_fail (TROPEA_IS_HOST (self));
  g_return_if_fail (password != NULL);

  task = g_task_new (self, NULL, callback, user_data);
  g_task_set_source_tag (task, tropea_host_attach_with_password_async);

  address = g_strdup (tropea_host_get_attach_locked (self));
  if (address != NULL)
    tropea_host_start_tor (self, address, password, task);
  else
    g_task_return_new_error (task, TROPEA_HOST_ERROR, TROPEA_HOST_ERROR_BUSY,
                             "No tor waits for a password any more");
}

gboolean
tropea_host_attach_finish (TropeaHost    *self,
                           GAsyncResult  *result,
                           GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
