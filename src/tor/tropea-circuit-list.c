/* tropea-circuit-list.c: tor's circuits, live, while somebody looks
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-circuit-list"

#include "config.h"

#include "tor/tropea-circuit-list.h"

#include <string.h>

/* A CIRC event says that something changed; what there is then tor is asked for, so the list is
 * tor's truth and cannot drift from it. Building a circuit is a dozen events within a second,
 * which one question answers. Events themselves carry no paths past their parser.
 *
 * A relay's country is tor's too, by its own GeoIP table and the relay's address in the
 * consensus; the address is not kept. Nobody looking, nothing is known: circuits, countries
 * and all are forgotten.
 */

#define REFRESH_MS 250

struct _TropeaCircuitList
{
  GObject                  parent_instance;

  TropeaControlConnection *connection;  /* (owned) (nullable) */
  gboolean                 is_shown;
  gboolean                 is_asking;
  gboolean                 is_stale;    /* an event came while it was asking */
  guint                    timer;
  GPtrArray               *circuits;    /* (owned), of TropeaCircuit */
  GHashTable              *countries;   /* (owned): fingerprint to country, "" while asked */
};

static void list_model_iface_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (TropeaCircuitList, tropea_circuit_list, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_iface_init))

typedef struct
{
  TropeaCircuitList *self;         /* (owned) */
  char              *fingerprint;  /* (owned) */
} Question;

static void refresh (TropeaCircuitList *self);

static void
question_free (Question *self)
{
  g_object_unref (self->self);
  g_free (self->fingerprint);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Question, question_free)

static gboolean
is_live (TropeaCircuitList *self,
         GObject           *connection)
{
  return self->is_shown && connection == (GObject *) self->connection;
}

static TropeaControlReply *
finish_question (TropeaCircuitList *self,
                 GObject           *object,
                 GAsyncResult      *result)
{
  g_autoptr(TropeaControlReply) reply = NULL;

  reply = tropea_control_connection_command_finish (TROPEA_CONTROL_CONNECTION (object),
                                                    result, NULL);

  return reply != NULL && is_live (self, object) ? g_steal_pointer (&reply) : NULL;
}

static void
set_country (TropeaCircuitList *self,
             const char        *fingerprint,
             const char        *country)
{
  g_hash_table_insert (self->countries, g_strdup (fingerprint), g_strdup (country));
  for (guint i = 0; i < self->circuits->len; i++)
    tropea_circuit_set_country (self->circuits->pdata[i], fingerprint, country);
}

static void
country_cb (GObject      *object,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr(Question) question = user_data;
  g_autoptr(TropeaControlReply) reply = finish_question (question->self, object, result);
  g_autofree char *country = NULL;
  const char *text = reply != NULL ? tropea_control_reply_get_text (reply, 0) : NULL;
  const char *equals = text != NULL ? strrchr (text, '=') : NULL;

  if (reply == NULL)
    return;

  if (equals != NULL && strlen (equals + 1) == 2 && g_str_is_ascii (equals + 1))
    country = g_ascii_strup (equals + 1, -1);
  set_country (question->self, question->fingerprint, country != NULL ? country : "??");
}

/* The line "r nickname identity digest date time IP ORPort DirPort", or without the digest
 * where tor has microdescriptors: the address is the third word from the end.
 */
static char *
find_address (const char *entry)
{
  g_auto(GStrv) lines = g_strsplit (entry, "\n", 2);
  g_auto(GStrv) words = lines[0] != NULL ? g_strsplit (g_strstrip (lines[0]), " ", -1) : NULL;
  guint count = words != NULL ? g_strv_length (words) : 0;

  if (count < 8 || !g_str_equal (words[0], "r")
      || !g_hostname_is_ip_address (words[count - 3]))
    return NULL;

  return g_strdup (words[count - 3]);
}

static void
relay_cb (GObject      *object,
          GAsyncResult *result,
          gpointer      user_data)
{
  g_autoptr(Question) question = user_data;
  g_autoptr(TropeaControlReply) reply = finish_question (question->self, object, result);
  g_autofree char *key = g_strconcat ("ns/id/", question->fingerprint, NULL);
  g_autofree char *address = NULL;
  g_autofree char *command = NULL;
  const char *entry;

  if (reply == NULL)
    return;

  entry = tropea_control_reply_get_value (reply, key);
  address = entry != NULL ? find_address (entry) : NULL;
  if (address == NULL)
    {
      set_country (question->self, question->fingerprint, "??");
      return;
    }

  command = g_strconcat ("GETINFO ip-to-country/", address, NULL);
  tropea_control_connection_command_async (TROPEA_CONTROL_CONNECTION (object), command,
                                           country_cb, g_steal_pointer (&question));
}

static void
ask_for_relay (TropeaCircuitList *self,
               const char        *fingerprint)
{
  g_autofree char *command = g_strconcat ("GETINFO ns/id/", fingerprint, NULL);
  Question *question = g_new0 (Question, 1);

  question->self = g_object_ref (self);
  question->fingerprint = g_strdup (fingerprint);
  g_hash_table_insert (self->countries, g_strdup (fingerprint), g_strdup (""));
  tropea_control_connection_command_async (self->connection, command, relay_cb, question);
}

static void
find_countries (TropeaCircuitList *self,
                TropeaCircuit     *circuit)
{
  for (guint i = 0; i < tropea_circuit_get_n_hops (circuit); i++)
    {
      const TropeaCircuitHop *hop = tropea_circuit_get_hop (circuit, i);
      const char *country = g_hash_table_lookup (self->countries, hop->fingerprint);

      if (country == NULL)
        ask_for_relay (self, hop->fingerprint);
      else
        tropea_circuit_set_country (circuit, hop->fingerprint, country);
    }
}

static TropeaCircuit *
find_circuit (TropeaCircuitList *self,
              guint64            id)
{
  for (guint i = 0; i < self->circuits->len; i++)
    if (tropea_circuit_get_id (self->circuits->pdata[i]) == id)
      return self->circuits->pdata[i];

  return NULL;
}

static void
replace (TropeaCircuitList *self,
         GPtrArray         *circuits)
{
  guint n_before = self->circuits->len;

  g_ptr_array_unref (self->circuits);
  self->circuits = circuits;
  if (n_before > 0 || circuits->len > 0)
    g_list_model_items_changed (G_LIST_MODEL (self), 0, n_before, circuits->len);
}

static gboolean
has_same_items (GPtrArray *a,
                GPtrArray *b)
{
  if (a->len != b->len)
    return FALSE;

  for (guint i = 0; i < a->len; i++)
    if (a->pdata[i] != b->pdata[i])
      return FALSE;

  return TRUE;
}

/* @value: a line for each circuit. Those that are known stay the same objects. */
static void
take_status (TropeaCircuitList *self,
             const char        *value)
{
  g_autoptr(GPtrArray) circuits = g_ptr_array_new_with_free_func (g_object_unref);
  g_auto(GStrv) lines = g_strsplit (value, "\n", -1);

  for (guint i = 0; lines[i] != NULL; i++)
    {
      g_autoptr(TropeaCircuit) news = tropea_circuit_parse (lines[i]);
      TropeaCircuit *known = news != NULL ? find_circuit (self, tropea_circuit_get_id (news))
                                          : NULL;

      if (known != NULL)
        tropea_circuit_take_news (known, news);
      if (news != NULL)
        g_ptr_array_add (circuits, g_object_ref (known != NULL ? known : news));
    }

  if (!has_same_items (self->circuits, circuits))
    replace (self, g_steal_pointer (&circuits));
  for (guint i = 0; i < self->circuits->len; i++)
    find_countries (self, self->circuits->pdata[i]);
}

static void
status_cb (GObject      *object,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr(TropeaCircuitList) self = user_data;
  g_autoptr(TropeaControlReply) reply = finish_question (self, object, result);
  const char *value = reply != NULL ? tropea_control_reply_get_value (reply, "circuit-status")
                                    : NULL;

  if (reply == NULL)
    return;

  self->is_asking = FALSE;
  if (value != NULL)
    take_status (self, value);
  if (self->is_stale)
    refresh (self);
}

static gboolean
timer_cb (gpointer user_data)
{
  TropeaCircuitList *self = TROPEA_CIRCUIT_LIST (user_data);

  self->timer = 0;
  self->is_asking = TRUE;
  self->is_stale = FALSE;
  tropea_control_connection_command_async (self->connection, "GETINFO circuit-status", status_cb,
                                           g_object_ref (self));

  return G_SOURCE_REMOVE;
}

static void
refresh (TropeaCircuitList *self)
{
  if (self->is_asking)
    self->is_stale = TRUE;
  else if (self->timer == 0)
    self->timer = g_timeout_add (REFRESH_MS, timer_cb, self);
}

static void
event_cb (TropeaCircuitList        *self,
          const TropeaControlEvent *event)
{
  if (event->kind == TROPEA_CONTROL_EVENT_CIRC)
    refresh (self);
}

static void
end (TropeaCircuitList *self)
{
  g_clear_handle_id (&self->timer, g_source_remove);
  self->is_asking = self->is_stale = FALSE;
  if (self->connection != NULL)
    g_signal_handlers_disconnect_by_data (self->connection, self);
  g_hash_table_remove_all (self->countries);
  replace (self, g_ptr_array_new_with_free_func (g_object_unref));
}

static void
begin (TropeaCircuitList *self)
{
  if (!self->is_shown || self->connection == NULL)
    return;

  g_signal_connect_object (self->connection, "event", G_CALLBACK (event_cb), self,
                           G_CONNECT_SWAPPED);
  timer_cb (self);
}

static GType
tropea_circuit_list_get_item_type (GListModel *model)
{
  return TROPEA_TYPE_CIRCUIT;
}

static guint
tropea_circuit_list_get_n_items (GListModel *model)
{
  return TROPEA_CIRCUIT_LIST (model)->circuits->len;
}

static gpointer
tropea_circuit_list_get_item (GListModel *model,
                              guint       position)
{
  TropeaCircuitList *self = TROPEA_CIRCUIT_LIST (model);

  return position < self->circuits->len ? g_object_ref (self->circuits->pdata[position]) : NULL;
}

static void
list_model_iface_init (GListModelInterface *iface)
{
  iface->get_item_type = tropea_circuit_list_get_item_type;
  iface->get_n_items = tropea_circuit_list_get_n_items;
  iface->get_item = tropea_circuit_list_get_item;
}

static void
tropea_circuit_list_dispose (GObject *object)
{
  TropeaCircuitList *self = TROPEA_CIRCUIT_LIST (object);

  g_clear_handle_id (&self->timer, g_source_remove);
  if (self->connection != NULL)
    g_signal_handlers_disconnect_by_data (self->connection, self);
  g_clear_object (&self->connection);

  G_OBJECT_CLASS (tropea_circuit_list_parent_class)->dispose (object);
}

static void
tropea_circuit_list_finalize (GObject *object)
{
  TropeaCircuitList *self = TROPEA_CIRCUIT_LIST (object);

  g_ptr_array_unref (self->circuits);
  g_hash_table_unref (self->countries);

  G_OBJECT_CLASS (tropea_circuit_list_parent_class)->finalize (object);
}

static void
tropea_circuit_list_class_init (TropeaCircuitListClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = tropea_circuit_list_dispose;
  object_class->finalize = tropea_circuit_list_finalize;
}

static void
tropea_circuit_list_init (TropeaCircuitList *self)
{
  self->circuits = g_ptr_array_new_with_free_func (g_object_unref);
  self->countries = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
}

TropeaCircuitList *
tropea_circuit_list_new (void)
{
  return g_object_new (TROPEA_TYPE_CIRCUIT_LIST, NULL);
}

/**
 * tropea_circuit_list_set_connection:
 * @connection: (nullable): to the tor whose circuits are shown; its owner has subscribed to
 *   CIRC events
 */
void
tropea_circuit_list_set_connection (TropeaCircuitList       *self,
                                    TropeaControlConnection *connection)
{
  g_return_if_fail (TROPEA_IS_CIRCUIT_LIST (self));
  g_return_if_fail (connection == NULL || TROPEA_IS_CONTROL_CONNECTION (connection));

  if (self->connection == connection)
    return;

  end (self);
  g_set_object (&self->connection, connection);
  begin (self);
}

/**
 * tropea_circuit_list_set_shown:
 *
 * Ask for the circuits as long as somebody looks at them.
 */
void
tropea_circuit_list_set_shown (TropeaCircuitList *self,
                               gboolean           shown)
{
  g_return_if_fail (TROPEA_IS_CIRCUIT_LIST (self));

  if (self->is_shown == shown)
    return;

  end (self);
  self->is_shown = shown;
  begin (self);
}
