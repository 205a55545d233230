/* tropea-run-ports.c: where tor is to listen, as typed
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-run-ports"

#include "config.h"

#include "cli/tropea-run-ports.h"

void
tropea_run_ports_clear (TropeaRunPorts *self)
{
  g_clear_pointer (&self->socks_port, g_free);
  g_clear_pointer (&self->control_port, g_free);
}

static gboolean
read_port (const char  *name,
           const char  *text,
           guint        lowest,
           int         *port,
           GError     **error)
{
  guint64 number = 0;

  if (text == NULL)
    return TRUE;

  if (g_str_equal (text, "auto"))
    {
      *port = TROPEA_TOR_PORT_AUTO;
      return TRUE;
    }

  if (!g_ascii_string_to_unsigned (text, 10, lowest, 65535, &number, NULL))
    {
      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                   "--%s takes a port from 1 to 65535%s or “auto”, not “%s”", name,
                   lowest == 0 ? ", 0 for none" : "", text);
      return FALSE;
    }

  *port = number == 0 ? TROPEA_HOST_PORT_NONE : (int) number;
  return TRUE;
}

/* Put what was typed into @options; an error is a G_OPTION_ERROR. */
gboolean
tropea_run_ports_take (const TropeaRunPorts  *self,
                       TropeaHostOptions     *options,
                       GError               **error)
{
  return read_port ("socks-port", self->socks_port, 1, &options->socks_port, error) &&
         read_port ("control-port", self->control_port, 0, &options->control_port, error);
}
