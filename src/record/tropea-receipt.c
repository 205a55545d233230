/* tropea-receipt.c: what a ledger says of one session
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-receipt"

#include "config.h"

#include "record/tropea-receipt.h"

#include <gio/gio.h>
#include <string.h>

#include "base/tropea-json.h"
#include "record/tropea-credit.h"
#include "record/tropea-record.h"

/* The numbers that count are the integers. The decimal strings beside them are for people and
 * for scripts that only print; a client of ours never reads them back.
 */

static const char * const status_names[] = {
  [TROPEA_RECEIPT_ACCEPTED] = "accepted",
  [TROPEA_RECEIPT_DUPLICATE] = "duplicate",
};

#define LONGEST_STATUS_BYTES 16
#define SESSION_ID_BYTES 36

/**
 * tropea_receipt_to_json:
 *
 * Returns: (transfer full): the ledger's answer to one session, as it goes on the wire
 */
JsonObject *
tropea_receipt_to_json (const TropeaReceipt *self)
{
  JsonObject *object = NULL;
  g_autofree char *credits = NULL;
  g_autofree char *balance = NULL;

  g_return_val_if_fail (self != NULL, NULL);

  object = json_object_new ();
  credits = tropea_credit_format (self->credits_micro);
  balance = tropea_credit_format (self->balance_micro);
  json_object_set_boolean_member (object, "success", TRUE);
  json_object_set_string_member (object, "status", status_names[self->status]);
  json_object_set_string_member (object, "sessionId", self->session_id);
  json_object_set_string_member (object, "credits", credits);
  json_object_set_string_member (object, "balance", balance);
  json_object_set_int_member (object, "creditsMicro", self->credits_micro);
  json_object_set_int_member (object, "balanceMicro", self->balance_micro);
  json_object_set_int_member (object, "seq", self->seq);

  return object;
}

/**
 * tropea_receipt_to_string:
 *
 * The same as tropea_receipt_to_json () gives, without a tree in between: a ledger writes one
 * for every session.
 *
 * Returns: (transfer full): one line of JSON
 */
char *
tropea_receipt_to_string (const TropeaReceipt *self)
{
  g_autofree char *credits = NULL;
  g_autofree char *balance = NULL;

  g_return_val_if_fail (self != NULL, NULL);

  credits = tropea_credit_format (self->credits_micro);
  balance = tropea_credit_format (self->balance_micro);

  /* No value can hold a character that JSON would escape. */
  return g_strdup_printf ("{\"success\":true,\"status\":\"%s\",\"sessionId\":\"%s\","
                          "\"credits\":\"%s\",\"balance\":\"%s\","
                          "\"creditsMicro\":%" G_GINT64_FORMAT ","
                          "\"balanceMicro\":%" G_GINT64_FORMAT ",\"seq\":%" G_GINT64_FORMAT "}",
                          status_names[self->status], self->session_id, credits, balance,
                          self->credits_micro, self->balance_micro, self->seq);
}

static gboolean
parse_status (const char           *name,
              TropeaReceiptStatus  *status,
              GError              **error)
{
  for (gsize i = 0; i < G_N_ELEMENTS (status_names); i++)
    {
      if (strcmp (name, status_names[i]) == 0)
        {
          *status = (TropeaReceiptStatus) i;
          return TRUE;
        }
    }

  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                       "“status” is neither “accepted” nor “duplicate”");
  return FALSE;
}

/**
 * tropea_receipt_from_json:
 * @object: what a ledger answered; nothing in it is trusted
 * @receipt: (out caller-allocates): written on success only
 */
gboolean
tropea_receipt_from_json (JsonObject     *object,
                          TropeaReceipt  *receipt,
                          GError        **error)
{
  TropeaReceipt value = { 0 };
  const char *status = NULL;
  const char *session_id = NULL;
  gboolean success = FALSE;

  g_return_val_if_fail (object != NULL && receipt != NULL, FALSE);

  if (!tropea_json_get_boolean (object, "success", &success, error) ||
      !tropea_json_get_string (object, "status", LONGEST_STATUS_BYTES, &status, error) ||
      !tropea_json_get_string (object, "sessionId", SESSION_ID_BYTES, &session_id, error) ||
      !tropea_json_get_int64 (object, "creditsMicro", 0, TROPEA_CREDIT_SESSION_CAP_MICRO,
                              &value.credits_micro, error) ||
      !tropea_json_get_int64 (object, "balanceMicro", 0, G_MAXINT64,
                              &value.balance_micro, error) ||
      !tropea_json_get_int64 (object, "seq", 1, TROPEA_RECORD_MAX_INTEGER,
                              &value.seq, error) ||
      !parse_status (status, &value.status, error))
    return FALSE;

  if (!success || !tropea_record_is_valid_session_id (session_id, strlen (session_id)))
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                           success ? "“sessionId” is not a session's id"
                                   : "“success” is not true");
      return FALSE;
    }

  memcpy (value.session_id, session_id, sizeof value.session_id);
  *receipt = value;
  return TRUE;
}
