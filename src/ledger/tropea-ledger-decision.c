/* tropea-ledger-decision.c: what a ledger's operator decided about a key
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-ledger"

#include "config.h"

#include "ledger/tropea-ledger-decision.h"

#include <string.h>

TropeaLedgerDecision *
tropea_ledger_decision_new (const guint8 *client_pub,
                            gboolean      freezes,
                            gint64        hour,
                            const char   *reason)
{
  TropeaLedgerDecision *self = g_new0 (TropeaLedgerDecision, 1);

  memcpy (self->client_pub, client_pub, sizeof self->client_pub);
  self->freezes = freezes;
  self->hour = hour;
  self->reason = g_strdup (reason);

  return self;
}

TropeaLedgerDecision *
tropea_ledger_decision_copy (const TropeaLedgerDecision *self)
{
  TropeaLedgerDecision *copy = g_memdup2 (self, sizeof *self);

  copy->reason = g_strdup (self->reason);
  return copy;
}

void
tropea_ledger_decision_free (TropeaLedgerDecision *self)
{
  g_free (self->reason);
  g_free (self);
}

gboolean
tropea_ledger_decision_equal (const TropeaLedgerDecision *self,
                              const TropeaLedgerDecision *other)
{
  return self->number == other->number && self->hour == other->hour &&
         self->freezes == other->freezes && g_str_equal (self->reason, other->reason) &&
         memcmp (self->client_pub, other->client_pub, sizeof self->client_pub) == 0;
}

/* One line that says something: it is read again for as long as the ledger lives. */
gboolean
tropea_ledger_decision_is_reason (const char *text)
{
  gboolean says_something = FALSE;

  if (text == NULL || !g_utf8_validate (text, -1, NULL) ||
      g_utf8_strlen (text, -1) > TROPEA_LEDGER_MAX_REASON_CHARS)
    return FALSE;

  for (const char *c = text; *c != '\0'; c = g_utf8_next_char (c))
    {
      gunichar letter = g_utf8_get_char (c);

      if (g_unichar_iscntrl (letter))
        return FALSE;
      says_something |= g_unichar_isgraph (letter);
    }

  return says_something;
}
