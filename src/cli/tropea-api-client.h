/* tropea-api-client.h: asks a running Tropea through its socket
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <json-glib/json-glib.h>
#include <libsoup/soup.h>

G_BEGIN_DECLS

/**
 * TropeaApiClientError:
 * @TROPEA_API_CLIENT_ERROR_NO_TROPEA: none runs here
 * @TROPEA_API_CLIENT_ERROR_ENDED: it ended before it answered
 * @TROPEA_API_CLIENT_ERROR_REFUSED: it answered that it will not
 * @TROPEA_API_CLIENT_ERROR_FAILED: it could not, or what answers is none
 */
typedef enum
{
  TROPEA_API_CLIENT_ERROR_NO_TROPEA,
  TROPEA_API_CLIENT_ERROR_ENDED,
  TROPEA_API_CLIENT_ERROR_REFUSED,
  TROPEA_API_CLIENT_ERROR_FAILED,
} TropeaApiClientError;

#define TROPEA_API_CLIENT_ERROR (tropea_api_client_error_quark ())
GQuark tropea_api_client_error_quark (void);

#define TROPEA_TYPE_API_CLIENT (tropea_api_client_get_type ())

G_DECLARE_FINAL_TYPE (TropeaApiClient, tropea_api_client, TROPEA, API_CLIENT, GObject)

TropeaApiClient *tropea_api_client_new            (const char           *socket_path);
/* @body: (transfer none) (nullable). Give it the time that the answer may take. */
void             tropea_api_client_ask_async      (TropeaApiClient      *self,
                                                   const char           *method,
                                                   const char           *path,
                                                   JsonObject           *body,
                                                   guint                 timeout_ms,
                                                   GCancellable         *cancellable,
                                                   GAsyncReadyCallback   callback,
                                                   gpointer              user_data);
/* @status: (out) (optional): 200, or another number that says "done" */
JsonObject      *tropea_api_client_ask_finish     (TropeaApiClient      *self,
                                                   GAsyncResult         *result,
                                                   guint                *status,
                                                   GError              **error);
/* The problem document of the last answer that was one; NULL where none was. */
JsonObject      *tropea_api_client_get_problem    (TropeaApiClient      *self);
/* The bytes of the event stream as they come, on a connection of its own. */
void             tropea_api_client_listen_async   (TropeaApiClient      *self,
                                                   GCancellable         *cancellable,
                                                   GAsyncReadyCallback   callback,
                                                   gpointer              user_data);
GInputStream    *tropea_api_client_listen_finish  (TropeaApiClient      *self,
                                                   GAsyncResult         *result,
                                                   GError              **error);

G_END_DECLS
