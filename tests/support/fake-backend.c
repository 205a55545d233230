/* fake-backend.c: a tor whose every word is the test's
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "fake-backend.h"

struct _FakeBackend
{
  GObject         parent_instance;

  TropeaTorState  state;
  GError         *failure;  /* (owned) (nullable) */
  guint           connection_count;
  guint           circuit_count;
};

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
} FakeBackendProperty;

static void backend_iface_init (TropeaTorBackendInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (FakeBackend, fake_backend, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (TROPEA_TYPE_TOR_BACKEND, backend_iface_init))

static void
start_async (TropeaTorBackend    *backend,
             GCancellable        *cancellable,
             GAsyncReadyCallback  callback,
             gpointer             user_data)
{
  g_autoptr(GTask) task = g_task_new (backend, cancellable, callback, user_data);

  fake_backend_set_state (FAKE_BACKEND (backend), TROPEA_TOR_STATE_RUNNING);
  g_task_return_boolean (task, TRUE);
}

static void
stop_async (TropeaTorBackend    *backend,
            GCancellable        *cancellable,
            GAsyncReadyCallback  callback,
            gpointer             user_data)
{
  g_autoptr(GTask) task = g_task_new (backend, cancellable, callback, user_data);

  fake_backend_set_state (FAKE_BACKEND (backend), TROPEA_TOR_STATE_STOPPED);
  g_task_return_boolean (task, TRUE);
}

static gboolean
finish (TropeaTorBackend  *backend,
        GAsyncResult      *result,
        GError           **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

static const GError *
get_failure (TropeaTorBackend *backend)
{
  return FAKE_BACKEND (backend)->failure;
}

static void
backend_iface_init (TropeaTorBackendInterface *iface)
{
  iface->start_async = start_async;
  iface->start_finish = finish;
  iface->stop_async = stop_async;
  iface->stop_finish = finish;
  iface->get_failure = get_failure;
}

static void
fake_backend_get_property (GObject    *object,
                           guint       prop_id,
                           GValue     *value,
                           GParamSpec *pspec)
{
  FakeBackend *self = FAKE_BACKEND (object);
  gboolean running = self->state == TROPEA_TOR_STATE_RUNNING;

  switch ((FakeBackendProperty) prop_id)
    {
    case PROP_STATE:
      g_value_set_enum (value, (int) self->state);
      break;

    case PROP_BOOTSTRAP_PERCENT:
      g_value_set_int (value, running ? 100 : 0);
      break;

    case PROP_BOOTSTRAP_TAG:
      g_value_set_static_string (value, running ? "done" : NULL);
      break;

    case PROP_BOOTSTRAP_SUMMARY:
      g_value_set_static_string (value, running ? "Done" : NULL);
      break;

    case PROP_CONNECTION_COUNT:
      g_value_set_uint (value, self->connection_count);
      break;

    case PROP_CIRCUIT_COUNT:
      g_value_set_uint (value, self->circuit_count);
      break;

    case PROP_SOCKS_PORT:
    case PROP_CONTROL_PORT:
    case PROP_RESTART_SECONDS:
      g_value_set_uint (value, 0);
      break;

    case PROP_TROUBLE:
      g_value_set_boxed (value, NULL);
      break;

    case PROP_DIAGNOSIS:
      if (self->failure != NULL)
        g_value_take_boxed (value, tropea_tor_diagnosis_new_from_error (self->failure));
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
fake_backend_finalize (GObject *object)
{
  g_clear_error (&FAKE_BACKEND (object)->failure);

  G_OBJECT_CLASS (fake_backend_parent_class)->finalize (object);
}

static void
fake_backend_class_init (FakeBackendClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = fake_backend_get_property;
  object_class->finalize = fake_backend_finalize;

  g_object_class_override_property (object_class, PROP_STATE, "state");
  g_object_class_override_property (object_class, PROP_BOOTSTRAP_PERCENT, "bootstrap-percent");
  g_object_class_override_property (object_class, PROP_BOOTSTRAP_TAG, "bootstrap-tag");
  g_object_class_override_property (object_class, PROP_BOOTSTRAP_SUMMARY, "bootstrap-summary");
  g_object_class_override_property (object_class, PROP_CONNECTION_COUNT, "connection-count");
  g_object_class_override_property (object_class, PROP_CIRCUIT_COUNT, "circuit-count");
  g_object_class_override_property (object_class, PROP_SOCKS_PORT, "socks-port");
  g_object_class_override_property (object_class, PROP_CONTROL_PORT, "control-port");
  g_object_class_override_property (object_class, PROP_TROUBLE, "trouble");
  g_object_class_override_property (object_class, PROP_RESTART_SECONDS, "restart-seconds");
  g_object_class_override_property (object_class, PROP_DIAGNOSIS, "diagnosis");
}

static void
fake_backend_init (FakeBackend *self)
{
  self->state = TROPEA_TOR_STATE_STOPPED;
}

FakeBackend *
fake_backend_new (void)
{
  return g_object_new (FAKE_TYPE_BACKEND, NULL);
}

void
fake_backend_set_state (FakeBackend    *self,
                        TropeaTorState  state)
{
  self->state = state;
  g_object_notify (G_OBJECT (self), "state");
  g_object_notify (G_OBJECT (self), "bootstrap-percent");
}

void
fake_backend_set_counts (FakeBackend *self,
                         guint        connection_count,
                         guint        circuit_count)
{
  self->connection_count = connection_count;
  self->circuit_count = circuit_count;
  g_object_notify (G_OBJECT (self), "connection-count");
  g_object_notify (G_OBJECT (self), "circuit-count");
}

void
fake_backend_fail (FakeBackend    *self,
                   TropeaTorError  code,
                   const char     *message)
{
  g_clear_error (&self->failure);
  self->failure = g_error_new_literal (TROPEA_TOR_ERROR, (int) code, message);
  fake_backend_set_state (self, TROPEA_TOR_STATE_FAILED);
}

void
fake_backend_emit_sample (FakeBackend           *self,
                          const TropeaTorSample *sample)
{
  g_signal_emit_by_name (self, "sample", sample);
}
