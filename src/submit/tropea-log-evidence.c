/* tropea-log-evidence.c: what shows that a ledger signed what cannot be true
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-log-watch"

#include "config.h"

#include "submit/tropea-log-evidence.h"

#include <json-glib/json-glib.h>
#include <string.h>

#include "base/tropea-json.h"
#include "record/tropea-encoding.h"
#include "record/tropea-record.h"
#include "session/tropea-small-file.h"

/* Everything in it is what the ledger itself has signed or sent, and nothing is the user's: no
 * session, no nonce, no key of ours. So it can be given to anybody.
 */

/**
 * tropea_log_evidence_save:
 * @folder: a file of its own is made there, for its owner only
 *
 * A file that cannot be written is no reason to keep quiet: its name is returned all the same.
 *
 * Returns: (transfer full): the file's path
 */
char *
tropea_log_evidence_save (const TropeaLogEvidence *self,
                          const char              *folder)
{
  g_autofree char *name = g_strdup_printf ("ledger-evidence-%" G_GINT64_FORMAT ".json",
                                           self->seen_ms);
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autofree char *key = tropea_base64_encode (self->public_key, TROPEA_RECORD_PUBLIC_KEY_BYTES);
  g_autofree char *proof = NULL;
  g_autofree char *json = NULL;
  g_autofree char *text = NULL;
  g_autoptr(JsonObject) object = json_object_new ();
  g_autoptr(GError) error = NULL;

  json_object_set_string_member (object, "what", self->what);
  json_object_set_string_member (object, "log", self->log_name);
  json_object_set_string_member (object, "publicKey", key);
  json_object_set_int_member (object, "seen", self->seen_ms);
  json_object_set_string_member (object, "firstCheckpoint", self->first);
  json_object_set_string_member (object, "secondCheckpoint", self->second);
  if (self->proof != NULL)
    {
      gsize size_bytes = 0;
      const guint8 *data = g_bytes_get_data (self->proof, &size_bytes);

      proof = tropea_base64_encode (data, size_bytes);
      json_object_set_string_member (object, "proof", proof);
    }

  json = tropea_json_to_string (object);
  text = g_strconcat (json, "\n", NULL);
  if (!tropea_small_file_create (path, text, strlen (text), &error))
    g_debug ("The evidence could not be written");

  return g_steal_pointer (&path);
}
