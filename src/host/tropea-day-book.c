/* tropea-day-book.c: what each day earned, and the figures that follow from it
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-day-book"

#include "config.h"

#include "host/tropea-day-book.h"

/* The days are added up once by the store; then each session that changes moves the day on which
 * it began, by what the store said of it. The store answers in the order of the calls, so what
 * changed before the answer is in it, and what changes after it is not. Nothing is polled: the
 * one timer waits for the next midnight, when today becomes yesterday.
 */

struct _TropeaDayBook
{
  GObject      parent_instance;

  TropeaStore *store;       /* (owned) */
  TropeaClock *clock;       /* (owned) */
  GArray      *days;        /* (owned): of TropeaDaySum, the earliest first */
  gint64       today;
  guint        midnight_id;
  gboolean     is_loaded;
  char        *error;       /* (owned) (nullable) */
};

typedef enum
{
  PROP_IS_LOADED = 1,
  PROP_TODAY_MICRO,
  PROP_WEEK_MICRO,
  PROP_MONTH_MICRO,
  PROP_TOTAL_MICRO,
  PROP_SIMULATED_MICRO,
  PROP_AVERAGE_MICRO,
  PROP_BEST_DAY_MICRO,
  PROP_STREAK_DAYS,
  PROP_ERROR,
} TropeaDayBookProperty;

enum
{
  SIGNAL_CHANGED,
  N_SIGNALS,
};

G_DEFINE_FINAL_TYPE (TropeaDayBook, tropea_day_book, G_TYPE_OBJECT)

static GParamSpec *properties[PROP_ERROR + 1];
static guint signals[N_SIGNALS];

static void watch_midnight (TropeaDayBook *self);

static const TropeaDaySum *
get_day (TropeaDayBook *self,
         guint          index)
{
  return &g_array_index (self->days, TropeaDaySum, index);
}

/* Of the last @n_days days up to today; G_MAXINT64 for all, those too that a clock which was
 * wrong has put into the future. */
static gint64
sum_last (TropeaDayBook *self,
          gint64         n_days)
{
  gint64 sum = 0;

  for (guint i = 0; i < self->days->len; i++)
    {
      const TropeaDaySum *day = get_day (self, i);

      if (n_days == G_MAXINT64 || (day->day <= self->today && day->day > self->today - n_days))
        sum += day->credits_micro;
    }

  return sum;
}

static gint64
get_simulated (TropeaDayBook *self)
{
  gint64 sum = 0;

  for (guint i = 0; i < self->days->len; i++)
    sum += get_day (self, i)->simulated_micro;

  return sum;
}

static gint64
get_average (TropeaDayBook *self)
{
  gint64 sum = 0;
  gint64 n_sessions = 0;

  for (guint i = 0; i < self->days->len; i++)
    {
      sum += get_day (self, i)->credits_micro;
      n_sessions += get_day (self, i)->paid;
    }

  return n_sessions > 0 ? sum / n_sessions : 0;
}

static gint64
get_best (TropeaDayBook *self)
{
  gint64 best = 0;

  for (guint i = 0; i < self->days->len; i++)
    best = MAX (best, get_day (self, i)->credits_micro);

  return best;
}

/* Today counts once it has a session; until then the row up to yesterday is not broken. */
static guint
get_streak (TropeaDayBook *self)
{
  gint64 expected = self->today;
  guint streak = 0;

  for (guint i = self->days->len; i-- > 0;)
    {
      const TropeaDaySum *day = get_day (self, i);

      if (day->paid == 0 || day->day > self->today)
        continue;
      if (streak == 0 && day->day == self->today - 1)
        expected = day->day;
      if (day->day != expected)
        break;
      streak++;
      expected--;
    }

  return streak;
}

static void
changed (TropeaDayBook *self)
{
  self->today = tropea_day_from_ms (tropea_clock_get_wall_ms (self->clock));
  g_object_freeze_notify (G_OBJECT (self));
  for (int i = PROP_IS_LOADED; i <= PROP_ERROR; i++)
    g_object_notify_by_pspec (G_OBJECT (self), properties[i]);
  g_object_thaw_notify (G_OBJECT (self));
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
}

static TropeaDaySum *
find_day (TropeaDayBook *self,
          gint64         day)
{
  const TropeaDaySum none = { .day = day };
  guint index = self->days->len;

  while (index > 0 && get_day (self, index - 1)->day >= day)
    {
      if (get_day (self, index - 1)->day == day)
        return &g_array_index (self->days, TropeaDaySum, index - 1);
      index--;
    }

  g_array_insert_val (self->days, index, none);
  return &g_array_index (self->days, TropeaDaySum, index);
}

static void
add_credited (TropeaDaySum  *day,
              TropeaSession *session)
{
  day->waiting -= 1;
  day->credited += 1;
  if (tropea_session_get_record (session)->source == TROPEA_SOURCE_SIMULATION)
    {
      day->simulated_micro += tropea_session_get_credits_micro (session);
      return;
    }

  day->paid += 1;
  day->credits_micro += tropea_session_get_credits_micro (session);
}

static void
session_changed_cb (TropeaDayBook *self,
                    TropeaSession *session,
                    TropeaStore   *store)
{
  TropeaDaySum *day = NULL;

  if (!self->is_loaded)
    return;

  day = find_day (self, tropea_day_from_ms (tropea_session_get_record (session)->timestamp_ms));
  switch (tropea_session_get_state (session))
    {
    case TROPEA_SESSION_STATE_CREDITED:
      add_credited (day, session);
      break;

    case TROPEA_SESSION_STATE_REFUSED:
      day->waiting -= 1;
      day->refused += 1;
      break;

    case TROPEA_SESSION_STATE_WAITING:
    default:
      day->sessions += 1;
      day->waiting += 1;
      break;
    }

  changed (self);
}

static void
summed_cb (GObject      *object,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr(TropeaDayBook) self = user_data;
  g_autoptr(GError) error = NULL;
  GArray *days = tropea_store_sum_days_finish (TROPEA_STORE (object), result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CLOSED))
    return;

  if (days == NULL)
    {
      self->error = g_strdup (error->message);
    }
  else
    {
      g_array_unref (self->days);
      self->days = days;
      self->is_loaded = TRUE;
    }
  changed (self);
}

static gboolean
midnight_cb (gpointer user_data)
{
  TropeaDayBook *self = user_data;

  self->midnight_id = 0;
  changed (self);
  watch_midnight (self);

  return G_SOURCE_REMOVE;
}

/* A timer does not count time asleep, nor does it know of a clock that is set: it is late then
 * until the next session, which moves today as well. */
static void
watch_midnight (TropeaDayBook *self)
{
  g_autoptr(GDateTime) now =
    g_date_time_new_from_unix_local (tropea_clock_get_wall_ms (self->clock) / 1000);
  guint left_s = 86400;

  if (now != NULL)
    left_s -= (guint) (g_date_time_get_hour (now) * 3600 + g_date_time_get_minute (now) * 60 +
                       g_date_time_get_second (now));

  self->midnight_id = g_timeout_add_seconds (left_s + 1, midnight_cb, self);
}

static void
tropea_day_book_get_property (GObject    *object,
                              guint       prop_id,
                              GValue     *value,
                              GParamSpec *pspec)
{
  TropeaDayBook *self = TROPEA_DAY_BOOK (object);

  switch ((TropeaDayBookProperty) prop_id)
    {
    case PROP_IS_LOADED:
      g_value_set_boolean (value, self->is_loaded);
      break;
    case PROP_TODAY_MICRO:
      g_value_set_int64 (value, sum_last (self, 1));
      break;
    case PROP_WEEK_MICRO:
      g_value_set_int64 (value, sum_last (self, 7));
      break;
    case PROP_MONTH_MICRO:
      g_value_set_int64 (value, sum_last (self, 30));
      break;
    case PROP_TOTAL_MICRO:
      g_value_set_int64 (value, sum_last (self, G_MAXINT64));
      break;
    case PROP_SIMULATED_MICRO:
      g_value_set_int64 (value, get_simulated (self));
      break;
    case PROP_AVERAGE_MICRO:
      g_value_set_int64 (value, get_average (self));
      break;
    case PROP_BEST_DAY_MICRO:
      g_value_set_int64 (value, get_best (self));
      break;
    case PROP_STREAK_DAYS:
      g_value_set_uint (value, get_streak (self));
      break;
    case PROP_ERROR:
      g_value_set_string (value, self->error);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
tropea_day_book_finalize (GObject *object)
{
  TropeaDayBook *self = TROPEA_DAY_BOOK (object);

  g_clear_handle_id (&self->midnight_id, g_source_remove);
  g_clear_pointer (&self->days, g_array_unref);
  g_clear_pointer (&self->error, g_free);
  g_clear_object (&self->store);
  g_clear_object (&self->clock);

  G_OBJECT_CLASS (tropea_day_book_parent_class)->finalize (object);
}

static void
tropea_day_book_class_init (TropeaDayBookClass *klass)
{
  static const char * const int64_names[] = {
    "today-micro", "week-micro", "month-micro", "total-micro", "simulated-micro",
    "average-micro", "best-day-micro",
  };
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->get_property = tropea_day_book_get_property;
  object_class->finalize = tropea_day_book_finalize;

  /* TropeaDayBook:is-loaded: whether the figures are those of the store */
  properties[PROP_IS_LOADED] = g_param_spec_boolean ("is-loaded", NULL, NULL, FALSE, flags);
  /* Credits in micro-credits, simulated ones only in TropeaDayBook:simulated-micro. */
  for (guint i = 0; i < G_N_ELEMENTS (int64_names); i++)
    properties[PROP_TODAY_MICRO + i] = g_param_spec_int64 (int64_names[i], NULL, NULL, 0,
                                                           G_MAXINT64, 0, flags);
  /* TropeaDayBook:streak-days: days in a row with a credited session from tor */
  properties[PROP_STREAK_DAYS] = g_param_spec_uint ("streak-days", NULL, NULL, 0, G_MAXUINT, 0,
                                                    flags);
  /* TropeaDayBook:error: (nullable): one sentence why there are no figures */
  properties[PROP_ERROR] = g_param_spec_string ("error", NULL, NULL, NULL, flags);

  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);

  /**
   * TropeaDayBook::changed:
   *
   * The days are others, or today is.
   */
  signals[SIGNAL_CHANGED] =
    g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                  NULL, G_TYPE_NONE, 0);
}

static void
tropea_day_book_init (TropeaDayBook *self)
{
  self->days = g_array_new (FALSE, FALSE, sizeof (TropeaDaySum));
}

/**
 * tropea_day_book_new:
 * @store: open
 *
 * Returns: (transfer full): without figures until "is-loaded"
 */
TropeaDayBook *
tropea_day_book_new (TropeaStore *store,
                     TropeaClock *clock)
{
  TropeaDayBook *self = NULL;

  g_return_val_if_fail (TROPEA_IS_STORE (store), NULL);
  g_return_val_if_fail (TROPEA_IS_CLOCK (clock), NULL);

  self = g_object_new (TROPEA_TYPE_DAY_BOOK, NULL);
  self->store = g_object_ref (store);
  self->clock = g_object_ref (clock);
  self->today = tropea_day_from_ms (tropea_clock_get_wall_ms (clock));
  g_signal_connect_object (store, "session-changed", G_CALLBACK (session_changed_cb), self,
                           G_CONNECT_SWAPPED);
  watch_midnight (self);
  tropea_store_sum_days_async (store, NULL, summed_cb, g_object_ref (self));

  return self;
}

const GArray *
tropea_day_book_get_days (TropeaDayBook *self)
{
  g_return_val_if_fail (TROPEA_IS_DAY_BOOK (self), NULL);

  return self->days;
}

gint64
tropea_day_book_get_today (TropeaDayBook *self)
{
  g_return_val_if_fail (TROPEA_IS_DAY_BOOK (self), 0);

  return self->today;
}
