/* tropea-api-reads.c: what only looks: status, pages of samples and sessions, credits
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-api"

#include "config.h"

#include "api/tropea-api-private.h"

#include <microhttpd.h>

#include "activity/tropea-activity-log.h"
#include "api/tropea-api-answer.h"
#include "api/tropea-api-input.h"
#include "host/tropea-host-history.h"
#include "host/tropea-host-sessions.h"

/* A page ends at a sample or a session, not at a number of them, so what is new meanwhile moves
 * nothing. Samples have no number of their own: they are counted here as they leave the list.
 */

#define MOST_SAMPLES 1000
#define USUAL_SAMPLES 100
#define MOST_SESSIONS 200
#define USUAL_SESSIONS 20
#define MOST_DAYS 366
#define USUAL_DAYS 30

typedef struct
{
  TropeaApi         *api;      /* (owned) */
  TropeaHttpRequest *request;  /* (owned) */
  gint64             number;   /* of sessions at most, or of days */
} Question;

static Question *
question_new (TropeaApi         *api,
              TropeaHttpRequest *request,
              gint64             number)
{
  Question *self = g_new0 (Question, 1);

  self->api = g_object_ref (api);
  self->request = tropea_http_request_ref (request);
  self->number = number;

  return self;
}

static void
question_free (Question *self)
{
  g_clear_object (&self->api);
  g_clear_pointer (&self->request, tropea_http_request_unref);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Question, question_free)

static void
answer_with (TropeaHttpRequest *request,
             gpointer           user_data,
             JsonObject *     (*make) (TropeaHost *host))
{
  TropeaApiDoor *door = user_data;
  g_autoptr(JsonObject) answer = NULL;

  if (!tropea_api_input_read_query (request, NULL, 0))
    return;

  answer = make (door->api->host);
  tropea_http_request_respond_json (request, answer);
}

void
tropea_api_status_cb (TropeaHttpRequest *request,
                      gpointer           user_data)
{
  TropeaApiDoor *door = user_data;

  if (tropea_api_input_read_query (request, NULL, 0))
    tropea_api_answer_status (request, door->api->host, MHD_HTTP_OK);
}

void
tropea_api_stats_cb (TropeaHttpRequest *request,
                     gpointer           user_data)
{
  answer_with (request, user_data, tropea_api_answer_new_stats);
}

void
tropea_api_thresholds_cb (TropeaHttpRequest *request,
                          gpointer           user_data)
{
  answer_with (request, user_data, tropea_api_answer_new_limits);
}

void
tropea_api_identity_cb (TropeaHttpRequest *request,
                        gpointer           user_data)
{
  answer_with (request, user_data, tropea_api_answer_new_identity);
}

static void
activity_changed_cb (TropeaApi *self,
                     guint      position,
                     guint      n_removed,
                     guint      n_added)
{
  if (position == 0)
    self->first_sample += n_removed;
}

static JsonObject *
new_page (const char *name,
          JsonArray  *items,
          gint64      next)
{
  JsonObject *page = json_object_new ();

  json_object_set_boolean_member (page, "success", TRUE);
  if (next != 0)
    json_object_set_int_member (page, "next", next);
  json_object_set_array_member (page, name, items);

  return page;
}

void
tropea_api_activity_cb (TropeaHttpRequest *request,
                        gpointer           user_data)
{
  TropeaApiDoor *door = user_data;
  TropeaApi *self = door->api;
  const gint64 first = self->first_sample;
  gint64 end = first + g_list_model_get_n_items (self->activity);
  gint64 start = 0;
  JsonArray *items = NULL;
  g_autoptr(JsonObject) page = NULL;
  TropeaApiInput inputs[] = {
    { .name = "before", .lowest = 1, .highest = TROPEA_RECORD_MAX_INTEGER, .value = end },
    { .name = "limit", .lowest = 1, .highest = MOST_SAMPLES, .value = USUAL_SAMPLES },
  };

  if (!tropea_api_input_read_query (request, inputs, G_N_ELEMENTS (inputs)))
    return;

  end = CLAMP (inputs[0].value, first, end);
  start = MAX (first, end - inputs[1].value);
  items = json_array_new ();
  for (gint64 id = end - 1; id >= start; id--)
    {
      g_autoptr(TropeaActivitySample) sample =
        g_list_model_get_item (self->activity, (guint) (id - first));

      json_array_add_object_element (items, tropea_api_answer_new_sample (
                                       id, tropea_activity_sample_get (sample)));
    }
  page = new_page ("activity", items, start > first ? start : 0);
  tropea_http_request_respond_json (request, page);
}

static void
listed_cb (GObject      *object,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr(Question) question = user_data;
  g_autoptr(GPtrArray) sessions = NULL;
  g_autoptr(GError) error = NULL;
  g_autoptr(JsonObject) page = NULL;
  JsonArray *items = NULL;
  gint64 next = 0;

  sessions = tropea_host_list_sessions_finish (TROPEA_HOST (object), result, &error);
  if (sessions == NULL)
    {
      tropea_http_request_fail (question->request, MHD_HTTP_INTERNAL_SERVER_ERROR, "failed",
                                error->message);
      return;
    }

  items = json_array_new ();
  for (guint i = 0; i < sessions->len; i++)
    json_array_add_object_element (items, tropea_api_answer_new_session (
                                     g_ptr_array_index (sessions, i)));
  if (sessions->len == question->number)
    next = tropea_session_get_row (g_ptr_array_index (sessions, sessions->len - 1));
  page = new_page ("sessions", items, next);
  tropea_http_request_respond_json (question->request, page);
}

void
tropea_api_sessions_cb (TropeaHttpRequest *request,
                        gpointer           user_data)
{
  /* In the order of the enumerations. */
  static const char * const states[] = { "waiting", "credited", "refused", NULL };
  static const char * const kinds[] = { "automatic", "manual", "simulated", NULL };
  const gint64 most = TROPEA_RECORD_MAX_INTEGER;
  TropeaApiDoor *door = user_data;
  g_autoptr(TropeaSessionFilter) filter = NULL;
  TropeaApiInput inputs[] = {
    { .name = "before", .lowest = 1, .highest = most },
    { .name = "limit", .lowest = 1, .highest = MOST_SESSIONS, .value = USUAL_SESSIONS },
    { .name = "state", .words = states, .value = TROPEA_SESSION_FILTER_ANY },
    { .name = "kind", .words = kinds, .value = TROPEA_SESSION_FILTER_ANY },
    { .name = "from", .lowest = 0, .highest = most },
    { .name = "until", .lowest = 0, .highest = most },
    { .name = "search", .is_text = TRUE },
  };
  g_autofree char *search = NULL;
  gboolean is_good = FALSE;

  is_good = tropea_api_input_read_query (request, inputs, G_N_ELEMENTS (inputs));
  search = inputs[6].text;
  if (!is_good)
    return;

  filter = tropea_session_filter_new ((int) inputs[2].value, (int) inputs[3].value, search);
  filter->since_ms = inputs[4].value;
  filter->before_ms = inputs[5].is_given ? MAX (inputs[5].value, 1) : 0;
  tropea_host_list_sessions_async (door->api->host, filter, inputs[0].value,
                                   (guint) inputs[1].value, listed_cb,
                                   question_new (door->api, request, inputs[1].value));
}

/* Returns: whether the question is answered */
static gboolean
answer_credits (Question *question)
{
  TropeaDayBook *book = question->api->book;
  g_autoptr(JsonObject) answer = NULL;
  g_autofree char *error = NULL;
  gboolean is_loaded = FALSE;

  g_object_get (book, "is-loaded", &is_loaded, "error", &error, NULL);
  if (error != NULL)
    {
      tropea_http_request_fail (question->request, MHD_HTTP_INTERNAL_SERVER_ERROR, "failed",
                                error);
      return TRUE;
    }
  if (!is_loaded)
    return FALSE;

  answer = tropea_api_answer_new_credits (question->api->host, book, question->number);
  tropea_http_request_respond_json (question->request, answer);

  return TRUE;
}

static void
book_cb (TropeaApi *self)
{
  for (guint i = self->book_waits->len; i > 0; i--)
    {
      if (answer_credits (g_ptr_array_index (self->book_waits, i - 1)))
        g_ptr_array_remove_index_fast (self->book_waits, i - 1);
    }
}

void
tropea_api_credits_cb (TropeaHttpRequest *request,
                       gpointer           user_data)
{
  TropeaApiDoor *door = user_data;
  TropeaApi *self = door->api;
  g_autoptr(Question) question = NULL;
  TropeaApiInput inputs[] = {
    { .name = "days", .lowest = 0, .highest = MOST_DAYS, .value = USUAL_DAYS },
  };

  if (!tropea_api_input_read_query (request, inputs, G_N_ELEMENTS (inputs)))
    return;

  if (self->book == NULL)
    {
      self->book = tropea_host_new_day_book (self->host);
      g_signal_connect_object (self->book, "notify::is-loaded", G_CALLBACK (book_cb), self,
                               G_CONNECT_SWAPPED);
      g_signal_connect_object (self->book, "notify::error", G_CALLBACK (book_cb), self,
                               G_CONNECT_SWAPPED);
    }

  question = question_new (self, request, inputs[0].value);
  if (!answer_credits (question))
    g_ptr_array_add (self->book_waits, g_steal_pointer (&question));
}

void
tropea_api_reads_init (TropeaApi *self)
{
  self->first_sample = 1;
  self->book_waits = g_ptr_array_new_with_free_func ((GDestroyNotify) question_free);
  g_object_get (self->host, "activity", &self->activity, NULL);
  g_signal_connect_object (self->activity, "items-changed", G_CALLBACK (activity_changed_cb),
                           self, G_CONNECT_SWAPPED);
}

void
tropea_api_reads_close (TropeaApi *self)
{
  for (guint i = 0; i < self->book_waits->len; i++)
    {
      Question *question = g_ptr_array_index (self->book_waits, i);

      tropea_http_request_fail (question->request, MHD_HTTP_SERVICE_UNAVAILABLE, "unavailable",
                                "Tropea is about to end");
    }
  g_ptr_array_set_size (self->book_waits, 0);
  if (self->book != NULL)
    g_signal_handlers_disconnect_by_data (self->book, self);
  g_signal_handlers_disconnect_by_data (self->activity, self);
  g_clear_object (&self->book);
  g_clear_object (&self->activity);
}
