/* tropea-ledger-pin.c: remembers a ledger's key and name, and notices when they change
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-ledger-pin"

#include "config.h"

#include "submit/tropea-ledger-pin.h"

#include "record/tropea-encoding.h"
#include "submit/tropea-log-watch.h"

/* What a URL showed the first time is what it must show ever after, unless the user says
 * otherwise. Each fact is written only where there is none; a crash between the two leaves one to
 * be written the next time.
 */

typedef enum
{
  DO_CHECK,    /* compare, and pin what is new */
  DO_LOOK,     /* compare only */
  DO_REPLACE,  /* pin whatever was there */
} What;

typedef struct
{
  What        to_do;
  char       *url;        /* (owned) */
  char       *names[2];   /* (owned) */
  char       *values[2];  /* (owned) */
  const char *what[2];
  guint       index;
  TropeaLedgerTrust trust;
} Check;

static void check_next    (GTask *task);
static void look_at_alarm (GTask *task);

static void
check_free (Check *self)
{
  g_free (self->url);
  for (gsize i = 0; i < G_N_ELEMENTS (self->names); i++)
    {
      g_free (self->names[i]);
      g_free (self->values[i]);
    }
  g_free (self);
}

static void
set_cb (GObject      *object,
        GAsyncResult *result,
        gpointer      user_data)
{
  g_autoptr(GTask) task = user_data;
  GError *error = NULL;
  Check *self = g_task_get_task_data (task);

  if (!tropea_store_set_fact_finish (TROPEA_STORE (object), result, &error))
    {
      g_task_return_error (task, error);
      return;
    }

  self->index++;
  check_next (g_steal_pointer (&task));
}

/* @task: (transfer full), here and below */
static void
write_fact (GTask *task)
{
  Check *self = g_task_get_task_data (task);

  tropea_store_set_fact_async (g_task_get_source_object (task), self->names[self->index],
                               self->values[self->index], NULL, set_cb, task);
}

static void
released_cb (GObject      *object,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autoptr(GTask) task = user_data;
  GError *error = NULL;

  if (tropea_store_release_finish (TROPEA_STORE (object), result, &error))
    write_fact (g_steal_pointer (&task));
  else
    g_task_return_error (task, error);
}

/* Nobody will ever say what the ledger before made of what it was sent. */
static void
replace (GTask      *task,
         const char *value)
{
  Check *self = g_task_get_task_data (task);

  if (self->index == 0 && value != NULL)
    tropea_store_release_async (g_task_get_source_object (task), value, NULL, 0, released_cb,
                                task);
  else
    write_fact (task);
}

/* @value: (nullable): what is pinned */
static void
compare (GTask      *task,
         const char *value)
{
  Check *self = g_task_get_task_data (task);
  gboolean is_same = g_strcmp0 (value, self->values[self->index]) == 0;

  if (value == NULL)
    self->trust = MAX (self->trust, TROPEA_LEDGER_TRUST_NEW);
  else if (!is_same)
    self->trust = TROPEA_LEDGER_TRUST_CHANGED;

  if (is_same || self->to_do == DO_LOOK)
    {
      self->index++;
      check_next (task);
    }
  else if (value == NULL || self->to_do == DO_REPLACE)
    {
      replace (task, value);
    }
  else
    {
      g_task_return_new_error (task, TROPEA_LEDGER_CLIENT_ERROR,
                               TROPEA_LEDGER_CLIENT_ERROR_KEY_CHANGED,
                               "The ledger at “%s” has another %s than when it was first used, so "
                               "nothing is sent to it: ask its operator to bring the old one back, "
                               "or choose a ledger in the preferences", self->url,
                               self->what[self->index]);
      g_object_unref (task);
    }
}

static void
get_cb (GObject      *object,
        GAsyncResult *result,
        gpointer      user_data)
{
  g_autoptr(GTask) task = user_data;
  g_autofree char *value = NULL;
  GError *error = NULL;

  if (!tropea_store_get_fact_finish (TROPEA_STORE (object), result, &value, &error))
    {
      g_task_return_error (task, error);
      return;
    }

  compare (g_steal_pointer (&task), value);
}

static void
alarm_cb (GObject      *object,
          GAsyncResult *result,
          gpointer      user_data)
{
  g_autoptr(GTask) task = user_data;
  g_autofree char *alarm = NULL;
  GError *error = NULL;
  Check *self = g_task_get_task_data (task);

  if (!tropea_store_get_fact_finish (TROPEA_STORE (object), result, &alarm, &error))
    {
      g_task_return_error (task, error);
      return;
    }

  if (alarm != NULL)
    self->trust = TROPEA_LEDGER_TRUST_CHANGED;
  g_task_return_boolean (task, TRUE);
}

static void
forgiven_cb (GObject      *object,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autoptr(GTask) task = user_data;
  GError *error = NULL;

  if (tropea_store_set_fact_finish (TROPEA_STORE (object), result, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
forgotten_cb (GObject      *object,
              GAsyncResult *result,
              gpointer      user_data)
{
  g_autoptr(GTask) task = user_data;
  g_autofree char *alarm = NULL;
  GError *error = NULL;
  Check *self = g_task_get_task_data (task);

  if (!tropea_store_set_fact_finish (TROPEA_STORE (object), result, &error))
    {
      g_task_return_error (task, error);
      return;
    }

  alarm = g_strconcat (TROPEA_LOG_WATCH_ALARM, self->values[0], NULL);
  tropea_store_set_fact_async (TROPEA_STORE (object), alarm, NULL, NULL, forgiven_cb,
                               g_steal_pointer (&task));
}

/* A ledger whose log was caught is as one that changed, and whoever trusts it all the same begins
 * anew with the log that it shows next. */
static void
look_at_alarm (GTask *task)
{
  TropeaStore *store = g_task_get_source_object (task);
  Check *self = g_task_get_task_data (task);
  g_autofree char *alarm = g_strconcat (TROPEA_LOG_WATCH_ALARM, self->values[0], NULL);
  g_autofree char *head = g_strconcat (TROPEA_LOG_WATCH_HEAD, self->values[0], NULL);

  if (self->to_do == DO_LOOK)
    tropea_store_get_fact_async (store, alarm, NULL, alarm_cb, task);
  else if (self->to_do == DO_REPLACE)
    tropea_store_set_fact_async (store, head, NULL, NULL, forgotten_cb, task);
  else
    {
      g_task_return_boolean (task, TRUE);
      g_object_unref (task);
    }
}

/* @task: (transfer full) */
static void
check_next (GTask *task)
{
  TropeaStore *store = g_task_get_source_object (task);
  Check *self = g_task_get_task_data (task);

  if (self->index == G_N_ELEMENTS (self->names))
    {
      look_at_alarm (task);
      return;
    }

  tropea_store_get_fact_async (store, self->names[self->index], NULL, get_cb, task);
}

static void
begin (TropeaStore            *store,
       What                    to_do,
       const char             *url,
       const TropeaLedgerInfo *info,
       gpointer                source_tag,
       GAsyncReadyCallback     callback,
       gpointer                user_data)
{
  GTask *task = g_task_new (store, NULL, callback, user_data);
  Check *self = g_new0 (Check, 1);

  self->to_do = to_do;
  self->url = g_strdup (url);
  self->names[0] = g_strconcat ("ledger-key ", url, NULL);
  self->values[0] = tropea_base64_encode (info->public_key, sizeof info->public_key);
  self->what[0] = "key";
  self->names[1] = g_strconcat ("ledger-origin ", url, NULL);
  self->values[1] = g_strdup (info->origin);
  self->what[1] = "name";

  g_task_set_source_tag (task, source_tag);
  g_task_set_task_data (task, self, (GDestroyNotify) check_free);
  check_next (task);
}

/**
 * tropea_ledger_pin_check_async:
 * @url: the ledger's, in its one spelling
 * @info: what the ledger says of itself now, and has proved
 *
 * Pin what was never pinned, compare what was. Errors: TROPEA_LEDGER_CLIENT_ERROR_KEY_CHANGED,
 * and the store's.
 */
void
tropea_ledger_pin_check_async (TropeaStore            *store,
                               const char             *url,
                               const TropeaLedgerInfo *info,
                               GAsyncReadyCallback     callback,
                               gpointer                user_data)
{
  g_return_if_fail (TROPEA_IS_STORE (store));
  g_return_if_fail (url != NULL && info != NULL);

  begin (store, DO_CHECK, url, info, tropea_ledger_pin_check_async, callback, user_data);
}

gboolean
tropea_ledger_pin_check_finish (TropeaStore   *store,
                                GAsyncResult  *result,
                                GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, store), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/**
 * tropea_ledger_pin_look_async:
 *
 * Compare with what was pinned, and pin nothing. Errors: the store's.
 */
void
tropea_ledger_pin_look_async (TropeaStore            *store,
                              const char             *url,
                              const TropeaLedgerInfo *info,
                              GAsyncReadyCallback     callback,
                              gpointer                user_data)
{
  g_return_if_fail (TROPEA_IS_STORE (store));
  g_return_if_fail (url != NULL && info != NULL);

  begin (store, DO_LOOK, url, info, tropea_ledger_pin_look_async, callback, user_data);
}

/**
 * tropea_ledger_pin_look_finish:
 * @trust: (out):
 */
gboolean
tropea_ledger_pin_look_finish (TropeaStore        *store,
                               GAsyncResult       *result,
                               TropeaLedgerTrust  *trust,
                               GError            **error)
{
  Check *self = NULL;

  g_return_val_if_fail (g_task_is_valid (result, store), FALSE);

  self = g_task_get_task_data (G_TASK (result));
  *trust = self->trust;

  return g_task_propagate_boolean (G_TASK (result), error);
}

/**
 * tropea_ledger_pin_replace_async:
 *
 * Pin @info because the user says so. What a ledger of another key was sent is any ledger's
 * again. Errors: the store's.
 */
void
tropea_ledger_pin_replace_async (TropeaStore            *store,
                                 const char             *url,
                                 const TropeaLedgerInfo *info,
                                 GAsyncReadyCallback     callback,
                                 gpointer                user_data)
{
  g_return_if_fail (TROPEA_IS_STORE (store));
  g_return_if_fail (url != NULL && info != NULL);

  begin (store, DO_REPLACE, url, info, tropea_ledger_pin_replace_async, callback, user_data);
}

gboolean
tropea_ledger_pin_replace_finish (TropeaStore   *store,
                                  GAsyncResult  *result,
                                  GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, store), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
