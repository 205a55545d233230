/* tropea-circuit.c: one of tor's circuits, as it is now
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-circuit"

#include "config.h"

#include "tor/tropea-circuit.h"

#include <string.h>

#include "tor/tropea-control-line.h"

/* Taken from a line of GETINFO circuit-status, and nothing else of it: destinations are not in
 * there, SOCKS names and passwords are left out. It is in memory while somebody looks at it.
 */

#define FINGERPRINT_LENGTH 40

struct _TropeaCircuit
{
  GObject               parent_instance;

  guint64               id;
  gboolean              is_built;
  TropeaCircuitPurpose  purpose;
  gint64                created_s;  /* since 1970 in UTC, 0 where tor does not say */
  GArray               *hops;       /* (owned), of TropeaCircuitHop */
};

G_DEFINE_FINAL_TYPE (TropeaCircuit, tropea_circuit, G_TYPE_OBJECT)

static guint changed_signal;

static void
hop_clear (gpointer data)
{
  TropeaCircuitHop *hop = data;

  g_free (hop->fingerprint);
  g_free (hop->nickname);
}

static void
tropea_circuit_finalize (GObject *object)
{
  g_array_unref (TROPEA_CIRCUIT (object)->hops);

  G_OBJECT_CLASS (tropea_circuit_parent_class)->finalize (object);
}

static void
tropea_circuit_class_init (TropeaCircuitClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = tropea_circuit_finalize;

  changed_signal = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                 NULL, NULL, G_TYPE_NONE, 0);
}

static void
tropea_circuit_init (TropeaCircuit *self)
{
  self->hops = g_array_new (FALSE, TRUE, sizeof (TropeaCircuitHop));
  g_array_set_clear_func (self->hops, hop_clear);
}

/* "$FINGERPRINT~nickname", the name being left out where tor does not know it yet */
static gboolean
add_hop (TropeaCircuit *self,
         const char    *word)
{
  TropeaCircuitHop hop = { 0 };
  const char *rest;

  if (word[0] != '$' || strspn (word + 1, "0123456789ABCDEFabcdef") != FINGERPRINT_LENGTH)
    return FALSE;

  rest = word + 1 + FINGERPRINT_LENGTH;
  hop.fingerprint = g_strndup (word + 1, FINGERPRINT_LENGTH);
  if (*rest == '~' || *rest == '=')
    hop.nickname = g_utf8_make_valid (rest + 1, -1);
  g_array_append_val (self->hops, hop);

  return TRUE;
}

/* control-spec, "CIRC events". A circuit of one hop is for the directory of that relay. */
static TropeaCircuitPurpose
read_purpose (const char *purpose,
              const char *flags)
{
  static const struct
  {
    const char           *prefix;
    TropeaCircuitPurpose  purpose;
  } rows[] = {
    { "HS_", TROPEA_CIRCUIT_PURPOSE_ONION_SERVICE },
    { "CONFLUX_", TROPEA_CIRCUIT_PURPOSE_CONFLUX },
    { "MEASURE_", TROPEA_CIRCUIT_PURPOSE_MEASUREMENT },
    { "TESTING", TROPEA_CIRCUIT_PURPOSE_MEASUREMENT },
    { "PATH_BIAS_", TROPEA_CIRCUIT_PURPOSE_MEASUREMENT },
    { "GENERAL", TROPEA_CIRCUIT_PURPOSE_GENERAL },
  };

  if (flags != NULL && strstr (flags, "ONEHOP_TUNNEL") != NULL)
    return TROPEA_CIRCUIT_PURPOSE_DIRECTORY;

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    if (purpose != NULL && g_str_has_prefix (purpose, rows[i].prefix))
      return rows[i].purpose;

  return TROPEA_CIRCUIT_PURPOSE_OTHER;
}

/* "2026-11-22T15:45:18.364432", in UTC */
static gint64
read_time (const char *text)
{
  g_autoptr(GTimeZone) utc = g_time_zone_new_utc ();
  g_autoptr(GDateTime) time = text != NULL ? g_date_time_new_from_iso8601 (text, utc) : NULL;

  return time != NULL ? g_date_time_to_unix (time) : 0;
}

/**
 * tropea_circuit_parse:
 * @line: "CircuitID Status [Path] KEY=value …"
 *
 * Returns: (nullable) (transfer full): NULL for what is no circuit, or one that has ended
 */
TropeaCircuit *
tropea_circuit_parse (const char *line)
{
  g_autoptr(TropeaControlLine) words = tropea_control_line_parse (line, NULL);
  g_autoptr(TropeaCircuit) self = NULL;
  g_auto(GStrv) path = NULL;
  const char *status;
  guint64 id;

  if (words == NULL || !tropea_control_parse_uint64 (tropea_control_line_get_word (words, 0), &id))
    return NULL;

  status = tropea_control_line_get_word (words, 1);
  if (*status == '\0' || g_str_equal (status, "CLOSED") || g_str_equal (status, "FAILED"))
    return NULL;

  self = g_object_new (TROPEA_TYPE_CIRCUIT, NULL);
  self->id = id;
  self->is_built = g_str_equal (status, "BUILT");
  self->purpose = read_purpose (tropea_control_line_get_value (words, "PURPOSE"),
                                tropea_control_line_get_value (words, "BUILD_FLAGS"));
  self->created_s = read_time (tropea_control_line_get_value (words, "TIME_CREATED"));
  path = g_strsplit (tropea_control_line_get_word (words, 2), ",", -1);
  for (guint i = 0; path[i] != NULL && add_hop (self, path[i]); i++)
    continue;

  return g_steal_pointer (&self);
}

guint64
tropea_circuit_get_id (TropeaCircuit *self)
{
  g_return_val_if_fail (TROPEA_IS_CIRCUIT (self), 0);

  return self->id;
}

gboolean
tropea_circuit_is_built (TropeaCircuit *self)
{
  g_return_val_if_fail (TROPEA_IS_CIRCUIT (self), FALSE);

  return self->is_built;
}

TropeaCircuitPurpose
tropea_circuit_get_purpose (TropeaCircuit *self)
{
  g_return_val_if_fail (TROPEA_IS_CIRCUIT (self), TROPEA_CIRCUIT_PURPOSE_OTHER);

  return self->purpose;
}

/* Seconds since 1970 in UTC, or 0. */
gint64
tropea_circuit_get_created_s (TropeaCircuit *self)
{
  g_return_val_if_fail (TROPEA_IS_CIRCUIT (self), 0);

  return self->created_s;
}

guint
tropea_circuit_get_n_hops (TropeaCircuit *self)
{
  g_return_val_if_fail (TROPEA_IS_CIRCUIT (self), 0);

  return self->hops->len;
}

const TropeaCircuitHop *
tropea_circuit_get_hop (TropeaCircuit *self,
                        guint          index)
{
  g_return_val_if_fail (TROPEA_IS_CIRCUIT (self) && index < self->hops->len, NULL);

  return &g_array_index (self->hops, TropeaCircuitHop, index);
}

/* Of the relay with @fingerprint, if it is in the path. */
void
tropea_circuit_set_country (TropeaCircuit *self,
                            const char    *fingerprint,
                            const char    *country)
{
  gboolean has_changed = FALSE;

  g_return_if_fail (TROPEA_IS_CIRCUIT (self));

  for (guint i = 0; i < self->hops->len; i++)
    {
      TropeaCircuitHop *hop = &g_array_index (self->hops, TropeaCircuitHop, i);

      if (g_str_equal (hop->fingerprint, fingerprint) && !g_str_equal (hop->country, country))
        {
          g_strlcpy (hop->country, country, sizeof hop->country);
          has_changed = TRUE;
        }
    }

  if (has_changed)
    g_signal_emit (self, changed_signal, 0);
}

static gboolean
has_same_path (TropeaCircuit *self,
               TropeaCircuit *other)
{
  if (self->hops->len != other->hops->len)
    return FALSE;

  for (guint i = 0; i < self->hops->len; i++)
    if (!g_str_equal (tropea_circuit_get_hop (self, i)->fingerprint,
                      tropea_circuit_get_hop (other, i)->fingerprint)
        || g_strcmp0 (tropea_circuit_get_hop (self, i)->nickname,
                      tropea_circuit_get_hop (other, i)->nickname) != 0)
      return FALSE;

  return TRUE;
}

/* Become what @news, a later line of the same circuit, says. Returns: whether that is another */
gboolean
tropea_circuit_take_news (TropeaCircuit *self,
                          TropeaCircuit *news)
{
  gboolean is_same;

  g_return_val_if_fail (TROPEA_IS_CIRCUIT (self) && TROPEA_IS_CIRCUIT (news), FALSE);

  is_same = self->is_built == news->is_built && self->purpose == news->purpose
            && has_same_path (self, news);
  if (is_same)
    return FALSE;

  self->is_built = news->is_built;
  self->purpose = news->purpose;
  if (!has_same_path (self, news))
    {
      GArray *hops = self->hops;

      self->hops = news->hops;
      news->hops = hops;
    }
  g_signal_emit (self, changed_signal, 0);

  return TRUE;
}
