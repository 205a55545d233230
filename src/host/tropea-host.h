/* tropea-host.h: the whole chain from tor to credits as one object
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "activity/tropea-meter.h"
#include "base/tropea-secret.h"
#include "activity/tropea-rate-history.h"
#include "host/tropea-host-options.h"
#include "session/tropea-recorder.h"
#include "session/tropea-identity.h"
#include "submit/tropea-ledger-client.h"
#include "tor/tropea-tor-backend.h"

G_BEGIN_DECLS

/**
 * TropeaHostError:
 * @TROPEA_HOST_ERROR_FAILED: anything that has no code of its own
 * @TROPEA_HOST_ERROR_BUSY: start while started, simulate while tor runs, and the like
 */
typedef enum
{
  TROPEA_HOST_ERROR_FAILED,
  TROPEA_HOST_ERROR_BUSY,
} TropeaHostError;

#define TROPEA_HOST_ERROR (tropea_host_error_quark ())
GQuark tropea_host_error_quark (void);

#define TROPEA_TYPE_HOST (tropea_host_get_type ())

G_DECLARE_FINAL_TYPE (TropeaHost, tropea_host, TROPEA, HOST, GObject)

/* What the window, the command line and the API show and steer.
 *
 * Properties, all read-only and notified on the main context:
 *   "state" (TropeaTorState), "bootstrap-percent" (int), "bootstrap-tag", "bootstrap-summary"
 *   (string, nullable), "is-simulating", "is-monitoring" (boolean), "socks-port", "control-port"
 *   (uint), "restart-seconds" (uint: until tor is started again, 0 where it is not waiting),
 *   "uptime-seconds" (int64), "bytes-in", "bytes-out", "total-bytes", "app-bytes-in",
 *   "app-bytes-out", "rate-in", "rate-out" (uint64), "connection-count", "circuit-count" (uint),
 *   "accumulated-bytes", "accumulated-seconds" (int64), "min-bytes", "min-seconds", "max-seconds"
 *   (int64), "submitted-sessions", "waiting-sessions", "refused-sessions" (int64),
 *   "total-credits-micro" (int64, self-reported), "simulated-credits-micro" (int64),
 *   "public-key" (string, nullable), "key-state" (TropeaKeyState),
 *   "problem" (string, nullable: the one sentence to show, most urgent first),
 *   "diagnosis" (TropeaTorDiagnosis, nullable: what is wrong with tor, and what helps),
 *   "activity" (GListModel of TropeaActivitySample), "rate-history"
 *   (TropeaRateHistory, of the source in use: a simulation has its own),
 *   "new-identity-seconds" (uint: how long tor makes a new identity wait), "tor-log" (GListModel
 *   of TropeaTorLogLine, in memory only), "circuits" (GListModel of TropeaCircuit, empty unless
 *   they are shown), "exit-countries" (TropeaExitCountries, empty unless they are shown).
 * Signals: "sample" (const TropeaTorSample *), "session-cut" (TropeaSession *),
 *   "credited" (TropeaSession *), "refused" (TropeaSession *), "notice" (const char *: told
 *   once), "error" (const GError *).
 */
void        tropea_host_open_async              (const TropeaHostOptions  *options,
                                                 GAsyncReadyCallback       callback,
                                                 gpointer                  user_data);
TropeaHost *tropea_host_open_finish             (GAsyncResult             *result,
                                                 GError                  **error);
/* Start tor, or the simulator; finishes when its control port answers. */
void        tropea_host_start_async             (TropeaHost               *self,
                                                 GAsyncReadyCallback       callback,
                                                 gpointer                  user_data);
void        tropea_host_simulate_async          (TropeaHost               *self,
                                                 GAsyncReadyCallback       callback,
                                                 gpointer                  user_data);
gboolean    tropea_host_start_finish            (TropeaHost               *self,
                                                 GAsyncResult             *result,
                                                 GError                  **error);
void        tropea_host_stop_async              (TropeaHost               *self,
                                                 GAsyncReadyCallback       callback,
                                                 gpointer                  user_data);
gboolean    tropea_host_stop_finish             (TropeaHost               *self,
                                                 GAsyncResult             *result,
                                                 GError                  **error);
/* Stop and start what runs, tor or the simulation. */
void        tropea_host_restart_async           (TropeaHost               *self,
                                                 GAsyncReadyCallback       callback,
                                                 gpointer                  user_data);
gboolean    tropea_host_restart_finish          (TropeaHost               *self,
                                                 GAsyncResult             *result,
                                                 GError                  **error);
/* New circuits for what programs ask for from then on; finishes when tor uses them. */
void        tropea_host_new_identity_async      (TropeaHost               *self,
                                                 GAsyncReadyCallback       callback,
                                                 gpointer                  user_data);
gboolean    tropea_host_new_identity_finish     (TropeaHost               *self,
                                                 GAsyncResult             *result,
                                                 GError                  **error);
/* Ask tor for its circuits as long as somebody looks at them. */
void        tropea_host_set_circuits_shown      (TropeaHost               *self,
                                                 gboolean                  shown);
/* Take tor's network away without ending it, or give it back; the state is "paused" then. */
void        tropea_host_set_paused              (TropeaHost               *self,
                                                 gboolean                  paused);
/* Use a tor that runs already, at this address or, for NULL, where one usually is. */
void        tropea_host_attach_async            (TropeaHost               *self,
                                                 const char               *address,
                                                 GAsyncReadyCallback       callback,
                                                 gpointer                  user_data);
gboolean    tropea_host_attach_finish           (TropeaHost               *self,
                                                 GAsyncResult             *result,
                                                 GError                  **error);
/* The same for the next start; NULL for a tor of our own. */
gboolean    tropea_host_set_attach              (TropeaHost               *self,
                                                 const char               *address,
                                                 GError                  **error);
void        tropea_host_set_attach_password     (TropeaHost               *self,
                                                 TropeaSecret             *password);
/* Where one waits for a password, and giving it this time; finished as an attachment. */
const char *tropea_host_get_attach_locked       (TropeaHost               *self);
void        tropea_host_attach_with_password_async
                                                (TropeaHost               *self,
                                                 TropeaSecret             *password,
                                                 GAsyncReadyCallback       callback,
                                                 gpointer                  user_data);
/* Other bridges, from now on; a tor that runs is started again with them. */
void        tropea_host_set_bridges_async       (TropeaHost               *self,
                                                 TropeaBridgeMode          mode,
                                                 const char * const       *lines,
                                                 GAsyncReadyCallback       callback,
                                                 gpointer                  user_data);
gboolean    tropea_host_set_bridges_finish      (TropeaHost               *self,
                                                 GAsyncResult             *result,
                                                 GError                  **error);
/* In which countries circuits may end, from the next one on; and where there are exits. */
void        tropea_host_set_exit_countries_async (TropeaHost              *self,
                                                  const char * const      *countries,
                                                  gboolean                 is_strict,
                                                  GAsyncReadyCallback      callback,
                                                  gpointer                 user_data);
gboolean    tropea_host_set_exit_countries_finish (TropeaHost             *self,
                                                   GAsyncResult           *result,
                                                   char                  **warning,
                                                   GError                **error);
void        tropea_host_set_exit_countries_shown (TropeaHost              *self,
                                                  gboolean                 shown);
void        tropea_host_set_monitoring          (TropeaHost               *self,
                                                 gboolean                  monitoring);
gboolean    tropea_host_set_thresholds          (TropeaHost               *self,
                                                 const TropeaThresholds   *thresholds,
                                                 GError                  **error);
/* Cut the open session and send all that waits; FALSE where there is nothing to do. */
gboolean    tropea_host_submit_now              (TropeaHost               *self);
void        tropea_host_reset_statistics        (TropeaHost               *self);
/* Where everything is kept. */
const char *tropea_host_get_data_dir            (TropeaHost               *self);
/* Ports, torrc additions and log level of @options; they count when tor is started next. */
void        tropea_host_set_tor_options         (TropeaHost               *self,
                                                 const TropeaHostOptions  *options);
/* Ask a ledger who it is: the one at @url, or ours for NULL. */
void        tropea_host_ask_ledger_async        (TropeaHost               *self,
                                                 const char               *url,
                                                 GCancellable             *cancellable,
                                                 GAsyncReadyCallback       callback,
                                                 gpointer                  user_data);
TropeaLedgerInfo *tropea_host_ask_ledger_finish (TropeaHost               *self,
                                                 GAsyncResult             *result,
                                                 GError                  **error);
/* Ask for the keyring, with a prompt where it is locked; then waiting sessions go out. */
void        tropea_host_unlock_async            (TropeaHost               *self,
                                                 GAsyncReadyCallback       callback,
                                                 gpointer                  user_data);
gboolean    tropea_host_unlock_finish           (TropeaHost               *self,
                                                 GAsyncResult             *result,
                                                 GError                  **error);
/* End the open session and put all on disk: we may be ended at any moment. */
void        tropea_host_secure_async            (TropeaHost               *self,
                                                 GAsyncReadyCallback       callback,
                                                 gpointer                  user_data);
gboolean    tropea_host_secure_finish           (TropeaHost               *self,
                                                 GAsyncResult             *result,
                                                 GError                  **error);
/* Stop tor, save the open session, end the embedded ledger, close the store: within 5 s. */
void        tropea_host_close_async             (TropeaHost               *self,
                                                 GAsyncReadyCallback       callback,
                                                 gpointer                  user_data);
gboolean    tropea_host_close_finish            (TropeaHost               *self,
                                                 GAsyncResult             *result,
                                                 GError                  **error);
/* Start tor where nobody else listens; the ports that this took are to be remembered. */
void        tropea_host_use_other_port_async    (TropeaHost               *self,
                                                 GAsyncReadyCallback       callback,
                                                 gpointer                  user_data);
gboolean    tropea_host_use_other_port_finish   (TropeaHost               *self,
                                                 GAsyncResult             *result,
                                                 int                      *socks_port,
                                                 int                      *control_port,
                                                 GError                  **error);
/* Why tor failed, while the state is "failed"; NULL else. */
const GError *tropea_host_get_failure           (TropeaHost               *self);
/* What the ledger has lost, in one sentence; NULL while it has all that it credited. */
const char  *tropea_host_get_ledger_difference  (TropeaHost               *self);
/* What is wrong with a tor that has not failed; NULL where nothing is. */
const GError *tropea_host_get_trouble           (TropeaHost               *self);
/* Why there is no key to sign with (TROPEA_KEY_STORE_ERROR); NULL while there is one. */
const GError *tropea_host_get_key_failure       (TropeaHost               *self);
/* What is wrong with tor, failed or not, and what helps; NULL where nothing is. */
const TropeaTorDiagnosis *tropea_host_get_diagnosis (TropeaHost           *self);
/* How much moved when; that of the source in use, as "rate-history". */
TropeaRateHistory *tropea_host_get_rate_history (TropeaHost               *self);

G_END_DECLS
