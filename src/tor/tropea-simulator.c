/* tropea-simulator.c: traffic as a tor might make it, the same again under the same seed
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-simulator"

#include "config.h"

#include "tor/tropea-simulator.h"

#include "tor/tropea-simulation.h"
#include "tor/tropea-tor-status.h"

/* Goes through a real tor's states, but has no process and no ports. Each sample is due at a
 * fixed moment, counted from the first; a late one does not delay those behind it, so after
 * any time there are as many samples as belong to it. No program uses simulated traffic: the
 * app bytes of its samples are 0.
 */

#define STEP_USEC (G_USEC_PER_SEC / 20)  /* long enough to be seen, short enough not to wait for */

typedef struct
{
  int         percent;
  const char *tag;
  const char *summary;
} Step;

/* tor's tags; the words never claim that a tor did anything. */
static const Step steps[] = {
  { 5, "conn", "Simulated: no relay is connected" },
  { 50, "loading_descriptors", "Simulated: no descriptors are loaded" },
  { 95, "circuit_create", "Simulated: no circuit is established" },
  { 100, "done", "Simulated: no tor is running" },
};

struct _TropeaSimulator
{
  GObject           parent_instance;

  TropeaClock      *clock;        /* (owned) */
  TropeaTorStatus   status;
  TropeaSimulation  simulation;

  GSource          *timer;        /* (owned) (nullable): due at the next step or sample */
  gint64            asleep_usec;  /* until the last sample */
  guint             next_step;
  GTask            *start_task;   /* (owned) (nullable) */
  GSource          *cancelled;    /* (owned) (nullable): the start's cancellable */
  GPtrArray        *stop_tasks;   /* (owned), of GTask: they finish together */
};

static void tor_backend_iface_init (TropeaTorBackendInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (TropeaSimulator, tropea_simulator, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (TROPEA_TYPE_TOR_BACKEND,
                                                      tor_backend_iface_init))

static gboolean
timer_dispatch (GSource     *source,
                GSourceFunc  callback,
                gpointer     user_data)
{
  return callback (user_data);
}

static GSourceFuncs timer_funcs = { NULL, NULL, timer_dispatch, NULL, NULL, NULL };

static void
clear_source (GSource **source)
{
  if (*source == NULL)
    return;

  g_source_destroy (*source);
  g_clear_pointer (source, g_source_unref);
}

static void
set_timer (TropeaSimulator *self,
           GSourceFunc      callback,
           gint64           at_usec)
{
  clear_source (&self->timer);

  self->timer = g_source_new (&timer_funcs, sizeof (GSource));
  g_source_set_static_name (self->timer, "tropea-simulator");
  g_source_set_callback (self->timer, callback, self, NULL);
  g_source_set_ready_time (self->timer, at_usec);
  g_source_attach (self->timer, g_main_context_get_thread_default ());
}

static gboolean
sample_cb (gpointer user_data)
{
  g_autoptr(TropeaSimulator) self = g_object_ref (TROPEA_SIMULATOR (user_data));
  TropeaSimulationFigures figures;
  TropeaTorSample sample = { 0 };
  gint64 asleep_usec = tropea_clock_get_asleep_usec (self->clock);

  /* First the next one: a handler may stop the simulator. */
  g_source_set_ready_time (self->timer, g_source_get_ready_time (self->timer)
                                        + TROPEA_SIMULATION_INTERVAL_USEC);

  tropea_simulation_draw (&self->simulation, &figures);
  sample.bytes_in = figures.bytes_in;
  sample.bytes_out = figures.bytes_out;
  sample.interval_usec = TROPEA_SIMULATION_INTERVAL_USEC;
  sample.asleep_usec = MAX (asleep_usec - self->asleep_usec, 0);
  self->asleep_usec = asleep_usec;
  sample.wall_ms = tropea_clock_get_wall_ms (self->clock);

  tropea_tor_status_set_connection_count (&self->status, figures.connection_count);
  tropea_tor_status_set_circuit_count (&self->status, figures.circuit_count);
  g_signal_emit_by_name (self, "sample", &sample);

  return G_SOURCE_CONTINUE;
}

static gboolean
step_cb (gpointer user_data)
{
  g_autoptr(TropeaSimulator) self = g_object_ref (TROPEA_SIMULATOR (user_data));
  const Step *step = &steps[self->next_step++];
  gint64 now_usec = g_source_get_time (self->timer);

  if (self->next_step < G_N_ELEMENTS (steps))
    set_timer (self, step_cb, now_usec + STEP_USEC);
  else
    set_timer (self, sample_cb, now_usec + TROPEA_SIMULATION_INTERVAL_USEC);

  clear_source (&self->cancelled);
  tropea_tor_status_set_bootstrap (&self->status, step->percent, step->tag, step->summary);
  if (step->percent == 100)
    tropea_tor_status_set_state (&self->status, TROPEA_TOR_STATE_RUNNING);
  else
    tropea_tor_status_set_state (&self->status, TROPEA_TOR_STATE_BOOTSTRAPPING);

  if (self->start_task != NULL)
    {
      g_autoptr(GTask) task = g_steal_pointer (&self->start_task);

      g_task_return_boolean (task, TRUE);
    }

  return G_SOURCE_REMOVE;
}

static gboolean
stopped_cb (gpointer user_data)
{
  g_autoptr(TropeaSimulator) self = g_object_ref (TROPEA_SIMULATOR (user_data));
  g_autoptr(GPtrArray) tasks = g_steal_pointer (&self->stop_tasks);

  self->stop_tasks = g_ptr_array_new_with_free_func (g_object_unref);
  clear_source (&self->timer);
  tropea_tor_status_set_state (&self->status, TROPEA_TOR_STATE_STOPPED);

  for (guint i = 0; i < tasks->len; i++)
    g_task_return_boolean (g_ptr_array_index (tasks, i), TRUE);

  return G_SOURCE_REMOVE;
}

static void
begin_stop (TropeaSimulator *self)
{
  clear_source (&self->cancelled);
  set_timer (self, stopped_cb, 0);
  tropea_tor_status_set_state (&self->status, TROPEA_TOR_STATE_STOPPING);

  if (self->start_task != NULL)
    {
      g_autoptr(GTask) task = g_steal_pointer (&self->start_task);

      g_task_return_new_error (task, TROPEA_TOR_ERROR, TROPEA_TOR_ERROR_CANCELLED,
                               "The simulation was stopped before it had started");
    }
}

static gboolean
cancelled_cb (GCancellable *cancellable,
              gpointer      user_data)
{
  begin_stop (TROPEA_SIMULATOR (user_data));

  return G_SOURCE_REMOVE;
}

static void
tropea_simulator_start_async (TropeaTorBackend    *backend,
                              GCancellable        *cancellable,
                              GAsyncReadyCallback  callback,
                              gpointer             user_data)
{
  TropeaSimulator *self = TROPEA_SIMULATOR (backend);
  g_autoptr(GTask) task = g_task_new (self, NULL, callback, user_data);

  g_task_set_source_tag (task, tropea_simulator_start_async);

  if (self->status.state != TROPEA_TOR_STATE_STOPPED)
    {
      g_task_return_new_error (task, TROPEA_TOR_ERROR, TROPEA_TOR_ERROR_BUSY,
                               "The simulation is already running: stop it first");
      return;
    }

  self->start_task = g_steal_pointer (&task);
  self->next_step = 0;
  self->asleep_usec = tropea_clock_get_asleep_usec (self->clock);
  set_timer (self, step_cb, g_get_monotonic_time () + STEP_USEC);

  if (cancellable != NULL)
    {
      self->cancelled = g_cancellable_source_new (cancellable);
      g_source_set_callback (self->cancelled, G_SOURCE_FUNC (cancelled_cb), self, NULL);
      g_source_attach (self->cancelled, g_main_context_get_thread_default ());
    }

  tropea_tor_status_set_state (&self->status, TROPEA_TOR_STATE_STARTING);
}

static gboolean
tropea_simulator_start_finish (TropeaTorBackend  *backend,
                               GAsyncResult      *result,
                               GError           **error)
{
  g_return_val_if_fail (g_task_is_valid (result, backend), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
tropea_simulator_stop_async (TropeaTorBackend    *backend,
                             GCancellable        *cancellable,
                             GAsyncReadyCallback  callback,
                             gpointer             user_data)
{
  TropeaSimulator *self = TROPEA_SIMULATOR (backend);
  g_autoptr(GTask) task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, tropea_simulator_stop_async);

  if (g_task_return_error_if_cancelled (task))
    return;

  if (self->status.state == TROPEA_TOR_STATE_STOPPED)
    {
      g_task_return_new_error (task, TROPEA_TOR_ERROR, TROPEA_TOR_ERROR_BUSY,
                               "The simulation is not running");
      return;
    }

  g_task_set_check_cancellable (task, FALSE);
  g_ptr_array_add (self->stop_tasks, g_steal_pointer (&task));
  if (self->status.state != TROPEA_TOR_STATE_STOPPING)
    begin_stop (self);
}

static gboolean
tropea_simulator_stop_finish (TropeaTorBackend  *backend,
                              GAsyncResult      *result,
                              GError           **error)
{
  g_return_val_if_fail (g_task_is_valid (result, backend), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
tropea_simulator_set_paused_async (TropeaTorBackend    *backend,
                                   gboolean             paused,
                                   GAsyncReadyCallback  callback,
                                   gpointer             user_data)
{
  TropeaSimulator *self = TROPEA_SIMULATOR (backend);
  g_autoptr(GTask) task = g_task_new (self, NULL, callback, user_data);

  g_task_set_source_tag (task, tropea_simulator_set_paused_async);

  if (paused && self->status.state == TROPEA_TOR_STATE_RUNNING)
    {
      clear_source (&self->timer);
      tropea_tor_status_set_connection_count (&self->status, 0);
      tropea_tor_status_set_circuit_count (&self->status, 0);
      tropea_tor_status_set_state (&self->status, TROPEA_TOR_STATE_PAUSED);
    }
  else if (!paused && self->status.state == TROPEA_TOR_STATE_PAUSED)
    {
      self->asleep_usec = tropea_clock_get_asleep_usec (self->clock);
      set_timer (self, sample_cb, g_get_monotonic_time () + TROPEA_SIMULATION_INTERVAL_USEC);
      tropea_tor_status_set_state (&self->status, TROPEA_TOR_STATE_RUNNING);
    }

  g_task_return_boolean (task, TRUE);
}

static gboolean
tropea_simulator_set_paused_finish (TropeaTorBackend  *backend,
                                    GAsyncResult      *result,
                                    GError           **error)
{
  g_return_val_if_fail (g_task_is_valid (result, backend), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

static const GError *
tropea_simulator_get_failure (TropeaTorBackend *backend)
{
  return TROPEA_SIMULATOR (backend)->status.failure;
}

static void
tor_backend_iface_init (TropeaTorBackendInterface *iface)
{
  iface->start_async = tropea_simulator_start_async;
  iface->start_finish = tropea_simulator_start_finish;
  iface->stop_async = tropea_simulator_stop_async;
  iface->stop_finish = tropea_simulator_stop_finish;
  iface->get_failure = tropea_simulator_get_failure;
  iface->set_paused_async = tropea_simulator_set_paused_async;
  iface->set_paused_finish = tropea_simulator_set_paused_finish;
}

static void
tropea_simulator_get_property (GObject    *object,
                               guint       property_id,
                               GValue     *value,
                               GParamSpec *pspec)
{
  tropea_tor_status_get_property (&TROPEA_SIMULATOR (object)->status, property_id, value, pspec);
}

static void
tropea_simulator_dispose (GObject *object)
{
  TropeaSimulator *self = TROPEA_SIMULATOR (object);

  clear_source (&self->timer);
  clear_source (&self->cancelled);
  g_clear_object (&self->clock);

  G_OBJECT_CLASS (tropea_simulator_parent_class)->dispose (object);
}

static void
tropea_simulator_finalize (GObject *object)
{
  TropeaSimulator *self = TROPEA_SIMULATOR (object);

  g_clear_pointer (&self->stop_tasks, g_ptr_array_unref);
  tropea_tor_status_clear (&self->status);

  G_OBJECT_CLASS (tropea_simulator_parent_class)->finalize (object);
}

static void
tropea_simulator_class_init (TropeaSimulatorClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = tropea_simulator_get_property;
  object_class->dispose = tropea_simulator_dispose;
  object_class->finalize = tropea_simulator_finalize;

  tropea_tor_status_class_init (object_class);
}

static void
tropea_simulator_init (TropeaSimulator *self)
{
  tropea_tor_status_init (&self->status, self);
  self->stop_tasks = g_ptr_array_new_with_free_func (g_object_unref);
}

/**
 * tropea_simulator_new:
 * @seed: decides every figure; the series goes on over a stop and a start
 * @clock: dates the samples
 */
TropeaSimulator *
tropea_simulator_new (guint32      seed,
                      TropeaClock *clock)
{
  TropeaSimulator *self;

  g_return_val_if_fail (TROPEA_IS_CLOCK (clock), NULL);

  self = g_object_new (TROPEA_TYPE_SIMULATOR, NULL);
  self->clock = g_object_ref (clock);
  tropea_simulation_init (&self->simulation, seed);

  return self;
}
