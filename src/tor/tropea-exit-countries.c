/* tropea-exit-countries.c: the countries that exits are in, while somebody looks
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-exit-countries"

#include "config.h"

#include "tor/tropea-exit-countries.h"

#include "tor/tropea-country-names.h"
#include "tor/tropea-exit-census.h"

/* Counted anew with each consensus while it is shown, and forgotten after that. A country that
 * was chosen before is in the list whether it has exits or not, so that it can be taken back.
 */

struct _TropeaExitCountry
{
  GObject   parent_instance;

  char     *code;      /* (owned) */
  char     *name;      /* (owned) */
  char     *sort_key;  /* (owned) */
  guint     n_exits;
};

G_DEFINE_FINAL_TYPE (TropeaExitCountry, tropea_exit_country, G_TYPE_OBJECT)

struct _TropeaExitCountries
{
  GObject                   parent_instance;

  TropeaControlConnection  *connection;   /* (owned) (nullable) */
  TropeaCountryNames       *names;        /* (owned) (nullable): from when it is shown first */
  gboolean                  is_shown;
  gboolean                  is_counting;
  gboolean                  is_counted;   /* there was a consensus */
  GCancellable             *cancellable;  /* (owned) (nullable): of the count under way */
  char                    **chosen;       /* (owned) (nullable) */
  GPtrArray                *countries;    /* (owned), of TropeaExitCountry */
  char                     *problem;      /* (owned) (nullable) */
};

typedef enum
{
  PROP_PROBLEM = 1,
} TropeaExitCountriesProperty;

static GParamSpec *properties[PROP_PROBLEM + 1];

static void list_model_iface_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (TropeaExitCountries, tropea_exit_countries, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_iface_init))

static void
tropea_exit_country_finalize (GObject *object)
{
  TropeaExitCountry *self = TROPEA_EXIT_COUNTRY (object);

  g_free (self->code);
  g_free (self->name);
  g_free (self->sort_key);

  G_OBJECT_CLASS (tropea_exit_country_parent_class)->finalize (object);
}

static void
tropea_exit_country_class_init (TropeaExitCountryClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = tropea_exit_country_finalize;
}

static void
tropea_exit_country_init (TropeaExitCountry *self)
{
}

/* In capitals, as ISO 3166-1 and tor's table have it; "??" where that has none. */
const char *
tropea_exit_country_get_code (TropeaExitCountry *self)
{
  g_return_val_if_fail (TROPEA_IS_EXIT_COUNTRY (self), NULL);

  return self->code;
}

/* In the user's language. */
const char *
tropea_exit_country_get_name (TropeaExitCountry *self)
{
  g_return_val_if_fail (TROPEA_IS_EXIT_COUNTRY (self), NULL);

  return self->name;
}

guint
tropea_exit_country_get_n_exits (TropeaExitCountry *self)
{
  g_return_val_if_fail (TROPEA_IS_EXIT_COUNTRY (self), 0);

  return self->n_exits;
}

/* Not those without a country. */
gboolean
tropea_exit_country_can_be_chosen (TropeaExitCountry *self)
{
  g_return_val_if_fail (TROPEA_IS_EXIT_COUNTRY (self), FALSE);

  return tropea_country_is_code (self->code);
}

static void
set_problem (TropeaExitCountries *self,
             const char          *problem)
{
  if (g_strcmp0 (self->problem, problem) == 0)
    return;

  g_free (self->problem);
  self->problem = g_strdup (problem);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PROBLEM]);
}

/* By name; what is no country comes last. */
static int
compare (gconstpointer a,
         gconstpointer b)
{
  TropeaExitCountry *one = *(TropeaExitCountry * const *) a;
  TropeaExitCountry *other = *(TropeaExitCountry * const *) b;
  gboolean is_one = tropea_country_is_code (one->code);
  int order;

  if (is_one != tropea_country_is_code (other->code))
    return is_one ? -1 : 1;

  order = g_strcmp0 (one->sort_key, other->sort_key);

  return order != 0 ? order : g_strcmp0 (one->code, other->code);
}

static void
add (TropeaExitCountries *self,
     GPtrArray           *countries,
     const char          *code,
     guint                n_exits)
{
  TropeaExitCountry *country = g_object_new (TROPEA_TYPE_EXIT_COUNTRY, NULL);

  country->code = g_strdup (code);
  country->name = tropea_country_names_dup_name (self->names, code);
  country->sort_key = g_utf8_collate_key (country->name, -1);
  country->n_exits = n_exits;
  g_ptr_array_add (countries, country);
}

static void
replace (TropeaExitCountries *self,
         GPtrArray           *countries)
{
  guint n_before = self->countries->len;

  g_ptr_array_unref (self->countries);
  self->countries = countries;
  if (n_before > 0 || countries->len > 0)
    g_list_model_items_changed (G_LIST_MODEL (self), 0, n_before, countries->len);
}

/* @counts: (nullable): of tor */
static void
fill (TropeaExitCountries *self,
      GHashTable          *counts)
{
  g_autoptr(GPtrArray) countries = g_ptr_array_new_with_free_func (g_object_unref);
  GHashTableIter iter;
  gpointer code;
  gpointer count;

  if (counts != NULL)
    {
      g_hash_table_iter_init (&iter, counts);
      while (g_hash_table_iter_next (&iter, &code, &count))
        add (self, countries, code, GPOINTER_TO_UINT (count));
    }

  for (gsize i = 0; self->chosen != NULL && self->chosen[i] != NULL; i++)
    if (counts == NULL || !g_hash_table_contains (counts, self->chosen[i]))
      add (self, countries, self->chosen[i], 0);

  g_ptr_array_sort (countries, compare);
  replace (self, g_steal_pointer (&countries));
}

static void
counted_cb (GObject      *object,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr(TropeaExitCountries) self = user_data;
  g_autoptr(GHashTable) counts = NULL;
  g_autoptr(GError) error = NULL;

  counts = tropea_exit_census_take_finish (TROPEA_CONTROL_CONNECTION (object), result, &error);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED)
      || (gpointer) self->connection != object)
    return;

  self->is_counting = FALSE;
  set_problem (self, error != NULL ? error->message : NULL);
  self->is_counted = counts != NULL && g_hash_table_size (counts) > 0;
  fill (self, counts);
}

static void
count (TropeaExitCountries *self)
{
  if (self->is_counting)
    return;

  g_clear_object (&self->cancellable);
  self->is_counting = TRUE;
  self->cancellable = g_cancellable_new ();
  tropea_exit_census_take_async (self->connection, self->cancellable, counted_cb,
                                 g_object_ref (self));
}

static void
event_cb (TropeaExitCountries      *self,
          const TropeaControlEvent *event)
{
  if ((event->kind == TROPEA_CONTROL_EVENT_STATUS
       && g_strcmp0 (event->action, "CONSENSUS_ARRIVED") == 0)
      || (event->kind == TROPEA_CONTROL_EVENT_BOOTSTRAP && !self->is_counted))
    count (self);
}

static void
let_go (TropeaExitCountries *self)
{
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  self->is_counting = self->is_counted = FALSE;
  if (self->connection != NULL)
    g_signal_handlers_disconnect_by_data (self->connection, self);
}

static void
begin (TropeaExitCountries *self)
{
  set_problem (self, NULL);
  fill (self, NULL);
  if (!self->is_shown || self->connection == NULL)
    return;

  g_signal_connect_object (self->connection, "event", G_CALLBACK (event_cb), self,
                           G_CONNECT_SWAPPED);
  count (self);
}

static GType
tropea_exit_countries_get_item_type (GListModel *model)
{
  return TROPEA_TYPE_EXIT_COUNTRY;
}

static guint
tropea_exit_countries_get_n_items (GListModel *model)
{
  return TROPEA_EXIT_COUNTRIES (model)->countries->len;
}

static gpointer
tropea_exit_countries_get_item (GListModel *model,
                                guint       position)
{
  TropeaExitCountries *self = TROPEA_EXIT_COUNTRIES (model);

  return position < self->countries->len ? g_object_ref (self->countries->pdata[position]) : NULL;
}

static void
list_model_iface_init (GListModelInterface *iface)
{
  iface->get_item_type = tropea_exit_countries_get_item_type;
  iface->get_n_items = tropea_exit_countries_get_n_items;
  iface->get_item = tropea_exit_countries_get_item;
}

static void
tropea_exit_countries_get_property (GObject    *object,
                                    guint       property_id,
                                    GValue     *value,
                                    GParamSpec *pspec)
{
  TropeaExitCountries *self = TROPEA_EXIT_COUNTRIES (object);

  switch ((TropeaExitCountriesProperty) property_id)
    {
    case PROP_PROBLEM:
      g_value_set_string (value, self->problem);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
tropea_exit_countries_dispose (GObject *object)
{
  TropeaExitCountries *self = TROPEA_EXIT_COUNTRIES (object);

  let_go (self);
  g_clear_object (&self->connection);

  G_OBJECT_CLASS (tropea_exit_countries_parent_class)->dispose (object);
}

static void
tropea_exit_countries_finalize (GObject *object)
{
  TropeaExitCountries *self = TROPEA_EXIT_COUNTRIES (object);

  g_ptr_array_unref (self->countries);
  g_clear_pointer (&self->names, tropea_country_names_free);
  g_strfreev (self->chosen);
  g_free (self->problem);

  G_OBJECT_CLASS (tropea_exit_countries_parent_class)->finalize (object);
}

static void
tropea_exit_countries_class_init (TropeaExitCountriesClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = tropea_exit_countries_get_property;
  object_class->dispose = tropea_exit_countries_dispose;
  object_class->finalize = tropea_exit_countries_finalize;

  /**
   * TropeaExitCountries:problem:
   *
   * Why tor names no countries, in one sentence.
   */
  properties[PROP_PROBLEM] =
    g_param_spec_string ("problem", NULL, NULL, NULL,
                         G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);

  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);
}

static void
tropea_exit_countries_init (TropeaExitCountries *self)
{
  self->countries = g_ptr_array_new_with_free_func (g_object_unref);
}

TropeaExitCountries *
tropea_exit_countries_new (void)
{
  return g_object_new (TROPEA_TYPE_EXIT_COUNTRIES, NULL);
}

/**
 * tropea_exit_countries_set_connection:
 * @connection: (nullable): to the tor in use; its owner has subscribed to STATUS_CLIENT events
 */
void
tropea_exit_countries_set_connection (TropeaExitCountries     *self,
                                      TropeaControlConnection *connection)
{
  g_return_if_fail (TROPEA_IS_EXIT_COUNTRIES (self));
  g_return_if_fail (connection == NULL || TROPEA_IS_CONTROL_CONNECTION (connection));

  if (self->connection == connection)
    return;

  let_go (self);
  g_set_object (&self->connection, connection);
  begin (self);
}

/**
 * tropea_exit_countries_set_shown:
 * @chosen: (nullable): codes of countries that are to be in the list in any case
 *
 * Ask tor as long as somebody looks; forget all after that.
 */
void
tropea_exit_countries_set_shown (TropeaExitCountries *self,
                                 gboolean             shown,
                                 const char * const  *chosen)
{
  g_return_if_fail (TROPEA_IS_EXIT_COUNTRIES (self));

  let_go (self);
  self->is_shown = shown;
  if (self->names == NULL && shown)
    self->names = tropea_country_names_new (NULL);
  g_strfreev (self->chosen);
  self->chosen = shown ? g_strdupv ((char **) chosen) : NULL;
  begin (self);
}
