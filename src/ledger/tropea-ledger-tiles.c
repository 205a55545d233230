/* tropea-ledger-tiles.c: the ledger's log for whoever wants to check it
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-ledger"

#include "config.h"

#include "ledger/tropea-ledger-service.h"

#include <microhttpd.h>
#include <string.h>

#include "base/tropea-json.h"
#include "ledger/tropea-ledger-head.h"
#include "ledger/tropea-ledger-merkle.h"
#include "record/tropea-encoding.h"

/* C2SP tlog-tiles: a checkpoint that may not be kept, and tiles that never change, so that
 * whoever stands in front of a ledger can keep them for good. Nothing here says whose a session
 * is. The two proofs can be had from the tiles too; they are here for clients that want one, and
 * prove themselves.
 */

#define PREFIX "/log/"

#define CACHE_NOTHING "no-cache"
#define CACHE_FOR_EVER "public, max-age=31536000, immutable"

static void
respond_unavailable (TropeaHttpRequest *request)
{
  tropea_http_request_fail (request, MHD_HTTP_SERVICE_UNAVAILABLE, "unavailable",
                            "The ledger cannot read now: try again later");
}

static void
respond_not_there (TropeaHttpRequest *request,
                   const char        *detail)
{
  tropea_http_request_fail (request, MHD_HTTP_NOT_FOUND, "not-in-log", detail);
}

/* GET /log/checkpoint */
void
tropea_ledger_handle_checkpoint (TropeaHttpRequest *request,
                                 gpointer           user_data)
{
  const TropeaLedgerService *service = user_data;
  g_auto(TropeaLedgerHead) head = { { 0 } };
  g_autoptr(GBytes) body = NULL;

  if (!tropea_ledger_service_take_connection (service, request, 1))
    return;

  if (!tropea_ledger_store_read_head (service->store, &head, NULL) || head.checkpoint == NULL)
    {
      respond_unavailable (request);
      return;
    }

  body = g_bytes_new (head.checkpoint, strlen (head.checkpoint));
  tropea_http_request_respond_bytes (request, "text/plain; charset=utf-8", CACHE_NOTHING, body);
}

/* Each entry with its length before it, two bytes. */
static GBytes *
bundle_entries (GBytes *entries)
{
  static const guint8 length[] = { TROPEA_TLOG_ENTRY_BYTES >> 8, TROPEA_TLOG_ENTRY_BYTES & 0xff };
  gsize size_bytes = 0;
  const guint8 *data = g_bytes_get_data (entries, &size_bytes);
  GByteArray *bundle = g_byte_array_new ();

  for (gsize i = 0; i < size_bytes; i += TROPEA_TLOG_ENTRY_BYTES)
    {
      g_byte_array_append (bundle, length, sizeof length);
      g_byte_array_append (bundle, data + i, TROPEA_TLOG_ENTRY_BYTES);
    }

  return g_byte_array_free_to_bytes (bundle);
}

/* GET /log/tile/<level or “entries”>/<index>[.p/<width>] */
void
tropea_ledger_handle_tile (TropeaHttpRequest *request,
                           gpointer           user_data)
{
  const TropeaLedgerService *service = user_data;
  const char *path = tropea_http_request_get_target (request) + strlen (PREFIX);
  g_auto(TropeaLedgerHead) head = { { 0 } };
  g_autoptr(GBytes) hashes = NULL;
  g_autoptr(GBytes) body = NULL;
  TropeaTlogTile tile = { 0 };

  if (!tropea_ledger_service_take_connection (service, request, 1))
    return;

  if (!tropea_tlog_tile_from_path (path, &tile))
    {
      respond_not_there (request, "This is not the name of a tile");
      return;
    }

  if (!tropea_ledger_store_read_head (service->store, &head, NULL))
    {
      respond_unavailable (request);
      return;
    }

  if (!tropea_tlog_tile_is_in (&tile, head.frontier.size))
    {
      respond_not_there (request, "The log has not so many entries");
      return;
    }

  hashes = tropea_ledger_merkle_read_tile (service->store, &tile, NULL);
  if (hashes == NULL)
    {
      respond_unavailable (request);
      return;
    }

  body = tile.is_entries ? bundle_entries (hashes) : g_bytes_ref (hashes);
  tropea_http_request_respond_bytes (request, "application/octet-stream", CACHE_FOR_EVER, body);
}

/* A query that must be there, a plain number. */
static gboolean
get_number (TropeaHttpRequest *request,
            const char        *name,
            guint64           *number)
{
  g_autofree char *text = NULL;

  return tropea_http_request_dup_query (request, name, &text) && text != NULL &&
         g_ascii_isdigit (*text) &&
         g_ascii_string_to_unsigned (text, 10, 0, TROPEA_TLOG_MAX_SIZE, number, NULL);
}

static void
respond_proof (TropeaHttpRequest *request,
               GBytes            *proof)
{
  g_autoptr(JsonObject) object = json_object_new ();
  gsize size_bytes = 0;
  const guint8 *data = g_bytes_get_data (proof, &size_bytes);
  g_autofree char *text = tropea_base64_encode (data, size_bytes);

  json_object_set_boolean_member (object, "success", TRUE);
  json_object_set_string_member (object, "proof", text);
  tropea_http_request_respond_json (request, object);
}

/* Reads the two numbers and the log's size; FALSE: it is answered. */
static gboolean
begin_proof (TropeaHttpRequest         *request,
             const TropeaLedgerService *service,
             const char                *name,
             guint64                   *first,
             guint64                   *size)
{
  g_auto(TropeaLedgerHead) head = { { 0 } };

  if (!tropea_ledger_service_take_connection (service, request, 1))
    return FALSE;

  if (!get_number (request, name, first) || !get_number (request, "size", size))
    {
      tropea_http_request_fail (request, MHD_HTTP_BAD_REQUEST, "malformed",
                                "Two plain numbers are needed: the log's size, and which entry "
                                "or which earlier size");
      return FALSE;
    }

  if (!tropea_ledger_store_read_head (service->store, &head, NULL))
    {
      respond_unavailable (request);
      return FALSE;
    }

  if (*size > head.frontier.size || *first > *size)
    {
      respond_not_there (request, "The log has not so many entries");
      return FALSE;
    }

  return TRUE;
}

/* GET /api/log/inclusion?index=&size= */
void
tropea_ledger_handle_inclusion (TropeaHttpRequest *request,
                                gpointer           user_data)
{
  const TropeaLedgerService *service = user_data;
  g_autoptr(TropeaTlogTree) tree = NULL;
  g_autoptr(GBytes) proof = NULL;
  guint64 index = 0;
  guint64 size = 0;

  if (!begin_proof (request, service, "index", &index, &size))
    return;

  if (index == size)
    {
      respond_not_there (request, "The log has not so many entries");
      return;
    }

  tree = tropea_ledger_merkle_new (service->store, size);
  proof = tropea_tlog_tree_dup_inclusion (tree, index, size, NULL);
  if (proof != NULL)
    respond_proof (request, proof);
  else
    respond_unavailable (request);
}

/* GET /api/log/consistency?from=&size= */
void
tropea_ledger_handle_consistency (TropeaHttpRequest *request,
                                  gpointer           user_data)
{
  const TropeaLedgerService *service = user_data;
  g_autoptr(TropeaTlogTree) tree = NULL;
  g_autoptr(GBytes) proof = NULL;
  guint64 from = 0;
  guint64 size = 0;

  if (!begin_proof (request, service, "from", &from, &size))
    return;

  tree = tropea_ledger_merkle_new (service->store, size);
  proof = tropea_tlog_tree_dup_consistency (tree, from, size, NULL);
  if (proof != NULL)
    respond_proof (request, proof);
  else
    respond_unavailable (request);
}
