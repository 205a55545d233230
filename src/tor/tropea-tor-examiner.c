/* tropea-tor-examiner.c: lets the doctor see a tor that runs, and shows what is found
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-tor-examiner"

#include "config.h"

#include "tor/tropea-tor-examiner.h"

#include "tor/tropea-tor-doctor.h"
#include "tor/tropea-tor-reach.h"

/* Listens beside the watch, which subscribes to the events. tor sends BW every second, so no
 * timer is needed to see that nothing goes on; where BW stays away the watch has its own word.
 */

#define VERSION_COMMAND "GETINFO status/version/current version"

struct _TropeaTorExaminer
{
  GObject                  parent_instance;

  TropeaControlConnection *connection;  /* (owned) (nullable): NULL at the end */
  TropeaTorStatus         *status;      /* (unowned): valid until the end */
  TropeaNetwork           *network;     /* (owned) (nullable) */
  TropeaClock             *clock;       /* (owned) */
  TropeaTorDoctor         *doctor;      /* (owned) */
  TropeaTorReach           reach;
  gboolean                 is_connected;
};

G_DEFINE_FINAL_TYPE (TropeaTorExaminer, tropea_tor_examiner, G_TYPE_OBJECT)

static void ask_for_version (TropeaTorExaminer *self);

static void
show (TropeaTorExaminer      *self,
      TropeaTorTroubleSource  source,
      TropeaTorDiagnosis     *diagnosis)
{
  GError *trouble = diagnosis != NULL ? tropea_tor_diagnosis_to_error (diagnosis) : NULL;

  tropea_tor_status_take_trouble_of (self->status, source, trouble);
}

/* Of a tor that was connected, which says nothing itself. */
static void
show_reach (TropeaTorExaminer *self)
{
  g_autoptr(TropeaTorDiagnosis) diagnosis = NULL;

  if (self->status->state != TROPEA_TOR_STATE_RUNNING)
    tropea_tor_reach_forget (&self->reach);
  if (tropea_tor_reach_is_lost (&self->reach))
    diagnosis = tropea_tor_diagnosis_new (TROPEA_TOR_PROBLEM_NETWORK_LOST, NULL);

  show (self, TROPEA_TOR_TROUBLE_NETWORK, diagnosis);
}

static void
examine (TropeaTorExaminer *self)
{
  g_autoptr(TropeaTorExaminer) alive G_GNUC_UNUSED = g_object_ref (self);
  g_autoptr(GObject) owner = NULL;
  g_autoptr(TropeaTorDiagnosis) diagnosis = NULL;
  gint64 now_usec = tropea_clock_get_monotonic_usec (self->clock);
  gboolean is_connected;

  if (self->connection == NULL)
    return;

  owner = g_object_ref (self->status->owner);
  tropea_tor_doctor_set_percent (self->doctor, self->status->bootstrap_percent, now_usec);
  is_connected = tropea_tor_doctor_is_connected (self->doctor);
  if (is_connected && !self->is_connected)
    ask_for_version (self);
  self->is_connected = is_connected;
  if (self->network != NULL)
    tropea_tor_doctor_set_network (self->doctor, tropea_network_get_state (self->network));

  /* A tor that somebody keeps from connecting, or that is ending, is none for the doctor. */
  if (self->status->state == TROPEA_TOR_STATE_BOOTSTRAPPING
      || self->status->state == TROPEA_TOR_STATE_RUNNING)
    diagnosis = tropea_tor_doctor_find (self->doctor, now_usec);
  else
    tropea_tor_doctor_start_anew (self->doctor, now_usec);

  g_object_freeze_notify (owner);
  show_reach (self);
  show (self, is_connected ? TROPEA_TOR_TROUBLE_DOCTOR : TROPEA_TOR_TROUBLE_NOTE, NULL);
  show (self, is_connected ? TROPEA_TOR_TROUBLE_NOTE : TROPEA_TOR_TROUBLE_DOCTOR, diagnosis);
  g_object_thaw_notify (owner);
}

static void
version_cb (GObject      *object,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr(TropeaTorExaminer) self = user_data;
  g_autoptr(TropeaControlReply) reply = NULL;

  reply = tropea_control_connection_command_finish (TROPEA_CONTROL_CONNECTION (object), result,
                                                    NULL);
  if (reply == NULL || self->connection == NULL)
    return;

  tropea_tor_doctor_set_version (self->doctor,
                                 tropea_control_reply_get_value (reply, "status/version/current"),
                                 tropea_control_reply_get_value (reply, "version"));
  examine (self);
}

/* A verdict there is only once tor has the consensus; a cached one gives no event, nor does the
 * bootstrap of a tor that was connected before it was looked at.
 */
static void
ask_for_version (TropeaTorExaminer *self)
{
  tropea_control_connection_command_async (self->connection, VERSION_COMMAND, version_cb,
                                           g_object_ref (self));
}

static void
event_cb (TropeaControlConnection  *connection,
          const TropeaControlEvent *event,
          TropeaTorExaminer        *self)
{
  tropea_tor_doctor_take_event (self->doctor, event,
                                tropea_clock_get_monotonic_usec (self->clock));

  tropea_tor_reach_take_event (&self->reach, event, self->status->connection_count);
  if (event->kind == TROPEA_CONTROL_EVENT_ORCONN)
    show_reach (self);

  if (event->kind == TROPEA_CONTROL_EVENT_BW || event->kind == TROPEA_CONTROL_EVENT_BOOTSTRAP
      || event->kind == TROPEA_CONTROL_EVENT_STATUS
      || event->kind == TROPEA_CONTROL_EVENT_WARNING)
    examine (self);
}

static void
network_cb (TropeaTorExaminer *self)
{
  g_autoptr(TropeaTorExaminer) alive G_GNUC_UNUSED = g_object_ref (self);

  if (self->connection == NULL)
    return;

  tropea_tor_reach_set_network (&self->reach, tropea_network_get_state (self->network));
  show_reach (self);
  tropea_tor_doctor_start_anew (self->doctor, tropea_clock_get_monotonic_usec (self->clock));
  examine (self);
}

static void
tropea_tor_examiner_dispose (GObject *object)
{
  TropeaTorExaminer *self = TROPEA_TOR_EXAMINER (object);

  tropea_tor_examiner_end (self);
  g_clear_object (&self->network);
  g_clear_object (&self->clock);

  G_OBJECT_CLASS (tropea_tor_examiner_parent_class)->dispose (object);
}

static void
tropea_tor_examiner_finalize (GObject *object)
{
  g_clear_pointer (&TROPEA_TOR_EXAMINER (object)->doctor, tropea_tor_doctor_free);

  G_OBJECT_CLASS (tropea_tor_examiner_parent_class)->finalize (object);
}

static void
tropea_tor_examiner_class_init (TropeaTorExaminerClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = tropea_tor_examiner_dispose;
  object_class->finalize = tropea_tor_examiner_finalize;
}

static void
tropea_tor_examiner_init (TropeaTorExaminer *self)
{
}

/**
 * tropea_tor_examiner_new:
 * @connection: whose events are switched on by the watch
 * @status: where troubles are shown; it must outlive the examiner's end
 * @network: (nullable): what the system says of the network
 */
TropeaTorExaminer *
tropea_tor_examiner_new (TropeaControlConnection *connection,
                         TropeaTorStatus         *status,
                         TropeaNetwork           *network,
                         TropeaClock             *clock)
{
  TropeaTorExaminer *self;

  g_return_val_if_fail (TROPEA_IS_CONTROL_CONNECTION (connection), NULL);
  g_return_val_if_fail (network == NULL || TROPEA_IS_NETWORK (network), NULL);
  g_return_val_if_fail (TROPEA_IS_CLOCK (clock), NULL);

  self = g_object_new (TROPEA_TYPE_TOR_EXAMINER, NULL);
  self->connection = g_object_ref (connection);
  self->status = status;
  self->clock = g_object_ref (clock);
  self->doctor = tropea_tor_doctor_new (tropea_clock_get_monotonic_usec (clock));
  g_signal_connect_object (connection, "event", G_CALLBACK (event_cb), self, 0);
  if (network != NULL)
    {
      self->network = g_object_ref (network);
      tropea_tor_reach_set_network (&self->reach, tropea_network_get_state (network));
      g_signal_connect_object (network, "notify::state", G_CALLBACK (network_cb), self,
                               G_CONNECT_SWAPPED);
    }

  return self;
}

/* What tor was told to connect to first. */
void
tropea_tor_examiner_set_bridge_mode (TropeaTorExaminer *self,
                                     TropeaBridgeMode   mode)
{
  g_return_if_fail (TROPEA_IS_TOR_EXAMINER (self));

  tropea_tor_doctor_set_bridge_mode (self->doctor, mode);
}

/* Show nothing any more. */
void
tropea_tor_examiner_end (TropeaTorExaminer *self)
{
  g_return_if_fail (TROPEA_IS_TOR_EXAMINER (self));

  if (self->connection == NULL)
    return;

  g_signal_handlers_disconnect_by_data (self->connection, self);
  g_clear_object (&self->connection);
  self->status = NULL;
}
