/* tropea-app-api.c: serves the local API as the preferences want it
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-app-api"

#include "config.h"

#include "app/tropea-app-api.h"

/**
 * tropea_app_api_open:
 * @settings: (nullable): NULL: no port
 *
 * Returns: (transfer full) (nullable): what is not served, and why
 */
char *
tropea_app_api_open (TropeaApi      *api,
                     TropeaSettings *settings)
{
  g_autoptr(GError) error = NULL;

  if (!tropea_api_open_socket (api, NULL, &error))
    return g_strdup (error->message);

  return tropea_app_api_follow (api, settings);
}

/**
 * tropea_app_api_follow:
 * @settings: (nullable): NULL: no port
 *
 * Open or shut the port as the settings say by now.
 *
 * Returns: (transfer full) (nullable): why it is not open
 */
char *
tropea_app_api_follow (TropeaApi      *api,
                       TropeaSettings *settings)
{
  g_autoptr(GError) error = NULL;
  int port = 0;

  if (settings != NULL && tropea_settings_get_boolean (settings, TROPEA_SETTING_API_TCP))
    port = tropea_settings_get_int (settings, TROPEA_SETTING_API_TCP_PORT);

  if (port <= 0)
    tropea_api_shut_port (api);
  else if (!tropea_api_open_port (api, (guint) port, &error))
    return g_strdup (error->message);

  return NULL;
}
