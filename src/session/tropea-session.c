/* tropea-session.c: one cut session as lists and windows show it
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-session"

#include "config.h"

#include "session/tropea-session.h"

/* A snapshot never changes: when the ledger has answered, there is a new object for the same
 * session id, and whoever shows the old one replaces it.
 */

struct _TropeaSession
{
  GObject             parent_instance;

  gint64              row;
  TropeaCut           cut;
  TropeaSessionState  state;
  gint64              credits_micro;
  char               *reason_code;    /* (owned) (nullable) */
  char               *reason;         /* (owned) (nullable) */
  TropeaSettlement   *settlement;     /* (owned) (nullable) */
};

typedef enum
{
  PROP_SESSION_ID = 1,
  PROP_TIMESTAMP_MS,
  PROP_DURATION_S,
  PROP_BYTES,
  PROP_CREDITS_MICRO,
  PROP_IP_HASH,
  PROP_SOURCE,
  PROP_STATE,
  PROP_REASON_CODE,
  PROP_REASON,
  PROP_ROW,
  PROP_KIND,
} TropeaSessionProperty;

G_DEFINE_FINAL_TYPE (TropeaSession, tropea_session, G_TYPE_OBJECT)
G_DEFINE_ENUM_TYPE (TropeaSessionState, tropea_session_state,
                    G_DEFINE_ENUM_VALUE (TROPEA_SESSION_STATE_WAITING, "waiting"),
                    G_DEFINE_ENUM_VALUE (TROPEA_SESSION_STATE_CREDITED, "credited"),
                    G_DEFINE_ENUM_VALUE (TROPEA_SESSION_STATE_REFUSED, "refused"))

G_DEFINE_ENUM_TYPE (TropeaSessionKind, tropea_session_kind,
                    G_DEFINE_ENUM_VALUE (TROPEA_SESSION_KIND_AUTOMATIC, "automatic"),
                    G_DEFINE_ENUM_VALUE (TROPEA_SESSION_KIND_MANUAL, "manual"),
                    G_DEFINE_ENUM_VALUE (TROPEA_SESSION_KIND_SIMULATED, "simulated"))

static GParamSpec *properties[PROP_KIND + 1];

static void
tropea_session_get_property (GObject    *object,
                             guint       property_id,
                             GValue     *value,
                             GParamSpec *pspec)
{
  TropeaSession *self = TROPEA_SESSION (object);

  switch ((TropeaSessionProperty) property_id)
    {
    case PROP_SESSION_ID:
      g_value_set_string (value, self->cut.record.session_id);
      break;

    case PROP_TIMESTAMP_MS:
      g_value_set_int64 (value, self->cut.record.timestamp_ms);
      break;

    case PROP_DURATION_S:
      g_value_set_int64 (value, self->cut.record.duration_s);
      break;

    case PROP_BYTES:
      g_value_set_int64 (value, self->cut.record.bytes);
      break;

    case PROP_CREDITS_MICRO:
      g_value_set_int64 (value, self->credits_micro);
      break;

    case PROP_IP_HASH:
      g_value_set_string (value, self->cut.record.ip_hash);
      break;

    case PROP_SOURCE:
      g_value_set_enum (value, (int) self->cut.record.source);
      break;

    case PROP_STATE:
      g_value_set_enum (value, (int) self->state);
      break;

    case PROP_REASON_CODE:
      g_value_set_string (value, self->reason_code);
      break;

    case PROP_REASON:
      g_value_set_string (value, self->reason);
      break;

    case PROP_ROW:
      g_value_set_int64 (value, self->row);
      break;

    case PROP_KIND:
      g_value_set_enum (value, (int) tropea_session_get_kind (self));
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
      break;
    }
}

static void
tropea_session_finalize (GObject *object)
{
  TropeaSession *self = TROPEA_SESSION (object);

  g_clear_pointer (&self->reason_code, g_free);
  g_clear_pointer (&self->reason, g_free);
  g_clear_pointer (&self->settlement, g_free);

  G_OBJECT_CLASS (tropea_session_parent_class)->finalize (object);
}

static GParamSpec *
int64_property (const char *name)
{
  return g_param_spec_int64 (name, NULL, NULL, 0, G_MAXINT64, 0,
                             G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
}

static GParamSpec *
string_property (const char *name)
{
  return g_param_spec_string (name, NULL, NULL, NULL, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
}

static void
tropea_session_class_init (TropeaSessionClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = tropea_session_get_property;
  object_class->finalize = tropea_session_finalize;

  /* TropeaSession:session-id: a lower-case UUID version 4 */
  properties[PROP_SESSION_ID] = string_property ("session-id");
  /* TropeaSession:timestamp-ms: its start, in milliseconds since 1970 */
  properties[PROP_TIMESTAMP_MS] = int64_property ("timestamp-ms");
  properties[PROP_DURATION_S] = int64_property ("duration-s");
  /* TropeaSession:bytes: in plus out */
  properties[PROP_BYTES] = int64_property ("bytes");
  /* TropeaSession:credits-micro: 0 unless it is credited */
  properties[PROP_CREDITS_MICRO] = int64_property ("credits-micro");
  properties[PROP_IP_HASH] = string_property ("ip-hash");
  properties[PROP_SOURCE] = g_param_spec_enum ("source", NULL, NULL, TROPEA_TYPE_SOURCE,
                                               TROPEA_SOURCE_TOR_CLIENT,
                                               G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  properties[PROP_STATE] = g_param_spec_enum ("state", NULL, NULL, TROPEA_TYPE_SESSION_STATE,
                                              TROPEA_SESSION_STATE_WAITING,
                                              G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  /* TropeaSession:reason-code: (nullable): the ledger's stable code, where it refused */
  properties[PROP_REASON_CODE] = string_property ("reason-code");
  /* TropeaSession:reason: (nullable): the ledger's sentence, where it refused */
  properties[PROP_REASON] = string_property ("reason");
  /* TropeaSession:row: its place in the store; 0 where it comes from elsewhere */
  properties[PROP_ROW] = int64_property ("row");
  /* TropeaSession:kind: how it came to be */
  properties[PROP_KIND] = g_param_spec_enum ("kind", NULL, NULL, TROPEA_TYPE_SESSION_KIND,
                                             TROPEA_SESSION_KIND_AUTOMATIC,
                                             G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);

  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);
}

static void
tropea_session_init (TropeaSession *self)
{
}

/**
 * tropea_session_state_to_string:
 *
 * Returns: the state's name in files and in JSON
 */
const char *
tropea_session_state_to_string (TropeaSessionState state)
{
  switch (state)
    {
    case TROPEA_SESSION_STATE_WAITING:
      return "waiting";

    case TROPEA_SESSION_STATE_CREDITED:
      return "credited";

    case TROPEA_SESSION_STATE_REFUSED:
      return "refused";

    default:
      g_return_val_if_reached ("waiting");
    }
}

/**
 * tropea_session_kind_to_string:
 *
 * Returns: the kind's name in files and in JSON
 */
const char *
tropea_session_kind_to_string (TropeaSessionKind kind)
{
  switch (kind)
    {
    case TROPEA_SESSION_KIND_AUTOMATIC:
      return "automatic";

    case TROPEA_SESSION_KIND_MANUAL:
      return "manual";

    case TROPEA_SESSION_KIND_SIMULATED:
      return "simulated";

    default:
      g_return_val_if_reached ("automatic");
    }
}

TropeaSession *
tropea_session_new (const TropeaRecord *unsigned_record,
                    TropeaSessionState  state,
                    gint64              credits_micro,
                    const char         *reason_code,
                    const char         *reason)
{
  TropeaCut cut = { .bytes_in = TROPEA_SESSION_BYTES_UNKNOWN };

  g_return_val_if_fail (unsigned_record != NULL, NULL);

  cut.record = *unsigned_record;

  return tropea_session_new_from_row (0, &cut, state, credits_micro, reason_code, reason, NULL);
}

/**
 * tropea_session_new_from_row:
 * @row: its place in the store, for tropea_store_list_history_async ()
 * @cut: a session before it is signed
 * @credits_micro: 0 unless it is credited
 * @reason_code: (nullable): the ledger's code, where refused
 * @reason: (nullable): the ledger's sentence, where refused
 * @settlement: (nullable): what came of it
 */
TropeaSession *
tropea_session_new_from_row (gint64                  row,
                             const TropeaCut        *cut,
                             TropeaSessionState      state,
                             gint64                  credits_micro,
                             const char             *reason_code,
                             const char             *reason,
                             const TropeaSettlement *settlement)
{
  TropeaSession *self = NULL;

  g_return_val_if_fail (cut != NULL, NULL);

  self = g_object_new (TROPEA_TYPE_SESSION, NULL);
  self->row = row;
  self->cut = *cut;
  self->state = state;
  self->credits_micro = credits_micro;
  self->reason_code = g_strdup (reason_code);
  self->reason = g_strdup (reason);
  if (settlement != NULL)
    self->settlement = g_memdup2 (settlement, sizeof *settlement);

  return self;
}

gint64
tropea_session_get_row (TropeaSession *self)
{
  g_return_val_if_fail (TROPEA_IS_SESSION (self), 0);

  return self->row;
}

/**
 * tropea_session_get_record:
 *
 * Returns: (transfer none): the session without a key and a signature; copy it to sign it
 */
const TropeaRecord *
tropea_session_get_record (TropeaSession *self)
{
  g_return_val_if_fail (TROPEA_IS_SESSION (self), NULL);

  return &self->cut.record;
}

TropeaSessionState
tropea_session_get_state (TropeaSession *self)
{
  g_return_val_if_fail (TROPEA_IS_SESSION (self), TROPEA_SESSION_STATE_WAITING);

  return self->state;
}

gint64
tropea_session_get_credits_micro (TropeaSession *self)
{
  g_return_val_if_fail (TROPEA_IS_SESSION (self), 0);

  return self->credits_micro;
}

const char *
tropea_session_get_reason_code (TropeaSession *self)
{
  g_return_val_if_fail (TROPEA_IS_SESSION (self), NULL);

  return self->reason_code;
}

const char *
tropea_session_get_reason (TropeaSession *self)
{
  g_return_val_if_fail (TROPEA_IS_SESSION (self), NULL);

  return self->reason;
}

TropeaSessionKind
tropea_session_get_kind (TropeaSession *self)
{
  g_return_val_if_fail (TROPEA_IS_SESSION (self), TROPEA_SESSION_KIND_AUTOMATIC);

  if (self->cut.record.source == TROPEA_SOURCE_SIMULATION)
    return TROPEA_SESSION_KIND_SIMULATED;

  return self->cut.is_manual ? TROPEA_SESSION_KIND_MANUAL : TROPEA_SESSION_KIND_AUTOMATIC;
}

/**
 * tropea_session_get_bytes_in:
 *
 * Returns: of its bytes, those that came in; TROPEA_SESSION_BYTES_UNKNOWN where not kept
 */
gint64
tropea_session_get_bytes_in (TropeaSession *self)
{
  g_return_val_if_fail (TROPEA_IS_SESSION (self), TROPEA_SESSION_BYTES_UNKNOWN);

  return self->cut.bytes_in;
}

/**
 * tropea_session_get_settlement:
 *
 * Returns: (transfer none) (nullable):
 */
const TropeaSettlement *
tropea_session_get_settlement (TropeaSession *self)
{
  g_return_val_if_fail (TROPEA_IS_SESSION (self), NULL);

  return self->settlement;
}

/**
 * tropea_session_dup_sent_json:
 *
 * Returns: (transfer full) (nullable): the session as it stood in the body of the request, byte
 *   for byte: there is one spelling only
 */
char *
tropea_session_dup_sent_json (TropeaSession *self)
{
  g_return_val_if_fail (TROPEA_IS_SESSION (self), NULL);

  if (self->settlement == NULL || !self->settlement->has_sent)
    return NULL;

  return tropea_record_to_json (&self->settlement->sent.record);
}

/**
 * tropea_session_dup_signed_lines:
 *
 * Returns: (transfer full) (nullable): the bytes that the signature covers
 */
char *
tropea_session_dup_signed_lines (TropeaSession *self)
{
  g_return_val_if_fail (TROPEA_IS_SESSION (self), NULL);

  if (self->settlement == NULL || !self->settlement->has_sent)
    return NULL;

  return tropea_record_dup_canonical (&self->settlement->sent.record,
                                      self->settlement->sent.origin);
}
