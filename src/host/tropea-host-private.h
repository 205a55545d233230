/* tropea-host-private.h: the host's inside, for the files that make it up
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "host/tropea-embedded-ledger.h"
#include "base/tropea-paths.h"
#include "host/tropea-host.h"
#include "host/tropea-sleep-monitor.h"
#include "session/tropea-disk-reserve.h"
#include "submit/tropea-submitter.h"
#include "tor/tropea-circuit-list.h"
#include "tor/tropea-exit-countries.h"
#include "tor/tropea-exit-guard.h"
#include "tor/tropea-new-identity.h"
#include "tor/tropea-tor-log.h"

G_BEGIN_DECLS

/* tropea-host.c: the object and its properties
 * tropea-host-wiring.c: what the parts tell each other, the problem sentence
 * tropea-host-open.c: from options to a host that could start
 * tropea-host-verbs.c: start, stop, monitoring, thresholds, submit, unlock
 * tropea-host-controls.c: new identity, pause, restart
 * tropea-host-attach.c: a tor that the user runs already
 * tropea-host-bridges.c: other ways into the network
 * tropea-host-exits.c: in which countries circuits may end
 * tropea-host-ledger.c: which ledger sessions go to
 * tropea-host-ledger-change.c: going over to another one
 * tropea-host-preferences.c: what is chosen while the host is open
 * tropea-host-sleep.c: saves before a suspend
 * tropea-host-save.c: the last save, also on a full disk
 * tropea-host-sessions.c: pages of sessions
 * tropea-host-traffic.c: the history of rates, and when it is saved
 * tropea-host-close.c: the way down, in bounded time
 */

struct _TropeaHost
{
  GObject                parent_instance;

  TropeaHostOptions     *options;        /* (owned) */
  TropeaClock           *clock;          /* (owned) */
  TropeaPaths           *paths;          /* (owned) */
  TropeaMeter           *meter;          /* (owned) */
  TropeaRateHistory     *tor_rates;      /* (owned) */
  TropeaRateHistory     *simulated_rates; /* (owned) */
  TropeaStore           *store;          /* (owned) */
  TropeaRecorder        *recorder;       /* (owned) */
  TropeaDiskReserve     *reserve;        /* (owned) */
  TropeaIdentity        *identity;       /* (owned) */
  TropeaEmbeddedLedger  *ledger;         /* (owned) (nullable): NULL with a ledger by URL */
  TropeaLedgerClient    *client;         /* (owned) */
  TropeaSubmitter       *submitter;      /* (owned) */
  TropeaSleepMonitor    *sleep_monitor;  /* (owned) (nullable): once all parts are there */
  TropeaNewIdentity     *new_identity;   /* (owned) */
  TropeaCircuitList     *circuits;       /* (owned) */
  TropeaExitCountries   *exit_countries; /* (owned) */
  TropeaExitGuard       *exit_guard;     /* (owned) */
  TropeaTorLog          *log;            /* (owned) */

  TropeaTorBackend      *tor;            /* (owned) (nullable): made at the first start */
  TropeaTorBackend      *attached;       /* (owned) (nullable): made at each attachment */
  TropeaSecret          *attach_password; /* (owned) (nullable) */
  TropeaTorBackend      *simulator;      /* (owned) (nullable): made at the first simulation */
  TropeaTorBackend      *backend;        /* (unowned) (nullable): the one of the two in use */
  TropeaSource           source;         /* what backend's bytes are */

  gboolean               has_new_options; /* since tor was made */
  gboolean               is_simulating;
  gboolean               is_monitoring;
  gboolean               is_submitting;  /* the submitter was started */
  gboolean               is_changing_ledger;
  gboolean               is_checking_store;
  gboolean               has_reserve;    /* or it is being made */
  gboolean               is_checking_key;
  gboolean               is_saving_traffic;
  gboolean               is_closing;

  gint64                 traffic_saved_usec;

  GError                *key_failure;    /* (owned) (nullable) */
  GError                *store_failure;  /* (owned) (nullable) */
  GError                *trouble;        /* (owned) (nullable): of a tor that did not fail */
  TropeaTorDiagnosis    *diagnosis;      /* (owned) (nullable): of the failure or the trouble */
  char                  *problem;        /* (owned) (nullable) */
};

/* tropea-host-wiring.c */
void     tropea_host_set_backend      (TropeaHost       *self,
                                       TropeaTorBackend *backend,
                                       TropeaSource      source);
gboolean tropea_host_is_active        (TropeaHost       *self);
void     tropea_host_set_key_failure  (TropeaHost       *self,
                                       const GError     *failure);
void     tropea_host_set_is_monitoring (TropeaHost      *self,
                                        gboolean         is_monitoring);
void     tropea_host_update_problem   (TropeaHost       *self);
void     tropea_host_update_socks_port (TropeaHost      *self);
void     tropea_host_notify_thresholds (TropeaHost      *self);
/* Connect the signals of all parts; when they are all there. */
void     tropea_host_connect          (TropeaHost       *self);

/* tropea-host-sleep.c */
void     tropea_host_watch_sleep      (TropeaHost       *self);
/* tropea-host-attach.c */
TropeaTorBackend *tropea_host_make_attached (TropeaHost   *self,
                                             const char   *address,
                                             TropeaSecret *password);

/* tropea-host-ledger.c */
TropeaLedgerClient *tropea_host_make_client (TropeaHost  *self,
                                             const char  *url,
                                             GError     **error);
void     tropea_host_make_ledger      (TropeaHost       *self);
void     tropea_host_connect_ledger   (TropeaHost       *self);
void     tropea_host_start_ledger     (TropeaHost       *self);

/* tropea-host-exits.c */
void     tropea_host_watch_exits      (TropeaHost       *self);
void     tropea_host_update_exits     (TropeaHost       *self);
void     tropea_host_fill_exits       (TropeaHost       *self,
                                       TropeaTorConfig  *config);

/* tropea-host-verbs.c: @attach is NULL for our own, @password for none that was asked for;
 * @task gets the result */
void     tropea_host_start_tor        (TropeaHost       *self,
                                       const char       *attach,
                                       TropeaSecret     *password,
                                       GTask            *task);

/* tropea-host-save.c */
void     tropea_host_make_reserve     (TropeaHost           *self);
void     tropea_host_save_async       (TropeaHost           *self,
                                       GAsyncReadyCallback   callback,
                                       gpointer              user_data);
gboolean tropea_host_save_finish      (TropeaHost           *self,
                                       GAsyncResult         *result,
                                       GError              **error);

/* tropea-host-traffic.c */
void     tropea_host_load_traffic     (TropeaHost            *self);
void     tropea_host_note_traffic     (TropeaHost            *self,
                                       const TropeaTorSample *sample);
void     tropea_host_save_traffic     (TropeaHost            *self);

G_END_DECLS
