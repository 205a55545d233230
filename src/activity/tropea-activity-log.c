/* tropea-activity-log.c: the last 1000 samples as a list
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-activity-log"

#include "config.h"

#include "activity/tropea-activity-log.h"

/* A ring: position 0 of the list is the oldest sample. When it is full, an append is two
 * changes, each announced while the list is exactly what was announced: the oldest goes,
 * then the new one comes. Both cost the same however long the list is.
 */

struct _TropeaActivitySample
{
  GObject          parent_instance;

  TropeaTorSample  sample;
};

struct _TropeaActivityLog
{
  GObject                parent_instance;

  TropeaActivitySample  *ring[TROPEA_ACTIVITY_LOG_MAX_SAMPLES];  /* (owned), those that count */
  guint                  first;
  guint                  n_samples;
};

typedef enum
{
  PROP_BYTES_IN = 1,
  PROP_BYTES_OUT,
  PROP_INTERVAL_USEC,
  PROP_WALL_MS,
} TropeaActivitySampleProperty;

static void list_model_iface_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE (TropeaActivitySample, tropea_activity_sample, G_TYPE_OBJECT)
G_DEFINE_FINAL_TYPE_WITH_CODE (TropeaActivityLog, tropea_activity_log, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_iface_init))

static GParamSpec *sample_properties[PROP_WALL_MS + 1];

static void
tropea_activity_sample_get_property (GObject    *object,
                                     guint       prop_id,
                                     GValue     *value,
                                     GParamSpec *pspec)
{
  const TropeaTorSample *sample = &TROPEA_ACTIVITY_SAMPLE (object)->sample;

  switch ((TropeaActivitySampleProperty) prop_id)
    {
    case PROP_BYTES_IN:
      g_value_set_uint64 (value, sample->bytes_in);
      break;

    case PROP_BYTES_OUT:
      g_value_set_uint64 (value, sample->bytes_out);
      break;

    case PROP_INTERVAL_USEC:
      g_value_set_int64 (value, sample->interval_usec);
      break;

    case PROP_WALL_MS:
      g_value_set_int64 (value, sample->wall_ms);
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
tropea_activity_sample_class_init (TropeaActivitySampleClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  object_class->get_property = tropea_activity_sample_get_property;

  sample_properties[PROP_BYTES_IN] =
    g_param_spec_uint64 ("bytes-in", NULL, NULL, 0, G_MAXUINT64, 0, flags);
  sample_properties[PROP_BYTES_OUT] =
    g_param_spec_uint64 ("bytes-out", NULL, NULL, 0, G_MAXUINT64, 0, flags);
  sample_properties[PROP_INTERVAL_USEC] =
    g_param_spec_int64 ("interval-usec", NULL, NULL, 0, G_MAXINT64, 0, flags);
  sample_properties[PROP_WALL_MS] =
    g_param_spec_int64 ("wall-ms", NULL, NULL, G_MININT64, G_MAXINT64, 0, flags);

  g_object_class_install_properties (object_class, G_N_ELEMENTS (sample_properties),
                                     sample_properties);
}

static void
tropea_activity_sample_init (TropeaActivitySample *self)
{
}

/**
 * tropea_activity_sample_get:
 *
 * Returns: (transfer none): what the sample holds; it never changes
 */
const TropeaTorSample *
tropea_activity_sample_get (TropeaActivitySample *self)
{
  g_return_val_if_fail (TROPEA_IS_ACTIVITY_SAMPLE (self), NULL);

  return &self->sample;
}

static GType
get_item_type (GListModel *model)
{
  return TROPEA_TYPE_ACTIVITY_SAMPLE;
}

static guint
get_n_items (GListModel *model)
{
  return TROPEA_ACTIVITY_LOG (model)->n_samples;
}

static gpointer
get_item (GListModel *model,
          guint       position)
{
  TropeaActivityLog *self = TROPEA_ACTIVITY_LOG (model);

  if (position >= self->n_samples)
    return NULL;

  return g_object_ref (self->ring[(self->first + position) % TROPEA_ACTIVITY_LOG_MAX_SAMPLES]);
}

static void
list_model_iface_init (GListModelInterface *iface)
{
  iface->get_item_type = get_item_type;
  iface->get_n_items = get_n_items;
  iface->get_item = get_item;
}

static void
drop_oldest (TropeaActivityLog *self)
{
  g_clear_object (&self->ring[self->first]);
  self->first = (self->first + 1) % TROPEA_ACTIVITY_LOG_MAX_SAMPLES;
  self->n_samples--;
}

static void
tropea_activity_log_finalize (GObject *object)
{
  TropeaActivityLog *self = TROPEA_ACTIVITY_LOG (object);

  while (self->n_samples > 0)
    drop_oldest (self);

  G_OBJECT_CLASS (tropea_activity_log_parent_class)->finalize (object);
}

static void
tropea_activity_log_class_init (TropeaActivityLogClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = tropea_activity_log_finalize;
}

static void
tropea_activity_log_init (TropeaActivityLog *self)
{
}

TropeaActivityLog *
tropea_activity_log_new (void)
{
  return g_object_new (TROPEA_TYPE_ACTIVITY_LOG, NULL);
}

/**
 * tropea_activity_log_append:
 *
 * Put a copy of @sample at the end; at %TROPEA_ACTIVITY_LOG_MAX_SAMPLES the oldest goes first.
 */
void
tropea_activity_log_append (TropeaActivityLog     *self,
                            const TropeaTorSample *sample)
{
  TropeaActivitySample *item = NULL;
  guint end = 0;

  g_return_if_fail (TROPEA_IS_ACTIVITY_LOG (self));
  g_return_if_fail (sample != NULL);

  if (self->n_samples == TROPEA_ACTIVITY_LOG_MAX_SAMPLES)
    {
      drop_oldest (self);
      g_list_model_items_changed (G_LIST_MODEL (self), 0, 1, 0);
    }

  item = g_object_new (TROPEA_TYPE_ACTIVITY_SAMPLE, NULL);
  item->sample = *sample;

  end = (self->first + self->n_samples) % TROPEA_ACTIVITY_LOG_MAX_SAMPLES;
  self->ring[end] = item;
  self->n_samples++;
  g_list_model_items_changed (G_LIST_MODEL (self), self->n_samples - 1, 0, 1);
}

void
tropea_activity_log_clear (TropeaActivityLog *self)
{
  guint n_removed = 0;

  g_return_if_fail (TROPEA_IS_ACTIVITY_LOG (self));

  n_removed = self->n_samples;
  if (n_removed == 0)
    return;

  while (self->n_samples > 0)
    drop_oldest (self);
  g_list_model_items_changed (G_LIST_MODEL (self), 0, n_removed, 0);
}
