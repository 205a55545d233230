/* tropea-help-topics.c: questions with their answers, one row each
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-help-topics"

#include "config.h"

#include "ui/tropea-help-topics.h"

#include <glib/gi18n.h>

/* The names of the troubles are the anchors of tor's diagnoses, so that each of those leads to
 * its row here.
 */

typedef struct
{
  const char *anchor;
  const char *title;
  const char *text;
} Topic;

struct _TropeaHelpTopics
{
  AdwBin               parent_instance;

  AdwPreferencesGroup *group;    /* (unowned): the bin's child */
  GHashTable          *rows;     /* (owned): anchor to row, both unowned */
  gboolean             trouble;
};

typedef enum
{
  PROP_TROUBLE = 1,
} TropeaHelpTopicsProperty;

G_DEFINE_FINAL_TYPE (TropeaHelpTopics, tropea_help_topics, ADW_TYPE_BIN)

static GParamSpec *properties[PROP_TROUBLE + 1];

static const Topic how_it_works[] = {
  { "sessions", N_("What is a session?"),
    N_("What Tor carried in a stretch of time: bytes in and out together, and seconds. A "
       "session is complete when it has enough data and enough time, or when it has lasted "
       "the most time; you set the three thresholds on the page “Sessions”. Then it is "
       "signed with your key and sent to the ledger.") },
  { "credits", N_("What earns how many credits?"),
    N_("A tenth of a credit per second and half a credit per megabyte, at most 100 for one "
       "session. Credits are recognition: they are not money, and nobody can transfer them. "
       "Simulated sessions are credited apart.") },
  { "key", N_("Where is my key?"),
    N_("In the keyring of this computer. Sessions are signed with it, so that a ledger knows "
       "they are all yours; while the keyring is locked, sessions wait. Whoever loses the "
       "key begins anew.") },
  { "privacy", N_("What leaves this computer?"),
    N_("With the ledger of this computer: nothing. With a ledger elsewhere: time, length, "
       "bytes and your public key of each session, through Tor. Never which places you "
       "visited, which circuits were used, or your address.") },
};

static const Topic troubles[] = {
  { "not-installed", N_("Tor is not found"),
    N_("Install the package “tor” of your system, or let the variable TROPEA_TOR name the "
       "program. The system’s own tor service need not run: Tropea starts a tor of its own.") },
  { "ports", N_("A port is in use"),
    N_("Another program, perhaps another tor, has it. Choose another port in the "
       "preferences, or stop that program. 0 lets tor take any free port.") },
  { "no-network", N_("There is no network"),
    N_("Tor waits until the computer is connected and goes on by itself.") },
  { "captive-portal", N_("A network asks for a login"),
    N_("Hotels and trains show a page first. Open any page in a browser, log in, and Tor "
       "goes on by itself.") },
  { "clock", N_("The clock is wrong"),
    N_("Tor needs the right time to the hour. Switch automatic time on in the settings of "
       "your system, then start Tor again.") },
  { "blocked", N_("Tor is blocked"),
    N_("Some networks do not let Tor through. A bridge is a way in that they do not know: "
       "choose one under “Bridges”.") },
  { "bridges", N_("A bridge does not work"),
    N_("Bridges come and go. Ask for new ones and paste them, each on a line of its own, or "
       "choose Snowflake.") },
  { "exits", N_("There is no exit in the chosen countries"),
    N_("Tor connects to nothing then. Choose more countries in the preferences, under “Exits”, "
       "or allow exits elsewhere. Any country is safest.") },
  { "slow", N_("Connecting takes long"),
    N_("The first start takes longer, because tor fetches a list of all relays. Wait some "
       "minutes; if nothing moves, try a bridge.") },
  { "tor-ends", N_("Tor ends by itself"),
    N_("Tropea starts it again, with longer and longer waits. If it keeps ending, tor’s log "
       "below says why; lines that you added to the torrc are the usual reason.") },
  { "tor-hangs", N_("Tor does not answer"),
    N_("The computer may be busy. Wait a moment, or restart Tor.") },
  { "torrc", N_("A line of the torrc is wrong"),
    N_("Tor refuses to start with an option that it does not know. Correct or remove it in "
       "the preferences, under “Tor”.") },
  { "data-directory", N_("The folder cannot be used"),
    N_("Tor’s folder must be yours and closed to others, and only one Tropea can use it. See "
       "to its owner and permissions, or close the other one.") },
  { "disk-full", N_("The disk is full"),
    N_("Sessions cannot be saved. Make room: recording goes on by itself, and what was "
       "counted so far is kept in memory until then.") },
  { "old-tor", N_("Tor is too old"),
    N_("Install a newer tor, at best from the Tor Project’s own packages.") },
  { "attach", N_("Another tor is to be used"),
    N_("Its control port must be open to you: it needs the lines “ControlPort” and "
       "“CookieAuthentication 1” in its torrc, and its cookie must be readable for you.") },
  { "keyring", N_("The keyring is locked"),
    N_("Sessions are kept and wait. Unlock it with the button in the banner: then they are "
       "signed and sent.") },
  { "ledger", N_("The ledger does not answer"),
    N_("Sessions are kept and sent when it does. A ledger elsewhere is reached through Tor "
       "only, so Tor must run.") },
  { "ledger-differs", N_("The ledger has less than it credited"),
    N_("It may have been restored from an old backup. Your own record has everything, "
       "signed; show it to whoever runs the ledger.") },
};

static void
add_topic (TropeaHelpTopics *self,
           const Topic      *topic)
{
  GtkWidget *row = adw_expander_row_new ();
  GtkWidget *label = gtk_label_new (_(topic->text));

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), _(topic->title));
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_xalign (GTK_LABEL (label), 0.0f);
  gtk_label_set_selectable (GTK_LABEL (label), TRUE);
  gtk_widget_add_css_class (label, "answer");
  adw_expander_row_add_row (ADW_EXPANDER_ROW (row), label);
  adw_preferences_group_add (self->group, row);
  g_hash_table_insert (self->rows, (gpointer) topic->anchor, row);
}

/* The rows are many widgets: made when they are first looked at. */
static void
add_topics (TropeaHelpTopics *self)
{
  if (g_hash_table_size (self->rows) > 0)
    return;

  if (self->trouble)
    for (guint i = 0; i < G_N_ELEMENTS (troubles); i++)
      add_topic (self, &troubles[i]);
  else
    for (guint i = 0; i < G_N_ELEMENTS (how_it_works); i++)
      add_topic (self, &how_it_works[i]);
}

static void
tropea_help_topics_map (GtkWidget *widget)
{
  add_topics (TROPEA_HELP_TOPICS (widget));

  GTK_WIDGET_CLASS (tropea_help_topics_parent_class)->map (widget);
}

static void
tropea_help_topics_constructed (GObject *object)
{
  TropeaHelpTopics *self = TROPEA_HELP_TOPICS (object);

  G_OBJECT_CLASS (tropea_help_topics_parent_class)->constructed (object);

  adw_preferences_group_set_title (self->group, self->trouble ? _("Troubleshooting")
                                                              : _("How It Works"));
}

static void
tropea_help_topics_set_property (GObject      *object,
                                 guint         prop_id,
                                 const GValue *value,
                                 GParamSpec   *pspec)
{
  TropeaHelpTopics *self = TROPEA_HELP_TOPICS (object);

  switch ((TropeaHelpTopicsProperty) prop_id)
    {
    case PROP_TROUBLE:
      self->trouble = g_value_get_boolean (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
tropea_help_topics_finalize (GObject *object)
{
  TropeaHelpTopics *self = TROPEA_HELP_TOPICS (object);

  g_clear_pointer (&self->rows, g_hash_table_unref);

  G_OBJECT_CLASS (tropea_help_topics_parent_class)->finalize (object);
}

static void
tropea_help_topics_class_init (TropeaHelpTopicsClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->constructed = tropea_help_topics_constructed;
  object_class->set_property = tropea_help_topics_set_property;
  object_class->finalize = tropea_help_topics_finalize;
  GTK_WIDGET_CLASS (klass)->map = tropea_help_topics_map;

  /**
   * TropeaHelpTopics:trouble:
   *
   * What to do when something does not work, instead of how it works.
   */
  properties[PROP_TROUBLE] =
    g_param_spec_boolean ("trouble", NULL, NULL, FALSE,
                          G_PARAM_WRITABLE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);

  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);
}

static void
tropea_help_topics_init (TropeaHelpTopics *self)
{
  self->rows = g_hash_table_new (g_str_hash, g_str_equal);
  self->group = ADW_PREFERENCES_GROUP (adw_preferences_group_new ());
  adw_bin_set_child (ADW_BIN (self), GTK_WIDGET (self->group));
}

/**
 * tropea_help_topics_open:
 *
 * Returns: whether there is an answer called @anchor; it is open and has the focus then
 */
gboolean
tropea_help_topics_open (TropeaHelpTopics *self,
                         const char       *anchor)
{
  GtkWidget *row = NULL;

  g_return_val_if_fail (TROPEA_IS_HELP_TOPICS (self), FALSE);
  g_return_val_if_fail (anchor != NULL, FALSE);

  add_topics (self);
  row = g_hash_table_lookup (self->rows, anchor);
  if (row == NULL)
    return FALSE;

  adw_expander_row_set_expanded (ADW_EXPANDER_ROW (row), TRUE);
  gtk_widget_child_focus (row, GTK_DIR_TAB_FORWARD);

  return TRUE;
}
