/* tropea-history-item.c: one place in the history, before and after its session is read
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-history-item"

#include "config.h"

#include "host/tropea-history-item.h"

/* A list shows a place as soon as it is asked for it, and what is in it when that is read. A
 * session is immutable: one that was credited since is another one in the same place.
 */

struct _TropeaHistoryItem
{
  GObject        parent_instance;

  gint64         row;
  TropeaSession *session;  /* (owned) (nullable) */
};

typedef enum
{
  PROP_SESSION = 1,
} TropeaHistoryItemProperty;

G_DEFINE_FINAL_TYPE (TropeaHistoryItem, tropea_history_item, G_TYPE_OBJECT)

static GParamSpec *properties[PROP_SESSION + 1];

static void
tropea_history_item_get_property (GObject    *object,
                                  guint       prop_id,
                                  GValue     *value,
                                  GParamSpec *pspec)
{
  TropeaHistoryItem *self = TROPEA_HISTORY_ITEM (object);

  switch ((TropeaHistoryItemProperty) prop_id)
    {
    case PROP_SESSION:
      g_value_set_object (value, self->session);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
tropea_history_item_finalize (GObject *object)
{
  TropeaHistoryItem *self = TROPEA_HISTORY_ITEM (object);

  g_clear_object (&self->session);

  G_OBJECT_CLASS (tropea_history_item_parent_class)->finalize (object);
}

static void
tropea_history_item_class_init (TropeaHistoryItemClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = tropea_history_item_get_property;
  object_class->finalize = tropea_history_item_finalize;

  /**
   * TropeaHistoryItem:session: (nullable)
   *
   * %NULL as long as it is not read.
   */
  properties[PROP_SESSION] =
    g_param_spec_object ("session", NULL, NULL, TROPEA_TYPE_SESSION,
                         G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);

  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);
}

static void
tropea_history_item_init (TropeaHistoryItem *self)
{
}

/**
 * tropea_history_item_new:
 * @row: of the session in the store
 */
TropeaHistoryItem *
tropea_history_item_new (gint64 row)
{
  TropeaHistoryItem *self = g_object_new (TROPEA_TYPE_HISTORY_ITEM, NULL);

  self->row = row;

  return self;
}

gint64
tropea_history_item_get_row (TropeaHistoryItem *self)
{
  g_return_val_if_fail (TROPEA_IS_HISTORY_ITEM (self), 0);

  return self->row;
}

/**
 * tropea_history_item_get_session:
 *
 * Returns: (transfer none) (nullable):
 */
TropeaSession *
tropea_history_item_get_session (TropeaHistoryItem *self)
{
  g_return_val_if_fail (TROPEA_IS_HISTORY_ITEM (self), NULL);

  return self->session;
}

void
tropea_history_item_set_session (TropeaHistoryItem *self,
                                 TropeaSession     *session)
{
  g_return_if_fail (TROPEA_IS_HISTORY_ITEM (self));
  g_return_if_fail (TROPEA_IS_SESSION (session));

  if (g_set_object (&self->session, session))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SESSION]);
}
