/* tropea-submitter.c: moves sessions from the outbox to the ledger
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-submitter"

#include "config.h"

#include "submit/tropea-submitter.h"

#include <string.h>

#include "record/tropea-encoding.h"
#include "submit/tropea-backoff.h"
#include "submit/tropea-reconciler.h"
#include "submit/tropea-submit-round.h"

/* Decides when a round begins; tropea-submit-round.c does it. One round at a time, and one
 * timer. Nothing polls: a round begins because a session was cut, somebody asked for it, the
 * key or tor became ready, or the backoff has run out. What is waited for without a timer (the
 * key, tor) says itself when it is there.
 *
 * The first round sends nothing: it opens the ledger, and the store is compared with it, so that
 * what it has already is not sent again. What is cut meanwhile goes first: the comparison stops
 * at the next page and goes on after the round.
 */

/* So often in a row no verdict came for what was sent: then each session is sent by itself, so
 * that one that the ledger cannot digest holds up only itself. */
#define MOST_FAILED_BATCHES 5

struct _TropeaSubmitter
{
  GObject             parent_instance;

  TropeaStore        *store;            /* (owned) */
  TropeaIdentity     *identity;         /* (owned) */
  TropeaLedgerClient *client;           /* (owned) */
  TropeaClock        *clock;            /* (owned) */

  TropeaBackoff       backoff;
  guint               timer_id;         /* the backoff's */
  GCancellable       *halt;             /* (owned): no other request */
  GCancellable       *cancellable;      /* (owned): not even the one that runs */
  GPtrArray          *stop_tasks;       /* (owned) (nullable): of GTask, from the first stop on */
  guint               stop_timer_id;

  gboolean            is_started;
  gboolean            is_busy;
  gboolean            is_opening;       /* the round that runs sends nothing */
  gboolean            must_send;        /* a round that sends follows it */
  gboolean            has_news;         /* something happened since the round began */
  gboolean            needs_balance;
  gboolean            needs_comparison;
  GCancellable       *pause;            /* (owned) (nullable): of the comparison that runs */
  guint               n_failed_batches; /* in a row */
  gint64              n_elsewhere;      /* sessions that another ledger was sent */
  gboolean            is_key_changed;   /* the ledger's */
  gboolean            needs_key;        /* ours was away when the last round ended */
  char               *failure;          /* (owned) (nullable): why the last round ended */
  char               *elsewhere;        /* (owned) (nullable): why those wait */
  char               *problem;          /* (owned) (nullable): that, while sessions wait */
  char               *difference;       /* (owned) (nullable): what the ledger has lost */
  TropeaLedgerInfo   *info;             /* (owned) (nullable) */
  gint64              balance_micro;
  gint64              simulated_micro;
};

typedef enum
{
  PROP_BUSY = 1,
  PROP_PROBLEM,
  PROP_BALANCE_MICRO,
  PROP_SIMULATED_MICRO,
  PROP_ORIGIN,
} TropeaSubmitterProperty;

enum
{
  SIGNAL_CREDITED,
  SIGNAL_REFUSED,
  SIGNAL_NOTICE,
  N_SIGNALS
};

G_DEFINE_FINAL_TYPE (TropeaSubmitter, tropea_submitter, G_TYPE_OBJECT)

static GParamSpec *properties[PROP_ORIGIN + 1];
static guint signals[N_SIGNALS];

static void begin_round (TropeaSubmitter *self);

static void
set_busy (TropeaSubmitter *self,
          gboolean         is_busy)
{
  if (self->is_busy == is_busy)
    return;

  self->is_busy = is_busy;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_BUSY]);
}

/* A failure is nobody's problem while nothing waits, except that of a ledger that changed. */
static void
update_problem (TropeaSubmitter *self)
{
  const char *problem = self->failure;

  if (!self->is_key_changed && tropea_store_get_totals (self->store)->waiting == 0)
    problem = NULL;
  if (problem == NULL)
    problem = self->elsewhere != NULL ? self->elsewhere : self->difference;

  if (g_strcmp0 (self->problem, problem) == 0)
    return;

  g_free (self->problem);
  self->problem = g_strdup (problem);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PROBLEM]);
}

static void
set_failure (TropeaSubmitter *self,
             const char      *failure,
             gboolean         is_key_changed)
{
  char *copy = g_strdup (failure);

  g_free (self->failure);
  self->failure = copy;
  self->is_key_changed = is_key_changed;
  update_problem (self);
}

static void
set_n_elsewhere (TropeaSubmitter *self,
                 gint64           n_elsewhere)
{
  if (self->n_elsewhere == n_elsewhere)
    return;

  self->n_elsewhere = n_elsewhere;
  g_clear_pointer (&self->elsewhere, g_free);
  if (n_elsewhere > 0)
    self->elsewhere = g_strdup_printf ("%" G_GINT64_FORMAT " %s sent to another ledger, which has "
                                       "not said whether it credited %s: so that nothing is "
                                       "credited twice, %s until you use that ledger again",
                                       n_elsewhere,
                                       n_elsewhere == 1 ? "session was" : "sessions were",
                                       n_elsewhere == 1 ? "it" : "them",
                                       n_elsewhere == 1 ? "it waits" : "they wait");
  update_problem (self);
}

static void
set_balance_micro (TropeaSubmitter *self,
                   gint64           balance_micro)
{
  if (self->balance_micro == balance_micro)
    return;

  self->balance_micro = balance_micro;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_BALANCE_MICRO]);
}

static void
set_simulated_micro (TropeaSubmitter *self,
                     gint64           simulated_micro)
{
  if (self->simulated_micro == simulated_micro)
    return;

  self->simulated_micro = simulated_micro;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SIMULATED_MICRO]);
}

static void
opened_cb (const TropeaLedgerInfo *info,
           gpointer                user_data)
{
  TropeaSubmitter *self = user_data;

  gboolean is_news = self->info == NULL;

  g_clear_pointer (&self->info, tropea_ledger_info_free);
  self->info = tropea_ledger_info_copy (info);
  if (is_news)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ORIGIN]);
}

static void
settled_cb (TropeaSession       *session,
            const TropeaVerdict *verdict,
            gpointer             user_data)
{
  TropeaSubmitter *self = user_data;
  g_autoptr(TropeaSession) settled = NULL;

  /* Whoever puts off the rest of an outbox is busy with it, not away: waits do not grow. */
  tropea_backoff_succeed (&self->backoff);

  settled = tropea_session_new (tropea_session_get_record (session),
                                verdict->has_receipt ? TROPEA_SESSION_STATE_CREDITED
                                                     : TROPEA_SESSION_STATE_REFUSED,
                                verdict->has_receipt ? verdict->receipt.credits_micro : 0,
                                verdict->code, verdict->detail);
  if (!verdict->has_receipt)
    {
      g_signal_emit (self, signals[SIGNAL_REFUSED], 0, settled);
      return;
    }

  /* A duplicate's receipt tells the balance of long ago. */
  self->needs_balance = TRUE;
  if (verdict->receipt.status == TROPEA_RECEIPT_ACCEPTED)
    set_balance_micro (self, verdict->receipt.balance_micro);
  g_signal_emit (self, signals[SIGNAL_CREDITED], 0, settled, &verdict->receipt);
}

static void
batch_failed_cb (gpointer user_data)
{
  TropeaSubmitter *self = user_data;

  self->n_failed_batches++;
}

static const TropeaSubmitRoundFuncs round_funcs = { opened_cb, settled_cb, batch_failed_cb };

static void
backoff_cb (gpointer data)
{
  TropeaSubmitter *self = data;

  self->timer_id = 0;
  begin_round (self);
}

static void
wait_for_backoff (TropeaSubmitter *self,
                  gint64           retry_after_s)
{
  gint64 wait_ms = tropea_backoff_fail (&self->backoff, g_random_int (), retry_after_s);

  g_debug ("The next try is in %" G_GINT64_FORMAT " ms", wait_ms);
  g_clear_handle_id (&self->timer_id, g_source_remove);
  if (self->stop_tasks == NULL)
    self->timer_id = g_timeout_add_once ((guint) wait_ms, backoff_cb, self);
}

static void
return_stopped (TropeaSubmitter *self)
{
  g_autoptr(GPtrArray) tasks = g_steal_pointer (&self->stop_tasks);

  self->stop_tasks = g_ptr_array_new_with_free_func (g_object_unref);
  g_clear_handle_id (&self->stop_timer_id, g_source_remove);
  for (guint i = 0; i < tasks->len; i++)
    g_task_return_boolean (g_ptr_array_index (tasks, i), TRUE);
}

static void
end_round (TropeaSubmitter *self)
{
  if (self->must_send && tropea_store_get_totals (self->store)->waiting > 0)
    self->has_news = TRUE;
  self->must_send = FALSE;

  set_busy (self, FALSE);
  if (self->stop_tasks != NULL)
    return_stopped (self);
  else if (self->has_news)
    begin_round (self);
}

static void
set_figures (TropeaSubmitter           *self,
             const TropeaLedgerFigures *figures)
{
  self->needs_balance = FALSE;
  set_balance_micro (self, figures->credits_micro);
  set_simulated_micro (self, figures->simulated_micro);
}

static void
balance_cb (GObject      *object,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr(TropeaSubmitter) self = user_data;
  g_autoptr(GError) error = NULL;
  TropeaLedgerFigures figures = { 0 };

  if (tropea_ledger_client_balance_finish (TROPEA_LEDGER_CLIENT (object), result, &figures,
                                           &error))
    set_figures (self, &figures);
  else
    g_debug ("No balance now; it is asked for again after the next round");

  end_round (self);
}

/* Whether the balance is on its way. */
static gboolean
ask_balance (TropeaSubmitter *self)
{
  guint8 client_pub[TROPEA_RECORD_PUBLIC_KEY_BYTES] = { 0 };
  g_autofree char *target = NULL;
  g_autofree char *proof = NULL;
  const char *key = tropea_identity_get_public_key (self->identity);

  if (!self->needs_balance || self->info == NULL || g_cancellable_is_cancelled (self->halt) ||
      tropea_identity_get_state (self->identity) != TROPEA_KEY_STATE_READY || key == NULL ||
      !tropea_base64_decode (key, strlen (key), client_pub, sizeof client_pub))
    return FALSE;

  target = tropea_ledger_client_dup_balance_target (client_pub);
  proof = tropea_identity_dup_read_proof (self->identity, self->info->origin, target,
                                          tropea_clock_get_wall_ms (self->clock), NULL);
  if (proof == NULL)
    return FALSE;

  tropea_ledger_client_balance_async (self->client, target, proof, self->cancellable,
                                      balance_cb, g_object_ref (self));
  return TRUE;
}

static void
compared_balance_cb (const TropeaLedgerFigures *figures,
                     gpointer                   user_data)
{
  set_figures (user_data, figures);
}

static void
compared_settled_cb (TropeaSession *session,
                     gpointer       user_data)
{
  TropeaSubmitter *self = user_data;
  TropeaReceipt receipt = { TROPEA_RECEIPT_DUPLICATE };

  g_strlcpy (receipt.session_id, tropea_session_get_record (session)->session_id,
             sizeof receipt.session_id);
  receipt.credits_micro = tropea_session_get_credits_micro (session);
  receipt.balance_micro = self->balance_micro;
  g_signal_emit (self, signals[SIGNAL_CREDITED], 0, session, &receipt);
}

static const TropeaReconcilerFuncs reconciler_funcs = { compared_balance_cb,
                                                        compared_settled_cb };

/* A ledger that is away or busy is asked again, one that cannot answer such questions is not;
 * neither keeps anybody from sending. */
static void
handle_comparison_failure (TropeaSubmitter *self,
                           const GError    *error)
{
  g_debug ("The comparison with the ledger did not end");
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;

  if (g_error_matches (error, TROPEA_LEDGER_CLIENT_ERROR, TROPEA_LEDGER_CLIENT_ERROR_BUSY) ||
      g_error_matches (error, TROPEA_LEDGER_CLIENT_ERROR, TROPEA_LEDGER_CLIENT_ERROR_BROKEN) ||
      g_error_matches (error, TROPEA_LEDGER_CLIENT_ERROR,
                       TROPEA_LEDGER_CLIENT_ERROR_UNREACHABLE))
    wait_for_backoff (self, 0);
  else
    self->needs_comparison = FALSE;
}

static void
compared_cb (GObject      *object,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autoptr(TropeaSubmitter) self = user_data;
  g_autoptr(GError) error = NULL;
  g_autofree char *problem = NULL;
  g_autofree char *notice = NULL;

  g_clear_object (&self->pause);
  if (tropea_reconcile_finish (TROPEA_STORE (object), result, &problem, &notice, &error))
    {
      self->needs_comparison = FALSE;
      g_free (self->difference);
      self->difference = g_steal_pointer (&problem);
      update_problem (self);
      if (notice != NULL)
        g_signal_emit (self, signals[SIGNAL_NOTICE], 0, notice);
    }
  else
    {
      handle_comparison_failure (self, error);
    }

  end_round (self);
}

/* Whether the comparison is under way. */
static gboolean
begin_comparison (TropeaSubmitter *self)
{
  if (!self->needs_comparison || self->info == NULL ||
      g_cancellable_is_cancelled (self->halt) || self->has_news ||
      tropea_identity_get_state (self->identity) != TROPEA_KEY_STATE_READY)
    return FALSE;

  self->pause = g_cancellable_new ();
  tropea_reconcile_async (self->store, self->identity, self->client, self->clock, self->info,
                          self->pause, self->cancellable, &reconciler_funcs, self, compared_cb,
                          g_object_ref (self));
  return TRUE;
}

static void
handle_failure (TropeaSubmitter *self,
                const GError    *error,
                gint64           retry_after_s)
{
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;

  set_failure (self, error->message,
               g_error_matches (error, TROPEA_LEDGER_CLIENT_ERROR,
                                TROPEA_LEDGER_CLIENT_ERROR_KEY_CHANGED) ||
               g_error_matches (error, TROPEA_LEDGER_CLIENT_ERROR,
                                TROPEA_LEDGER_CLIENT_ERROR_FORKED));
  self->needs_key = error->domain == TROPEA_KEY_STORE_ERROR;

  /* Both of these say when they are ready. */
  if (error->domain != TROPEA_KEY_STORE_ERROR &&
      !g_error_matches (error, TROPEA_LEDGER_CLIENT_ERROR, TROPEA_LEDGER_CLIENT_ERROR_NEEDS_TOR))
    wait_for_backoff (self, retry_after_s);
}

static void
round_cb (GObject      *object,
          GAsyncResult *result,
          gpointer      user_data)
{
  g_autoptr(TropeaSubmitter) self = user_data;
  g_autoptr(GError) error = NULL;
  gboolean is_unfinished = FALSE;
  gint64 retry_after_s = 0;
  gint64 n_elsewhere = 0;

  if (!tropea_submit_round_finish (TROPEA_STORE (object), result, &is_unfinished,
                                   &retry_after_s, &n_elsewhere, &error))
    {
      handle_failure (self, error, retry_after_s);
      end_round (self);
      return;
    }

  if (is_unfinished)
    {
      set_failure (self, "The ledger has put off some sessions: they are sent again later", FALSE);
      wait_for_backoff (self, retry_after_s);
    }
  else
    {
      set_failure (self, NULL, FALSE);
      tropea_backoff_succeed (&self->backoff);
    }

  self->must_send = self->is_opening;
  if (!self->is_opening)
    {
      set_n_elsewhere (self, n_elsewhere);
      self->n_failed_batches = 0;
    }
  if (!begin_comparison (self) && !ask_balance (self))
    end_round (self);
}

static void
begin_round (TropeaSubmitter *self)
{
  self->has_news = self->is_busy;
  if (self->pause != NULL)
    g_cancellable_cancel (self->pause);
  if (!self->is_started || self->is_busy || self->timer_id != 0 ||
      g_cancellable_is_cancelled (self->halt))
    return;

  set_busy (self, TRUE);
  self->is_opening = self->info == NULL;
  tropea_submit_round_async (self->store, self->identity, self->client, self->clock,
                             self->is_opening, self->n_failed_batches >= MOST_FAILED_BATCHES,
                             self->halt, self->cancellable, &round_funcs, self,
                             round_cb, g_object_ref (self));
}

static void
session_changed_cb (TropeaSubmitter *self,
                    TropeaSession   *session)
{
  update_problem (self);
  if (tropea_session_get_state (session) == TROPEA_SESSION_STATE_WAITING)
    begin_round (self);
}

static void
key_state_cb (TropeaSubmitter *self)
{
  if (tropea_identity_get_state (self->identity) != TROPEA_KEY_STATE_READY)
    return;

  if (self->needs_key)
    set_failure (self, NULL, FALSE);
  self->needs_key = FALSE;
  begin_round (self);
}

static void
tropea_submitter_get_property (GObject    *object,
                               guint       prop_id,
                               GValue     *value,
                               GParamSpec *pspec)
{
  TropeaSubmitter *self = TROPEA_SUBMITTER (object);

  switch ((TropeaSubmitterProperty) prop_id)
    {
    case PROP_BUSY:
      g_value_set_boolean (value, self->is_busy);
      break;

    case PROP_PROBLEM:
      g_value_set_string (value, self->problem);
      break;

    case PROP_BALANCE_MICRO:
      g_value_set_int64 (value, self->balance_micro);
      break;

    case PROP_SIMULATED_MICRO:
      g_value_set_int64 (value, self->simulated_micro);
      break;

    case PROP_ORIGIN:
      g_value_set_string (value, self->info != NULL ? self->info->origin : NULL);
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
tropea_submitter_dispose (GObject *object)
{
  TropeaSubmitter *self = TROPEA_SUBMITTER (object);

  g_clear_handle_id (&self->timer_id, g_source_remove);
  g_clear_handle_id (&self->stop_timer_id, g_source_remove);
  g_cancellable_cancel (self->halt);
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->pause);
  g_clear_object (&self->store);
  g_clear_object (&self->identity);
  g_clear_object (&self->client);
  g_clear_object (&self->clock);

  G_OBJECT_CLASS (tropea_submitter_parent_class)->dispose (object);
}

static void
tropea_submitter_finalize (GObject *object)
{
  TropeaSubmitter *self = TROPEA_SUBMITTER (object);

  g_clear_object (&self->halt);
  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->stop_tasks, g_ptr_array_unref);
  g_clear_pointer (&self->failure, g_free);
  g_clear_pointer (&self->elsewhere, g_free);
  g_clear_pointer (&self->problem, g_free);
  g_clear_pointer (&self->difference, g_free);
  g_clear_pointer (&self->info, tropea_ledger_info_free);

  G_OBJECT_CLASS (tropea_submitter_parent_class)->finalize (object);
}

static void
install_properties (GObjectClass *object_class)
{
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  /**
   * TropeaSubmitter:busy:
   *
   * Whether a round is under way.
   */
  properties[PROP_BUSY] = g_param_spec_boolean ("busy", NULL, NULL, FALSE, flags);

  /**
   * TropeaSubmitter:problem:
   *
   * One sentence: why sessions wait now and what to do, or what the ledger has lost. NULL
   * while none waits in vain and nothing is lost.
   */
  properties[PROP_PROBLEM] = g_param_spec_string ("problem", NULL, NULL, NULL, flags);

  /**
   * TropeaSubmitter:balance-micro:
   *
   * The key's balance at the ledger without simulated credits; -1 while it is not known.
   */
  properties[PROP_BALANCE_MICRO] =
    g_param_spec_int64 ("balance-micro", NULL, NULL, -1, G_MAXINT64, -1, flags);

  /**
   * TropeaSubmitter:simulated-micro:
   *
   * The key's simulated credits at the ledger; -1 while they are not known.
   */
  properties[PROP_SIMULATED_MICRO] =
    g_param_spec_int64 ("simulated-micro", NULL, NULL, -1, G_MAXINT64, -1, flags);

  /**
   * TropeaSubmitter:origin:
   *
   * The name of the ledger that sessions are signed for; NULL while it is not known.
   */
  properties[PROP_ORIGIN] = g_param_spec_string ("origin", NULL, NULL, NULL, flags);

  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);
}

static void
tropea_submitter_class_init (TropeaSubmitterClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = tropea_submitter_get_property;
  object_class->dispose = tropea_submitter_dispose;
  object_class->finalize = tropea_submitter_finalize;
  install_properties (object_class);

  /**
   * TropeaSubmitter::credited:
   * @session: as it is on disk now
   * @receipt: (type gpointer): a const TropeaReceipt *, valid during the emission; its "seq"
   *   is 0 where the session was found in the ledger's list
   */
  signals[SIGNAL_CREDITED] =
    g_signal_new ("credited", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                  G_TYPE_NONE, 2, TROPEA_TYPE_SESSION, G_TYPE_POINTER);

  /**
   * TropeaSubmitter::refused:
   * @session: as it is on disk now, with the ledger's reason
   */
  signals[SIGNAL_REFUSED] =
    g_signal_new ("refused", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                  G_TYPE_NONE, 1, TROPEA_TYPE_SESSION);

  /**
   * TropeaSubmitter::notice:
   * @sentence: something to be told once
   */
  signals[SIGNAL_NOTICE] =
    g_signal_new ("notice", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                  G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
tropea_submitter_init (TropeaSubmitter *self)
{
  self->halt = g_cancellable_new ();
  self->cancellable = g_cancellable_new ();
  self->needs_balance = TRUE;
  self->needs_comparison = TRUE;
  self->balance_micro = -1;
  self->simulated_micro = -1;
}

/**
 * tropea_submitter_new:
 *
 * Returns: (transfer full): a submitter that does nothing before tropea_submitter_start ()
 */
TropeaSubmitter *
tropea_submitter_new (TropeaStore        *store,
                      TropeaIdentity     *identity,
                      TropeaLedgerClient *client,
                      TropeaClock        *clock)
{
  TropeaSubmitter *self = NULL;

  g_return_val_if_fail (TROPEA_IS_STORE (store), NULL);
  g_return_val_if_fail (TROPEA_IS_IDENTITY (identity), NULL);
  g_return_val_if_fail (TROPEA_IS_LEDGER_CLIENT (client), NULL);
  g_return_val_if_fail (TROPEA_IS_CLOCK (clock), NULL);

  self = g_object_new (TROPEA_TYPE_SUBMITTER, NULL);
  self->store = g_object_ref (store);
  self->identity = g_object_ref (identity);
  self->client = g_object_ref (client);
  self->clock = g_object_ref (clock);

  g_signal_connect_object (store, "session-changed", G_CALLBACK (session_changed_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (identity, "notify::state", G_CALLBACK (key_state_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (client, "notify::socks-port", G_CALLBACK (tropea_submitter_kick), self,
                           G_CONNECT_SWAPPED);

  return self;
}

/**
 * tropea_submitter_start:
 *
 * Ask the ledger who it is, and send what waits; from now on by itself.
 */
void
tropea_submitter_start (TropeaSubmitter *self)
{
  g_return_if_fail (TROPEA_IS_SUBMITTER (self));

  self->is_started = TRUE;
  begin_round (self);
}

/**
 * tropea_submitter_kick:
 *
 * Try now, whatever the backoff says. Nothing before tropea_submitter_start ().
 */
void
tropea_submitter_kick (TropeaSubmitter *self)
{
  g_return_if_fail (TROPEA_IS_SUBMITTER (self));

  g_clear_handle_id (&self->timer_id, g_source_remove);
  begin_round (self);
}

static void
stop_deadline_cb (gpointer data)
{
  TropeaSubmitter *self = data;

  self->stop_timer_id = 0;
  g_cancellable_cancel (self->cancellable);
}

/**
 * tropea_submitter_stop_async:
 * @deadline_ms: what a request that is under way has left
 *
 * Send no other request. What the running one brings is on disk when this finishes; what it
 * does not bring is sent again by the next submitter on this store. Another call can bring the
 * deadline nearer.
 */
void
tropea_submitter_stop_async (TropeaSubmitter     *self,
                             guint                deadline_ms,
                             GAsyncReadyCallback  callback,
                             gpointer             user_data)
{
  g_autoptr(GTask) task = NULL;

  g_return_if_fail (TROPEA_IS_SUBMITTER (self));
  task = g_task_new (self, NULL, callback, user_data);
  g_task_set_source_tag (task, tropea_submitter_stop_async);

  g_clear_handle_id (&self->timer_id, g_source_remove);
  g_cancellable_cancel (self->halt);
  if (self->pause != NULL)
    g_cancellable_cancel (self->pause);
  if (self->stop_tasks == NULL)
    self->stop_tasks = g_ptr_array_new_with_free_func (g_object_unref);
  g_ptr_array_add (self->stop_tasks, g_steal_pointer (&task));
  if (!self->is_busy)
    {
      return_stopped (self);
      return;
    }

  g_clear_handle_id (&self->stop_timer_id, g_source_remove);
  self->stop_timer_id = g_timeout_add_once (deadline_ms, stop_deadline_cb, self);
}

gboolean
tropea_submitter_stop_finish (TropeaSubmitter  *self,
                              GAsyncResult     *result,
                              GError          **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

const char *
tropea_submitter_get_problem (TropeaSubmitter *self)
{
  g_return_val_if_fail (TROPEA_IS_SUBMITTER (self), NULL);

  return self->problem;
}

/**
 * tropea_submitter_get_difference:
 *
 * Returns: (nullable): what the ledger has lost, in one sentence; sending goes on all the same
 */
const char *
tropea_submitter_get_difference (TropeaSubmitter *self)
{
  g_return_val_if_fail (TROPEA_IS_SUBMITTER (self), NULL);

  return self->difference;
}

/**
 * tropea_submitter_is_stuck:
 *
 * Returns: whether what waits cannot be sent now
 */
gboolean
tropea_submitter_is_stuck (TropeaSubmitter *self)
{
  g_return_val_if_fail (TROPEA_IS_SUBMITTER (self), TRUE);

  return self->failure != NULL ||
         (self->n_elsewhere > 0 &&
          tropea_store_get_totals (self->store)->waiting <= self->n_elsewhere);
}

gint64
tropea_submitter_get_balance_micro (TropeaSubmitter *self)
{
  g_return_val_if_fail (TROPEA_IS_SUBMITTER (self), -1);

  return self->balance_micro;
}

gint64
tropea_submitter_get_simulated_micro (TropeaSubmitter *self)
{
  g_return_val_if_fail (TROPEA_IS_SUBMITTER (self), -1);

  return self->simulated_micro;
}
