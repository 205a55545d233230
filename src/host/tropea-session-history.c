/* tropea-session-history.c: all sessions of a store as a list that reads what is looked at
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-session-history"

#include "config.h"

#include "host/tropea-session-history.h"

#include "session/tropea-store-history.h"

/* The list knows the row of each session that fits, oldest first, so that a new one is put at
 * the end and every place is found by bisection. What is in a place is read when somebody asks
 * for it, together with its neighbours, one such chunk at a time and the one asked for last
 * first: whoever drags the scroll bar waits only for where it stops. The store answers in the
 * order of the calls; so what changed while rows are being found is in what is found.
 */

/* More than a tall window shows, read in less than a millisecond. */
#define CHUNK_ROWS 64
/* Kept for going back and forth; what is on the screen is kept by those who show it. */
#define MOST_RECENT 512

struct _TropeaSessionHistory
{
  GObject              parent_instance;

  TropeaStore         *store;       /* (owned) */
  TropeaSessionFilter *filter;      /* (owned) */
  GArray              *rows;        /* (owned): of gint64, oldest first */
  GHashTable          *items;       /* (owned): row → (unowned) item, as long as that lives */
  GQueue               recent;      /* of (owned) items, the last asked for first */
  GQueue               wanted;      /* of (owned) GArray of gint64, the last asked for first */
  GCancellable        *finding;     /* (owned) (nullable): the last search, while it runs */
  gboolean             is_reading;

  TropeaHistoryPhase   phase;
  char                *error;       /* (owned) (nullable) */
};

typedef struct
{
  TropeaSessionHistory *history;      /* (owned) */
  GCancellable         *cancellable;  /* (owned) */
} Search;

typedef enum
{
  PROP_PHASE = 1,
  PROP_COUNT,
  PROP_ERROR,
} TropeaSessionHistoryProperty;

static GParamSpec *properties[PROP_ERROR + 1];

static void read_next (TropeaSessionHistory *self);
static void find (TropeaSessionHistory *self);

static GType
get_item_type (GListModel *model)
{
  return TROPEA_TYPE_HISTORY_ITEM;
}

static guint
get_n_items (GListModel *model)
{
  return TROPEA_SESSION_HISTORY (model)->rows->len;
}

static void
item_gone_cb (gpointer  user_data,
              GObject  *item)
{
  GHashTableIter iter;
  gpointer value = NULL;

  g_hash_table_iter_init (&iter, user_data);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      if (value == item)
        {
          g_hash_table_iter_remove (&iter);
          return;
        }
    }
}

/* Returns: (transfer full): the item of @row, which may be empty. */
static TropeaHistoryItem *
ref_item (TropeaSessionHistory *self,
          gint64                row,
          gboolean             *is_new)
{
  TropeaHistoryItem *item = g_hash_table_lookup (self->items, &row);
  gint64 *key = NULL;

  *is_new = item == NULL;
  if (item != NULL)
    return g_object_ref (item);

  item = tropea_history_item_new (row);
  key = g_new (gint64, 1);
  *key = row;
  g_hash_table_insert (self->items, key, item);
  g_object_weak_ref (G_OBJECT (item), item_gone_cb, self->items);
  g_queue_push_head (&self->recent, g_object_ref (item));
  if (self->recent.length > MOST_RECENT)
    g_object_unref (g_queue_pop_tail (&self->recent));

  return item;
}

/* The items of the chunk around @index that are new are all wanted. */
static void
want_chunk (TropeaSessionHistory *self,
            guint                 index)
{
  GArray *rows = g_array_new (FALSE, FALSE, sizeof (gint64));
  guint first = index - index % CHUNK_ROWS;

  for (guint i = first; i < MIN (first + CHUNK_ROWS, self->rows->len); i++)
    {
      gint64 row = g_array_index (self->rows, gint64, i);
      g_autoptr(TropeaHistoryItem) item = NULL;
      gboolean is_new = FALSE;

      item = ref_item (self, row, &is_new);
      if (is_new)
        g_array_append_val (rows, row);
    }

  g_queue_push_head (&self->wanted, rows);
  read_next (self);
}

static gpointer
get_item (GListModel *model,
          guint       position)
{
  TropeaSessionHistory *self = TROPEA_SESSION_HISTORY (model);
  TropeaHistoryItem *item = NULL;
  gint64 row = 0;
  guint index = 0;

  if (position >= self->rows->len)
    return NULL;

  index = self->rows->len - 1 - position;
  row = g_array_index (self->rows, gint64, index);
  item = g_hash_table_lookup (self->items, &row);
  if (item != NULL)
    return g_object_ref (item);

  want_chunk (self, index);

  return g_object_ref (g_hash_table_lookup (self->items, &row));
}

static void
list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = get_item_type;
  iface->get_n_items = get_n_items;
  iface->get_item = get_item;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (TropeaSessionHistory, tropea_session_history, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_init))
G_DEFINE_ENUM_TYPE (TropeaHistoryPhase, tropea_history_phase,
                    G_DEFINE_ENUM_VALUE (TROPEA_HISTORY_PHASE_LOADING, "loading"),
                    G_DEFINE_ENUM_VALUE (TROPEA_HISTORY_PHASE_EMPTY, "empty"),
                    G_DEFINE_ENUM_VALUE (TROPEA_HISTORY_PHASE_NO_MATCH, "no-match"),
                    G_DEFINE_ENUM_VALUE (TROPEA_HISTORY_PHASE_LIST, "list"),
                    G_DEFINE_ENUM_VALUE (TROPEA_HISTORY_PHASE_FAILED, "failed"))

static void
set_phase (TropeaSessionHistory *self,
           TropeaHistoryPhase    phase)
{
  if (self->phase == phase)
    return;

  self->phase = phase;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PHASE]);
}

static void
fail (TropeaSessionHistory *self,
      const GError         *error)
{
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CLOSED) ||
      g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;

  g_free (self->error);
  self->error = g_strdup (error->message);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ERROR]);
  set_phase (self, TROPEA_HISTORY_PHASE_FAILED);
}

static void
count_changed (TropeaSessionHistory *self)
{
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_COUNT]);
  if (self->rows->len > 0)
    set_phase (self, TROPEA_HISTORY_PHASE_LIST);
  else if (tropea_session_filter_is_any (self->filter))
    set_phase (self, TROPEA_HISTORY_PHASE_EMPTY);
  else
    set_phase (self, TROPEA_HISTORY_PHASE_NO_MATCH);
}

static void
show_session (TropeaSessionHistory *self,
              TropeaSession        *session)
{
  gint64 row = tropea_session_get_row (session);
  TropeaHistoryItem *item = g_hash_table_lookup (self->items, &row);

  if (item != NULL)
    tropea_history_item_set_session (item, session);
}

static void
read_cb (GObject      *object,
         GAsyncResult *result,
         gpointer      user_data)
{
  g_autoptr(TropeaSessionHistory) self = user_data;
  g_autoptr(GPtrArray) sessions = NULL;
  g_autoptr(GError) error = NULL;

  self->is_reading = FALSE;
  sessions = tropea_store_list_finish (TROPEA_STORE (object), result, &error);
  if (sessions == NULL)
    {
      fail (self, error);
      return;
    }

  for (guint i = 0; i < sessions->len; i++)
    show_session (self, g_ptr_array_index (sessions, i));
  read_next (self);
}

/* Of @rows only what somebody still may look at. */
static void
drop_forgotten (TropeaSessionHistory *self,
                GArray               *rows)
{
  for (guint i = rows->len; i-- > 0;)
    {
      if (!g_hash_table_contains (self->items, &g_array_index (rows, gint64, i)))
        g_array_remove_index_fast (rows, i);
    }
}

static void
read_next (TropeaSessionHistory *self)
{
  while (!self->is_reading && !g_queue_is_empty (&self->wanted))
    {
      g_autoptr(GArray) rows = g_queue_pop_head (&self->wanted);

      drop_forgotten (self, rows);
      if (rows->len == 0)
        continue;

      self->is_reading = TRUE;
      tropea_store_read_rows_async (self->store, (const gint64 *) (gpointer) rows->data,
                                    rows->len, NULL, read_cb, g_object_ref (self));
    }
}

static void
found_cb (GObject      *object,
          GAsyncResult *result,
          gpointer      user_data)
{
  g_autofree Search *search = user_data;
  g_autoptr(TropeaSessionHistory) self = search->history;
  g_autoptr(GCancellable) cancellable = search->cancellable;
  g_autoptr(GArray) rows = NULL;
  g_autoptr(GError) error = NULL;
  guint n_before = self->rows->len;

  rows = tropea_store_find_rows_finish (TROPEA_STORE (object), result, &error);
  if (cancellable != self->finding)
    return;

  g_clear_object (&self->finding);
  if (rows == NULL)
    {
      fail (self, error);
      return;
    }

  g_array_unref (self->rows);
  self->rows = g_steal_pointer (&rows);
  g_list_model_items_changed (G_LIST_MODEL (self), 0, n_before, self->rows->len);
  count_changed (self);
}

/* What is under way is for a filter that nobody wants any more. */
static void
find (TropeaSessionHistory *self)
{
  Search *search = g_new0 (Search, 1);

  g_cancellable_cancel (self->finding);
  g_clear_object (&self->finding);
  self->finding = g_cancellable_new ();
  search->history = g_object_ref (self);
  search->cancellable = g_object_ref (self->finding);
  tropea_store_find_rows_async (self->store, self->filter, self->finding, found_cb, search);
}

/* Returns: whether the row is there; @index is where it is or belongs. */
static gboolean
bisect (TropeaSessionHistory *self,
        gint64                row,
        guint                *index)
{
  guint low = 0;
  guint high = self->rows->len;

  while (low < high)
    {
      guint middle = low + (high - low) / 2;

      if (g_array_index (self->rows, gint64, middle) < row)
        low = middle + 1;
      else
        high = middle;
    }

  *index = low;
  return low < self->rows->len && g_array_index (self->rows, gint64, low) == row;
}

static void
insert (TropeaSessionHistory *self,
        guint                 index,
        TropeaSession        *session)
{
  gint64 row = tropea_session_get_row (session);
  g_autoptr(TropeaHistoryItem) item = NULL;
  gboolean is_new = FALSE;

  g_array_insert_val (self->rows, index, row);
  item = ref_item (self, row, &is_new);
  tropea_history_item_set_session (item, session);
  g_list_model_items_changed (G_LIST_MODEL (self), self->rows->len - 1 - index, 0, 1);
  count_changed (self);
}

static void
session_changed_cb (TropeaSessionHistory *self,
                    TropeaSession        *session,
                    TropeaStore          *store)
{
  gboolean fits = tropea_session_filter_matches (self->filter, session);
  guint index = 0;
  gboolean is_there = bisect (self, tropea_session_get_row (session), &index);

  show_session (self, session);
  if (self->finding != NULL || fits == is_there)
    return;

  if (fits)
    {
      insert (self, index, session);
      return;
    }

  g_array_remove_index (self->rows, index);
  g_list_model_items_changed (G_LIST_MODEL (self), self->rows->len - index, 1, 0);
  count_changed (self);
}

static void
tropea_session_history_get_property (GObject    *object,
                                     guint       prop_id,
                                     GValue     *value,
                                     GParamSpec *pspec)
{
  TropeaSessionHistory *self = TROPEA_SESSION_HISTORY (object);

  switch ((TropeaSessionHistoryProperty) prop_id)
    {
    case PROP_PHASE:
      g_value_set_enum (value, (int) self->phase);
      break;
    case PROP_COUNT:
      g_value_set_uint (value, self->rows->len);
      break;
    case PROP_ERROR:
      g_value_set_string (value, self->error);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
tropea_session_history_finalize (GObject *object)
{
  TropeaSessionHistory *self = TROPEA_SESSION_HISTORY (object);
  GHashTableIter iter;
  gpointer item = NULL;

  /* Items that others still hold outlive the table. */
  g_hash_table_iter_init (&iter, self->items);
  while (g_hash_table_iter_next (&iter, NULL, &item))
    g_object_weak_unref (item, item_gone_cb, self->items);
  g_clear_pointer (&self->items, g_hash_table_unref);
  g_queue_clear_full (&self->recent, g_object_unref);
  g_queue_clear_full (&self->wanted, (GDestroyNotify) g_array_unref);
  g_clear_pointer (&self->rows, g_array_unref);
  g_clear_pointer (&self->filter, tropea_session_filter_free);
  g_clear_pointer (&self->error, g_free);
  g_clear_object (&self->finding);
  g_clear_object (&self->store);

  G_OBJECT_CLASS (tropea_session_history_parent_class)->finalize (object);
}

static void
tropea_session_history_class_init (TropeaSessionHistoryClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->get_property = tropea_session_history_get_property;
  object_class->finalize = tropea_session_history_finalize;

  /* TropeaSessionHistory:phase: what there is to see */
  properties[PROP_PHASE] = g_param_spec_enum ("phase", NULL, NULL, TROPEA_TYPE_HISTORY_PHASE,
                                              TROPEA_HISTORY_PHASE_LOADING, flags);
  /* TropeaSessionHistory:count: how many sessions fit */
  properties[PROP_COUNT] = g_param_spec_uint ("count", NULL, NULL, 0, G_MAXUINT, 0, flags);
  /* TropeaSessionHistory:error: (nullable): one sentence why nothing can be read */
  properties[PROP_ERROR] = g_param_spec_string ("error", NULL, NULL, NULL, flags);

  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);
}

static void
tropea_session_history_init (TropeaSessionHistory *self)
{
  self->filter = tropea_session_filter_new (TROPEA_SESSION_FILTER_ANY, TROPEA_SESSION_FILTER_ANY,
                                            NULL);
  self->rows = g_array_new (FALSE, FALSE, sizeof (gint64));
  self->items = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  g_queue_init (&self->recent);
  g_queue_init (&self->wanted);
}

/**
 * tropea_session_history_new:
 * @store: open
 *
 * Returns: (transfer full): all sessions, as soon as they are found
 */
TropeaSessionHistory *
tropea_session_history_new (TropeaStore *store)
{
  TropeaSessionHistory *self = NULL;

  g_return_val_if_fail (TROPEA_IS_STORE (store), NULL);

  self = g_object_new (TROPEA_TYPE_SESSION_HISTORY, NULL);
  self->store = g_object_ref (store);
  g_signal_connect_object (store, "session-changed", G_CALLBACK (session_changed_cb), self,
                           G_CONNECT_SWAPPED);
  find (self);

  return self;
}

/**
 * tropea_session_history_set_filter:
 *
 * Show those that fit. What was there stays until they are found.
 */
void
tropea_session_history_set_filter (TropeaSessionHistory      *self,
                                   const TropeaSessionFilter *filter)
{
  g_return_if_fail (TROPEA_IS_SESSION_HISTORY (self));
  g_return_if_fail (filter != NULL);

  if (tropea_session_filter_equal (self->filter, filter))
    return;

  tropea_session_filter_free (self->filter);
  self->filter = tropea_session_filter_copy (filter);
  find (self);
}

/**
 * tropea_session_history_get_filter:
 *
 * Returns: (transfer none):
 */
const TropeaSessionFilter *
tropea_session_history_get_filter (TropeaSessionHistory *self)
{
  g_return_val_if_fail (TROPEA_IS_SESSION_HISTORY (self), NULL);

  return self->filter;
}

TropeaHistoryPhase
tropea_session_history_get_phase (TropeaSessionHistory *self)
{
  g_return_val_if_fail (TROPEA_IS_SESSION_HISTORY (self), TROPEA_HISTORY_PHASE_LOADING);

  return self->phase;
}
