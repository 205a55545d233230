/* tropea-tor-status.c: the properties that every backend has, kept and notified in one place
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-tor-status"

#include "config.h"

#include "tor/tropea-tor-status.h"

/* A backend that has no tor has no counts, ports or bootstrap either, so these go back to
 * nothing with the states "stopped" and "failed". All of them change before the first is
 * notified: whoever looks at a property from a handler sees a consistent picture.
 */

typedef enum
{
  PROP_STATE = 1,
  PROP_BOOTSTRAP_PERCENT,
  PROP_BOOTSTRAP_TAG,
  PROP_BOOTSTRAP_SUMMARY,
  PROP_CONNECTION_COUNT,
  PROP_CIRCUIT_COUNT,
  PROP_SOCKS_PORT,
  PROP_CONTROL_PORT,
  PROP_TROUBLE,
  PROP_RESTART_SECONDS,
  PROP_DIAGNOSIS,
} TropeaTorStatusProperty;

/* Make @klass implement the interface's properties; the ids are 1 to 11, so a backend with
 * properties of its own counts on from there.
 */
void
tropea_tor_status_class_init (GObjectClass *klass)
{
  g_object_class_override_property (klass, PROP_STATE, "state");
  g_object_class_override_property (klass, PROP_BOOTSTRAP_PERCENT, "bootstrap-percent");
  g_object_class_override_property (klass, PROP_BOOTSTRAP_TAG, "bootstrap-tag");
  g_object_class_override_property (klass, PROP_BOOTSTRAP_SUMMARY, "bootstrap-summary");
  g_object_class_override_property (klass, PROP_CONNECTION_COUNT, "connection-count");
  g_object_class_override_property (klass, PROP_CIRCUIT_COUNT, "circuit-count");
  g_object_class_override_property (klass, PROP_SOCKS_PORT, "socks-port");
  g_object_class_override_property (klass, PROP_CONTROL_PORT, "control-port");
  g_object_class_override_property (klass, PROP_TROUBLE, "trouble");
  g_object_class_override_property (klass, PROP_RESTART_SECONDS, "restart-seconds");
  g_object_class_override_property (klass, PROP_DIAGNOSIS, "diagnosis");
}

void
tropea_tor_status_init (TropeaTorStatus *self,
                        gpointer         owner)
{
  self->owner = owner;
}

void
tropea_tor_status_clear (TropeaTorStatus *self)
{
  g_clear_error (&self->failure);
  for (guint i = 0; i < TROPEA_TOR_N_TROUBLES; i++)
    g_clear_error (&self->troubles[i]);
  g_clear_pointer (&self->bootstrap_tag, g_free);
  g_clear_pointer (&self->bootstrap_summary, g_free);
}

static const GError *
get_trouble (TropeaTorStatus *self)
{
  for (guint i = 0; i < TROPEA_TOR_N_TROUBLES; i++)
    if (self->troubles[i] != NULL)
      return self->troubles[i];

  return NULL;
}

static TropeaTorDiagnosis *
make_diagnosis (TropeaTorStatus *self)
{
  const GError *error = self->failure != NULL ? self->failure : get_trouble (self);

  return error != NULL ? tropea_tor_diagnosis_new_from_error (error) : NULL;
}

void
tropea_tor_status_get_property (TropeaTorStatus *self,
                                guint            property_id,
                                GValue          *value,
                                GParamSpec      *pspec)
{
  switch ((TropeaTorStatusProperty) property_id)
    {
    case PROP_STATE:
      g_value_set_enum (value, self->state);
      break;

    case PROP_BOOTSTRAP_PERCENT:
      g_value_set_int (value, self->bootstrap_percent);
      break;

    case PROP_BOOTSTRAP_TAG:
      g_value_set_string (value, self->bootstrap_tag);
      break;

    case PROP_BOOTSTRAP_SUMMARY:
      g_value_set_string (value, self->bootstrap_summary);
      break;

    case PROP_CONNECTION_COUNT:
      g_value_set_uint (value, self->connection_count);
      break;

    case PROP_CIRCUIT_COUNT:
      g_value_set_uint (value, self->circuit_count);
      break;

    case PROP_SOCKS_PORT:
      g_value_set_uint (value, self->socks_port);
      break;

    case PROP_CONTROL_PORT:
      g_value_set_uint (value, self->control_port);
      break;

    case PROP_TROUBLE:
      g_value_set_boxed (value, get_trouble (self));
      break;

    case PROP_RESTART_SECONDS:
      g_value_set_uint (value, self->restart_seconds);
      break;

    case PROP_DIAGNOSIS:
      g_value_take_boxed (value, make_diagnosis (self));
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (self->owner, property_id, pspec);
      break;
    }
}

static void
forget_run (TropeaTorStatus *self)
{
  for (guint i = 0; i < TROPEA_TOR_N_TROUBLES; i++)
    tropea_tor_status_take_trouble_of (self, (TropeaTorTroubleSource) i, NULL);
  tropea_tor_status_set_restart_seconds (self, 0);
  tropea_tor_status_set_bootstrap (self, 0, NULL, NULL);
  tropea_tor_status_set_connection_count (self, 0);
  tropea_tor_status_set_circuit_count (self, 0);
  tropea_tor_status_set_socks_port (self, 0);
  tropea_tor_status_set_control_port (self, 0);
}

static void
change_state (TropeaTorStatus *self,
              TropeaTorState   state)
{
  g_object_freeze_notify (self->owner);

  if (state == TROPEA_TOR_STATE_STOPPED || state == TROPEA_TOR_STATE_FAILED)
    forget_run (self);

  if (self->state != state)
    {
      self->state = state;
      g_object_notify (self->owner, "state");
    }

  g_object_thaw_notify (self->owner);
}

/* For every state but "failed", which tropea_tor_status_take_failure () sets. */
void
tropea_tor_status_set_state (TropeaTorStatus *self,
                             TropeaTorState   state)
{
  g_assert (state != TROPEA_TOR_STATE_FAILED);

  g_object_freeze_notify (self->owner);
  if (self->failure != NULL)
    g_object_notify (self->owner, "diagnosis");
  g_clear_error (&self->failure);
  change_state (self, state);
  g_object_thaw_notify (self->owner);
}

/* Go to "failed" because of @failure (transfer full). */
void
tropea_tor_status_take_failure (TropeaTorStatus *self,
                                GError          *failure)
{
  g_assert (failure != NULL);

  g_object_freeze_notify (self->owner);
  g_clear_error (&self->failure);
  self->failure = failure;
  change_state (self, TROPEA_TOR_STATE_FAILED);
  g_object_notify (self->owner, "diagnosis");
  g_object_thaw_notify (self->owner);
}

static void
set_text (TropeaTorStatus  *self,
          char            **field,
          const char       *text,
          const char       *name)
{
  if (g_strcmp0 (*field, text) == 0)
    return;

  g_free (*field);
  *field = g_strdup (text);
  g_object_notify (self->owner, name);
}

static void
set_number (TropeaTorStatus *self,
            guint           *field,
            guint            number,
            const char      *name)
{
  if (*field == number)
    return;

  *field = number;
  g_object_notify (self->owner, name);
}

/* Take what is wrong (transfer full), or NULL for nothing, with the process or its control
 * connection.
 */
void
tropea_tor_status_take_trouble (TropeaTorStatus *self,
                                GError          *trouble)
{
  tropea_tor_status_take_trouble_of (self, TROPEA_TOR_TROUBLE_RUN, trouble);
}

static gboolean
is_same_error (const GError *a,
               const GError *b)
{
  g_autoptr(TropeaTorDiagnosis) x = NULL;
  g_autoptr(TropeaTorDiagnosis) y = NULL;

  if (a == NULL || b == NULL)
    return a == b;

  x = tropea_tor_diagnosis_new_from_error (a);
  y = tropea_tor_diagnosis_new_from_error (b);

  return tropea_tor_diagnosis_equal (x, y);
}

/* Take what @source says is wrong (transfer full), or NULL for nothing. */
void
tropea_tor_status_take_trouble_of (TropeaTorStatus        *self,
                                   TropeaTorTroubleSource  source,
                                   GError                 *trouble)
{
  g_autoptr(GError) before = NULL;
  const GError *shown = get_trouble (self);

  g_assert (source < TROPEA_TOR_N_TROUBLES);

  before = shown != NULL ? g_error_copy (shown) : NULL;
  g_clear_error (&self->troubles[source]);
  self->troubles[source] = trouble;
  if (is_same_error (before, get_trouble (self)))
    return;

  g_object_freeze_notify (self->owner);
  g_object_notify (self->owner, "trouble");
  g_object_notify (self->owner, "diagnosis");
  g_object_thaw_notify (self->owner);
}

void
tropea_tor_status_set_restart_seconds (TropeaTorStatus *self,
                                       guint            seconds)
{
  set_number (self, &self->restart_seconds, seconds, "restart-seconds");
}

void
tropea_tor_status_set_bootstrap (TropeaTorStatus *self,
                                 int              percent,
                                 const char      *tag,
                                 const char      *summary)
{
  g_object_freeze_notify (self->owner);

  percent = CLAMP (percent, 0, 100);
  if (self->bootstrap_percent != percent)
    {
      self->bootstrap_percent = percent;
      g_object_notify (self->owner, "bootstrap-percent");
    }

  set_text (self, &self->bootstrap_tag, tag, "bootstrap-tag");
  set_text (self, &self->bootstrap_summary, summary, "bootstrap-summary");

  g_object_thaw_notify (self->owner);
}

void
tropea_tor_status_set_connection_count (TropeaTorStatus *self,
                                        guint            count)
{
  set_number (self, &self->connection_count, count, "connection-count");
}

void
tropea_tor_status_set_circuit_count (TropeaTorStatus *self,
                                     guint            count)
{
  set_number (self, &self->circuit_count, count, "circuit-count");
}

void
tropea_tor_status_set_socks_port (TropeaTorStatus *self,
                                  guint            port)
{
  set_number (self, &self->socks_port, port, "socks-port");
}

void
tropea_tor_status_set_control_port (TropeaTorStatus *self,
                                    guint            port)
{
  set_number (self, &self->control_port, port, "control-port");
}
