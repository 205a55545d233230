/* tropea-session-words.c: what is known of a session, and of the books, in sentences
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-session-words"

#include "config.h"

#include "ui/tropea-session-words.h"

#include <glib/gi18n.h>
#include <langinfo.h>

#include "record/tropea-credit.h"
#include "ui/tropea-format.h"

/* Where figures are explained or checked, all their digits are shown: a sum that is rounded does
 * not add up.
 */

/**
 * tropea_words_micro:
 * @micro: micro-credits, also below zero
 *
 * Returns: (transfer full): credits with six decimals
 */
char *
tropea_words_micro (gint64 micro)
{
  guint64 amount = micro < 0 ? 0 - (guint64) micro : (guint64) micro;

  return g_strdup_printf ("%s%" G_GUINT64_FORMAT "%s%06" G_GUINT64_FORMAT, micro < 0 ? "−" : "",
                          amount / TROPEA_CREDIT_MICRO, nl_langinfo (RADIXCHAR),
                          amount % TROPEA_CREDIT_MICRO);
}

char *
tropea_words_time_term (const TropeaRecord *record)
{
  TropeaCreditTerms terms = tropea_credit_get_terms (record->duration_s, record->bytes);
  g_autofree char *seconds = g_strdup_printf ("%" G_GINT64_FORMAT, record->duration_s);
  g_autofree char *rate = tropea_words_micro (100000);
  g_autofree char *credits = tropea_words_micro (terms.time_micro);

  /* Translators: seconds times credits per second is credits. */
  return g_strdup_printf (_("%s s × %s = %s"), seconds, rate, credits);
}

char *
tropea_words_data_term (const TropeaRecord *record)
{
  TropeaCreditTerms terms = tropea_credit_get_terms (record->duration_s, record->bytes);
  g_autofree char *bytes = g_strdup_printf ("%" G_GINT64_FORMAT, record->bytes);
  g_autofree char *credits = tropea_words_micro (terms.data_micro);

  /* Translators: bytes divided by the bytes for one credit is credits; keep the 2000000. */
  return g_strdup_printf (_("%s B ÷ 2000000 = %s"), bytes, credits);
}

char *
tropea_words_sum (const TropeaRecord *record)
{
  TropeaCreditTerms terms = tropea_credit_get_terms (record->duration_s, record->bytes);
  g_autofree char *sum = tropea_words_micro (terms.sum_micro);
  g_autofree char *credits = tropea_words_micro (terms.credits_micro);

  if (terms.sum_micro == terms.credits_micro)
    return g_steal_pointer (&sum);

  /* Translators: a sum, and what is left of it. */
  return g_strdup_printf (_("%s, but a session earns %s at most"), sum, credits);
}

/**
 * tropea_words_state:
 *
 * Returns: (transfer full): a sentence
 */
char *
tropea_words_state (TropeaSession *session)
{
  const char *reason = tropea_session_get_reason (session);
  g_autofree char *credits = NULL;

  switch (tropea_session_get_state (session))
    {
    case TROPEA_SESSION_STATE_CREDITED:
      credits = tropea_format_credits (tropea_session_get_credits_micro (session));
      /* Translators: %s is a number of credits such as “5.65”. */
      return g_strdup_printf (_("The ledger credited %s."), credits);

    case TROPEA_SESSION_STATE_REFUSED:
      if (reason != NULL && *reason != '\0')
        /* Translators: %s is the ledger's own sentence. */
        return g_strdup_printf (_("The ledger will not take it: %s"), reason);
      return g_strdup (_("The ledger will not take it, and did not say why."));

    case TROPEA_SESSION_STATE_WAITING:
    default:
      return g_strdup (_("It waits for the ledger. It is kept here until the ledger has it."));
    }
}

const char *
tropea_words_kind (TropeaSessionKind kind)
{
  switch (kind)
    {
    case TROPEA_SESSION_KIND_MANUAL:
      return _("Manual: you had it sent at once");
    case TROPEA_SESSION_KIND_SIMULATED:
      return _("Simulated: no real traffic");
    case TROPEA_SESSION_KIND_AUTOMATIC:
    default:
      return _("Automatic");
    }
}

/**
 * tropea_words_sent:
 *
 * Returns: (transfer full): where what was sent comes from, or why it cannot be shown
 */
char *
tropea_words_sent (TropeaSession *session)
{
  const TropeaSettlement *settlement = tropea_session_get_settlement (session);
  const TropeaSent *sent = NULL;
  g_autofree char *number = NULL;

  if (settlement == NULL)
    return g_strdup (_("Nothing yet, as far as is known. It is signed when it is sent."));

  if (!settlement->has_sent)
    return g_strdup (_("It was not kept: an older version sent it, or the ledger had it already "
                       "when Tropea compared."));

  sent = &settlement->sent;
  if (sent->n_sessions <= 1)
    return g_strdup (_("This was the whole body of the request."));

  number = g_strdup_printf ("%" G_GINT64_FORMAT, sent->n_sessions - 1);
  /* Translators: %s is a number. */
  return g_strdup_printf (ngettext ("It was sent in one list with %s other session.",
                                    "It was sent in one list with %s other sessions.",
                                    (gulong) (sent->n_sessions - 1)), number);
}

static char *
describe_right (const TropeaBooks *books)
{
  g_autofree char *number = g_strdup_printf ("%" G_GINT64_FORMAT, books->sums.sessions);
  g_autofree char *credits = tropea_words_micro (books->sums.credits_micro);
  g_autofree char *first = NULL;

  /* Translators: a number of sessions, and credits. */
  first = g_strdup_printf (ngettext ("Everything adds up: %s session, %s credits.",
                                     "Everything adds up: %s sessions, %s credits.",
                                     (gulong) books->sums.sessions), number, credits);
  if (books->has_ledger)
    return g_strconcat (first, " ", _("The ledger says the same."), NULL);

  return g_strconcat (first, " ", _("The ledger could not be asked now."), NULL);
}

static char *
describe_session_fault (const TropeaBooks *books,
                        const char        *expected,
                        const char        *found)
{
  g_autofree char *time = tropea_format_time (books->timestamp_ms);

  /* Translators: a day and time, a session id, and credits twice. */
  return g_strdup_printf (_("The session of %s (%s) has %s credits, the formula gives %s."), time,
                          books->session_id, found, expected);
}

/**
 * tropea_words_books:
 *
 * Returns: (transfer full): what came of the check, with the first difference
 */
char *
tropea_words_books (const TropeaBooks *books)
{
  g_autofree char *expected = tropea_words_micro (books->expected_micro);
  g_autofree char *found = tropea_words_micro (books->found_micro);
  g_autofree char *n_expected = g_strdup_printf ("%" G_GINT64_FORMAT, books->expected_micro);
  g_autofree char *n_found = g_strdup_printf ("%" G_GINT64_FORMAT, books->found_micro);

  switch (books->fault)
    {
    case TROPEA_BOOKS_SESSION_CREDITS:
      return describe_session_fault (books, expected, found);

    case TROPEA_BOOKS_SHOWN_CREDITS:
      /* Translators: credits twice. */
      return g_strdup_printf (_("The sessions add up to %s credits, but %s are shown: start Tropea "
                                "again."), expected, found);

    case TROPEA_BOOKS_SHOWN_SIMULATED:
      /* Translators: credits twice. */
      return g_strdup_printf (_("The simulated sessions add up to %s credits, but %s are shown: "
                                "start Tropea again."), expected, found);

    case TROPEA_BOOKS_SHOWN_COUNTS:
      /* Translators: numbers of sessions. */
      return g_strdup_printf (_("There are %s sessions where %s are shown: start Tropea again."),
                              n_expected, n_found);

    case TROPEA_BOOKS_LEDGER:
      /* Translators: credits twice. */
      return g_strdup_printf (_("The ledger credited %s to the sessions here, but says %s now: ask "
                                "who runs it."), expected, found);

    case TROPEA_BOOKS_LEDGER_SIMULATED:
      /* Translators: credits twice. */
      return g_strdup_printf (_("The ledger credited %s to simulated sessions, but says %s now: "
                                "ask who runs it."), expected, found);

    case TROPEA_BOOKS_RIGHT:
    default:
      return describe_right (books);
    }
}
