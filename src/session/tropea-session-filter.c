/* tropea-session-filter.c: which sessions a list shows
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-session-filter"

#include "config.h"

#include "session/tropea-session-filter.h"

#include <string.h>

/* What is typed is looked for in three places: as the beginning of a session id, as a day, month
 * or year of this computer's time zone, and in the ledger's words about a refusal. The store
 * asks the same of its rows (tropea-store-history.c); a test holds the two together.
 */

#define ID_CHARACTERS "0123456789abcdef-"
#define LONGEST_ID 36
#define FIRST_YEAR 1970
#define LAST_YEAR 9998

/* The day @month and @day 1 where they are 0; what follows is the day, month or year after it. */
static void
set_period (TropeaSessionFilter *self,
            int                  year,
            int                  month,
            int                  day)
{
  g_autoptr(GDateTime) from = g_date_time_new_local (year, MAX (month, 1), MAX (day, 1), 0, 0, 0);
  g_autoptr(GDateTime) until = NULL;

  if (from == NULL)
    return;

  if (month == 0)
    until = g_date_time_add_years (from, 1);
  else if (day == 0)
    until = g_date_time_add_months (from, 1);
  else
    until = g_date_time_add_days (from, 1);

  self->from_ms = g_date_time_to_unix (from) * 1000;
  self->until_ms = g_date_time_to_unix (until) * 1000;
}

/* 2026, 2026-11 or 2026-11-22. */
static gboolean
parse_iso (TropeaSessionFilter *self)
{
  g_autoptr(GRegex) regex = g_regex_new ("^(\\d{4})(?:-(\\d{1,2})(?:-(\\d{1,2}))?)?$", 0, 0, NULL);
  g_autoptr(GMatchInfo) match = NULL;
  int parts[3] = { 0 };

  if (!g_regex_match (regex, self->text, 0, &match))
    return FALSE;

  for (int i = 0; i < g_match_info_get_match_count (match) - 1; i++)
    {
      g_autofree char *part = g_match_info_fetch (match, i + 1);

      parts[i] = atoi (part);
    }

  if (parts[0] >= FIRST_YEAR && parts[0] <= LAST_YEAR)
    set_period (self, parts[0], parts[1], parts[2]);
  return TRUE;
}

/* As people write a day where they live: “22.11.2026”, “22 nov 2026”. */
static void
parse_date (TropeaSessionFilter *self)
{
  gboolean has_digit = strpbrk (self->text, "0123456789") != NULL;
  gboolean has_divider = strpbrk (self->text, " ./") != NULL;
  GDate date = { 0 };

  if (parse_iso (self) || !has_digit || !has_divider)
    return;

  g_date_set_parse (&date, self->text);
  if (g_date_valid (&date) && g_date_get_year (&date) >= FIRST_YEAR &&
      g_date_get_year (&date) <= LAST_YEAR)
    set_period (self, g_date_get_year (&date), (int) g_date_get_month (&date),
                g_date_get_day (&date));
}

/**
 * tropea_session_filter_new:
 * @state: a TropeaSessionState, or TROPEA_SESSION_FILTER_ANY
 * @kind: a TropeaSessionKind, or TROPEA_SESSION_FILTER_ANY
 * @text: (nullable): as somebody typed it
 */
TropeaSessionFilter *
tropea_session_filter_new (int         state,
                           int         kind,
                           const char *text)
{
  TropeaSessionFilter *self = g_new0 (TropeaSessionFilter, 1);
  g_autofree char *stripped = NULL;

  self->state = state;
  self->kind = kind;
  if (text == NULL)
    return self;

  stripped = g_strstrip (g_utf8_make_valid (text, -1));
  if (*stripped == '\0')
    return self;

  self->text = g_ascii_strdown (stripped, -1);
  self->is_id = strlen (self->text) <= LONGEST_ID &&
                strspn (self->text, ID_CHARACTERS) == strlen (self->text);
  parse_date (self);

  return self;
}

TropeaSessionFilter *
tropea_session_filter_copy (const TropeaSessionFilter *self)
{
  TropeaSessionFilter *copy = NULL;

  g_return_val_if_fail (self != NULL, NULL);

  copy = g_memdup2 (self, sizeof *self);
  copy->text = g_strdup (self->text);

  return copy;
}

void
tropea_session_filter_free (TropeaSessionFilter *self)
{
  g_free (self->text);
  g_free (self);
}

gboolean
tropea_session_filter_equal (const TropeaSessionFilter *a,
                             const TropeaSessionFilter *b)
{
  g_return_val_if_fail (a != NULL && b != NULL, FALSE);

  return a->state == b->state && a->kind == b->kind && g_strcmp0 (a->text, b->text) == 0 &&
         a->since_ms == b->since_ms && a->before_ms == b->before_ms;
}

/**
 * tropea_session_filter_is_any:
 *
 * Returns: whether every session fits
 */
gboolean
tropea_session_filter_is_any (const TropeaSessionFilter *self)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return self->state == TROPEA_SESSION_FILTER_ANY && self->kind == TROPEA_SESSION_FILTER_ANY &&
         self->text == NULL && self->since_ms == 0 && self->before_ms == 0;
}

static gboolean
is_in_span (const TropeaSessionFilter *self,
            gint64                     timestamp_ms)
{
  return timestamp_ms >= self->since_ms &&
         (self->before_ms == 0 || timestamp_ms < self->before_ms);
}

static gboolean
has_word (const char *sentence,
          const char *text)
{
  g_autofree char *lower = sentence != NULL ? g_ascii_strdown (sentence, -1) : NULL;

  return lower != NULL && strstr (lower, text) != NULL;
}

/**
 * tropea_session_filter_matches:
 *
 * Returns: whether @session fits, as the store would say
 */
gboolean
tropea_session_filter_matches (const TropeaSessionFilter *self,
                               TropeaSession             *session)
{
  const TropeaRecord *record = NULL;

  g_return_val_if_fail (self != NULL, FALSE);
  g_return_val_if_fail (TROPEA_IS_SESSION (session), FALSE);

  if ((self->state != TROPEA_SESSION_FILTER_ANY &&
       self->state != (int) tropea_session_get_state (session)) ||
      (self->kind != TROPEA_SESSION_FILTER_ANY &&
       self->kind != (int) tropea_session_get_kind (session)))
    return FALSE;

  record = tropea_session_get_record (session);
  if (!is_in_span (self, record->timestamp_ms))
    return FALSE;
  if (self->text == NULL)
    return TRUE;

  if (self->is_id && g_str_has_prefix (record->session_id, self->text))
    return TRUE;
  if (record->timestamp_ms >= self->from_ms && record->timestamp_ms < self->until_ms)
    return TRUE;

  return tropea_session_get_state (session) == TROPEA_SESSION_STATE_REFUSED &&
         (has_word (tropea_session_get_reason (session), self->text) ||
          has_word (tropea_session_get_reason_code (session), self->text));
}
