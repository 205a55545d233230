/* tropea-tor-backend.h: what the rest of Tropea sees of a tor, real or simulated
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

#include "tor/tropea-control-connection.h"
#include "tor/tropea-tor-diagnosis.h"
#include "tor/tropea-tor-sample.h"

G_BEGIN_DECLS

/**
 * TropeaTorState:
 * @TROPEA_TOR_STATE_STOPPED: no process
 * @TROPEA_TOR_STATE_STARTING: process spawned, control port not answering yet; or waiting for
 *   the moment to spawn one again, see "restart-seconds"
 * @TROPEA_TOR_STATE_BOOTSTRAPPING: control port answers, bootstrap below 100 %
 * @TROPEA_TOR_STATE_RUNNING: tor says that bootstrap is at 100 %
 * @TROPEA_TOR_STATE_PAUSED: tor is there and answers, but has no network because we asked so
 * @TROPEA_TOR_STATE_STOPPING: asked to end, process still there
 * @TROPEA_TOR_STATE_FAILED: ended without being asked, or could not start; see
 *   tropea_tor_backend_get_failure ()
 */
typedef enum
{
  TROPEA_TOR_STATE_STOPPED,
  TROPEA_TOR_STATE_STARTING,
  TROPEA_TOR_STATE_BOOTSTRAPPING,
  TROPEA_TOR_STATE_RUNNING,
  TROPEA_TOR_STATE_STOPPING,
  TROPEA_TOR_STATE_FAILED,
  TROPEA_TOR_STATE_PAUSED,
} TropeaTorState;

#define TROPEA_TYPE_TOR_STATE (tropea_tor_state_get_type ())
GType       tropea_tor_state_get_type  (void);
const char *tropea_tor_state_to_string (TropeaTorState state);

/**
 * TropeaTorError:
 * @TROPEA_TOR_ERROR_FAILED: anything that has no code of its own
 * @TROPEA_TOR_ERROR_NOT_INSTALLED: no tor program found, or it cannot be run
 * @TROPEA_TOR_ERROR_PORT_IN_USE: the SOCKS or control port is taken
 * @TROPEA_TOR_ERROR_DATA_DIRECTORY: tor's data directory cannot be used
 * @TROPEA_TOR_ERROR_CONFIGURATION: tor refused its configuration
 * @TROPEA_TOR_ERROR_CONTROL: the control port did not answer as tor's does
 * @TROPEA_TOR_ERROR_EXITED: the process ended without being asked
 * @TROPEA_TOR_ERROR_HUNG: tor did not answer any more and was ended
 * @TROPEA_TOR_ERROR_UNSTABLE: tor failed so often that it is not started again by itself
 * @TROPEA_TOR_ERROR_BUSY: start while started, stop while stopped
 * @TROPEA_TOR_ERROR_CANCELLED: stopped before it had started
 * @TROPEA_TOR_ERROR_TRANSPORT_MISSING: the program that bridges need is not installed
 * @TROPEA_TOR_ERROR_PASSWORD: a tor that somebody else started wants another password, or one
 *
 * Each message is one sentence with what to do; those of a tor that ended while it ran leave
 * that to the supervisor.
 */
typedef enum
{
  TROPEA_TOR_ERROR_FAILED,
  TROPEA_TOR_ERROR_NOT_INSTALLED,
  TROPEA_TOR_ERROR_PORT_IN_USE,
  TROPEA_TOR_ERROR_DATA_DIRECTORY,
  TROPEA_TOR_ERROR_CONFIGURATION,
  TROPEA_TOR_ERROR_CONTROL,
  TROPEA_TOR_ERROR_EXITED,
  TROPEA_TOR_ERROR_BUSY,
  TROPEA_TOR_ERROR_CANCELLED,
  TROPEA_TOR_ERROR_HUNG,
  TROPEA_TOR_ERROR_UNSTABLE,
  TROPEA_TOR_ERROR_TRANSPORT_MISSING,
  TROPEA_TOR_ERROR_PASSWORD,
} TropeaTorError;

#define TROPEA_TOR_ERROR (tropea_tor_error_quark ())
GQuark      tropea_tor_error_quark     (void);

#define TROPEA_TYPE_TOR_BACKEND (tropea_tor_backend_get_type ())

G_DECLARE_INTERFACE (TropeaTorBackend, tropea_tor_backend, TROPEA, TOR_BACKEND, GObject)

/* Properties, all readable and notified: "state" (TropeaTorState), "bootstrap-percent" (int,
 * 0 to 100), "bootstrap-tag" and "bootstrap-summary" (string, nullable, tor's own),
 * "connection-count" (uint, open OR connections), "circuit-count" (uint, BUILT circuits),
 * "socks-port" and "control-port" (uint, 0 while there is none), "trouble" (GError, nullable:
 * what is wrong although the state is not "failed"), "restart-seconds" (uint: counts down while
 * "starting" is waiting for another try, else 0), "diagnosis" (TropeaTorDiagnosis, nullable: the
 * failure or else the trouble, with what helps).
 *
 * Signal "sample" (const TropeaTorSample *): about once a second while running, and once
 * more with the last bytes before a stop ends.
 */
struct _TropeaTorBackendInterface
{
  GTypeInterface parent_iface;

  void          (*start_async)  (TropeaTorBackend     *self,
                                 GCancellable         *cancellable,
                                 GAsyncReadyCallback   callback,
                                 gpointer              user_data);
  gboolean      (*start_finish) (TropeaTorBackend     *self,
                                 GAsyncResult         *result,
                                 GError              **error);
  void          (*stop_async)   (TropeaTorBackend     *self,
                                 GCancellable         *cancellable,
                                 GAsyncReadyCallback   callback,
                                 gpointer              user_data);
  gboolean      (*stop_finish)  (TropeaTorBackend     *self,
                                 GAsyncResult         *result,
                                 GError              **error);
  const GError *(*get_failure)  (TropeaTorBackend     *self);

  /* The rest need not be there. */
  void          (*set_paused_async)  (TropeaTorBackend     *self,
                                      gboolean              paused,
                                      GAsyncReadyCallback   callback,
                                      gpointer              user_data);
  gboolean      (*set_paused_finish) (TropeaTorBackend     *self,
                                      GAsyncResult         *result,
                                      GError              **error);
  TropeaControlConnection *
                (*get_connection)    (TropeaTorBackend     *self);
};

void            tropea_tor_backend_start_async           (TropeaTorBackend     *self,
                                                          GCancellable         *cancellable,
                                                          GAsyncReadyCallback   callback,
                                                          gpointer              user_data);
gboolean        tropea_tor_backend_start_finish          (TropeaTorBackend     *self,
                                                          GAsyncResult         *result,
                                                          GError              **error);
void            tropea_tor_backend_stop_async            (TropeaTorBackend     *self,
                                                          GCancellable         *cancellable,
                                                          GAsyncReadyCallback   callback,
                                                          gpointer              user_data);
gboolean        tropea_tor_backend_stop_finish           (TropeaTorBackend     *self,
                                                          GAsyncResult         *result,
                                                          GError              **error);
void            tropea_tor_backend_set_paused_async      (TropeaTorBackend     *self,
                                                          gboolean              paused,
                                                          GAsyncReadyCallback   callback,
                                                          gpointer              user_data);
gboolean        tropea_tor_backend_set_paused_finish     (TropeaTorBackend     *self,
                                                          GAsyncResult         *result,
                                                          GError              **error);
const GError   *tropea_tor_backend_get_failure           (TropeaTorBackend     *self);
/* (transfer none) (nullable): an authenticated connection while the state is "bootstrapping",
 * "running" or "paused"; NULL of a simulation. Ask and listen; whoever changes what tor is
 * told to do goes by the verbs here.
 */
TropeaControlConnection *
                tropea_tor_backend_get_connection        (TropeaTorBackend     *self);
TropeaTorState  tropea_tor_backend_get_state             (TropeaTorBackend     *self);
int             tropea_tor_backend_get_bootstrap_percent (TropeaTorBackend     *self);
char           *tropea_tor_backend_dup_bootstrap_tag     (TropeaTorBackend     *self);
char           *tropea_tor_backend_dup_bootstrap_summary (TropeaTorBackend     *self);
guint           tropea_tor_backend_get_connection_count  (TropeaTorBackend     *self);
guint           tropea_tor_backend_get_circuit_count     (TropeaTorBackend     *self);
guint           tropea_tor_backend_get_socks_port        (TropeaTorBackend     *self);
guint           tropea_tor_backend_get_control_port      (TropeaTorBackend     *self);
GError         *tropea_tor_backend_dup_trouble           (TropeaTorBackend     *self);
guint           tropea_tor_backend_get_restart_seconds   (TropeaTorBackend     *self);
TropeaTorDiagnosis *tropea_tor_backend_dup_diagnosis     (TropeaTorBackend     *self);

G_END_DECLS
