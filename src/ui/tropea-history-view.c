/* tropea-history-view.c: all sessions, to search, to filter and to take along
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-history-view"

#include "config.h"

#include "ui/tropea-history-view.h"

#include <glib/gi18n.h>
#include <string.h>

#include "host/tropea-host-history.h"
#include "ui/tropea-accessible.h"
#include "ui/tropea-dialogs.h"
#include "ui/tropea-history-row.h"
#include "ui/tropea-session-detail.h"
#include "ui/tropea-ui.h"

/* The list is the host's and reads what is looked at; here it gets rows, words for when there is
 * nothing, and the filter that is exported too: what is in the file is what is on the screen.
 *
 * GTK makes some 200 rows for a long list, and all of them in one go where it can. It is shown
 * fewer at first and some more in each frame, until there are that many and the whole list costs
 * no more.
 */

#define FIRST_ROWS 2
#define ROWS_PER_FRAME 8
/* More than GTK makes. */
#define MOST_ROWS 240
#define DESCRIBED_AT_ONCE 16

struct _TropeaHistoryView
{
  TropeaHostView        parent_instance;

  TropeaSessionHistory *history;      /* (owned) (nullable) */
  GtkSliceListModel    *shown;        /* (owned) (nullable): the part of it that has rows */
  guint                 grow_id;      /* of a tick callback */
  GQueue                undescribed;  /* of (owned) rows */
  guint                 describe_id;  /* of an idle source */
  GtkIconPaintable     *icons[TROPEA_HISTORY_ROW_N_ICONS];  /* (owned): kept loaded */

  GtkLabel             *count_label;
  GtkSearchBar         *search_bar;
  GtkSearchEntry       *search_entry;
  GtkDropDown          *state_drop_down;
  GtkDropDown          *kind_drop_down;
  GtkListView          *list_view;
  AdwStatusPage        *status_page;
  const char           *status_icon;  /* (unowned): static */
  GtkWidget            *clear_button;
};

G_DEFINE_FINAL_TYPE (TropeaHistoryView, tropea_history_view, TROPEA_TYPE_HOST_VIEW)

/* The row is drawn; what the keyboard comes to is what it is in. */
static void
describe (TropeaHistoryRow *row)
{
  GtkWidget *parent = gtk_widget_get_parent (GTK_WIDGET (row));
  g_autofree char *name = NULL;
  g_autofree char *description = NULL;

  if (tropea_history_row_describe (row, &name, &description) && parent != NULL)
    gtk_accessible_update_property (GTK_ACCESSIBLE (parent),
                                    GTK_ACCESSIBLE_PROPERTY_LABEL, name,
                                    GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, description, -1);
}

static gboolean
describe_cb (gpointer user_data)
{
  TropeaHistoryView *self = user_data;

  for (guint i = 0; i < DESCRIBED_AT_ONCE && !g_queue_is_empty (&self->undescribed); i++)
    {
      g_autoptr(TropeaHistoryRow) row = g_queue_pop_head (&self->undescribed);

      describe (row);
    }

  if (!g_queue_is_empty (&self->undescribed))
    return G_SOURCE_CONTINUE;

  self->describe_id = 0;
  return G_SOURCE_REMOVE;
}

static void
row_changed_cb (TropeaHistoryView *self,
                GtkWidget         *row)
{
  g_queue_push_tail (&self->undescribed, g_object_ref (row));
  if (self->describe_id == 0)
    self->describe_id = g_idle_add_full (G_PRIORITY_LOW, describe_cb, self, NULL);
}

static void
setup_cb (TropeaHistoryView *self,
          GtkListItem       *list_item)
{
  GtkWidget *row = tropea_history_row_new ();

  g_signal_connect_object (row, "changed", G_CALLBACK (row_changed_cb), self, G_CONNECT_SWAPPED);
  gtk_list_item_set_child (list_item, row);
}

static void
bind_cb (GtkSignalListItemFactory *factory,
         GtkListItem              *list_item)
{
  tropea_history_row_set_item (TROPEA_HISTORY_ROW (gtk_list_item_get_child (list_item)),
                               gtk_list_item_get_item (list_item));
}

static void
unbind_cb (GtkSignalListItemFactory *factory,
           GtkListItem              *list_item)
{
  tropea_history_row_set_item (TROPEA_HISTORY_ROW (gtk_list_item_get_child (list_item)), NULL);
}

static void
activate_cb (TropeaHistoryView *self,
             guint              position)
{
  g_autoptr(TropeaHistoryItem) item =
    g_list_model_get_item (G_LIST_MODEL (self->history), position);
  GtkWidget *window = NULL;

  /* Not read yet: the row is still empty. */
  if (item == NULL || tropea_history_item_get_session (item) == NULL)
    return;

  window = tropea_session_detail_new (item);
  gtk_window_set_transient_for (GTK_WINDOW (window),
                                GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self))));
  gtk_window_present (GTK_WINDOW (window));
}

static void
show_count (TropeaHistoryView *self)
{
  guint count = g_list_model_get_n_items (G_LIST_MODEL (self->history));
  g_autofree char *number = g_strdup_printf ("%u", count);
  g_autofree char *text = NULL;

  /* Translators: %s is a number. */
  text = g_strdup_printf (ngettext ("%s session", "%s sessions", count), number);
  gtk_label_set_label (self->count_label, text);
}

/* A picture of this size is made ready also where nobody sees it, and is much work. */
static void
show_icon (TropeaHistoryView *self)
{
  g_autoptr(TropeaHost) live_host = NULL;

  g_object_get (self, "live-host", &live_host, NULL);
  adw_status_page_set_icon_name (self->status_page,
                                 live_host != NULL ? self->status_icon : NULL);
}

static void
show_phase (TropeaHistoryView *self)
{
  TropeaHistoryPhase phase = tropea_session_history_get_phase (self->history);
  g_autofree char *error = NULL;
  g_autofree char *escaped = NULL;

  gtk_widget_set_visible (GTK_WIDGET (self->status_page),
                          phase != TROPEA_HISTORY_PHASE_LIST &&
                          phase != TROPEA_HISTORY_PHASE_LOADING);
  gtk_widget_set_visible (self->clear_button, phase == TROPEA_HISTORY_PHASE_NO_MATCH);
  switch (phase)
    {
    case TROPEA_HISTORY_PHASE_NO_MATCH:
      adw_status_page_set_title (self->status_page, _("Nothing matches"));
      adw_status_page_set_description (self->status_page, _("No session is like that."));
      self->status_icon = "system-search-symbolic";
      break;

    case TROPEA_HISTORY_PHASE_FAILED:
      g_object_get (self->history, "error", &error, NULL);
      escaped = g_markup_escape_text (error, -1);
      adw_status_page_set_title (self->status_page, _("The sessions cannot be read"));
      adw_status_page_set_description (self->status_page, escaped);
      self->status_icon = "tropea-refused-symbolic";
      break;

    case TROPEA_HISTORY_PHASE_EMPTY:
    case TROPEA_HISTORY_PHASE_LOADING:
    case TROPEA_HISTORY_PHASE_LIST:
    default:
      adw_status_page_set_title (self->status_page, _("No sessions yet"));
      adw_status_page_set_description (self->status_page,
                                       _("Start Tor and use it; each session is listed here."));
      self->status_icon = "tropea-waiting-symbolic";
      break;
    }
  show_icon (self);
}

/* Frames come only while the list is on the screen. */
static gboolean
grow_cb (GtkWidget     *widget,
         GdkFrameClock *frame_clock,
         gpointer       user_data)
{
  TropeaHistoryView *self = TROPEA_HISTORY_VIEW (widget);
  guint size = gtk_slice_list_model_get_size (self->shown);

  if (size < MOST_ROWS)
    {
      gtk_slice_list_model_set_size (self->shown, size + MIN (size, ROWS_PER_FRAME));
      return G_SOURCE_CONTINUE;
    }

  gtk_slice_list_model_set_size (self->shown, G_MAXUINT);
  self->grow_id = 0;
  return G_SOURCE_REMOVE;
}

/* As long as nothing is found no frame is asked for. */
static void
grow (TropeaHistoryView *self)
{
  if (self->grow_id == 0 && gtk_slice_list_model_get_size (self->shown) != G_MAXUINT &&
      g_list_model_get_n_items (G_LIST_MODEL (self->history)) > 0)
    self->grow_id = gtk_widget_add_tick_callback (GTK_WIDGET (self), grow_cb, NULL, NULL);
}

static void
forget_history (TropeaHistoryView *self)
{
  if (self->grow_id != 0)
    gtk_widget_remove_tick_callback (GTK_WIDGET (self), self->grow_id);
  self->grow_id = 0;
  if (self->history != NULL)
    g_signal_handlers_disconnect_by_data (self->history, self);
  g_clear_object (&self->shown);
  g_clear_object (&self->history);
}

static void
show_history (TropeaHistoryView *self)
{
  TropeaHost *host = tropea_host_view_get_host (TROPEA_HOST_VIEW (self));
  g_autoptr(GtkSelectionModel) selection = NULL;

  gtk_list_view_set_model (self->list_view, NULL);
  forget_history (self);
  if (host == NULL)
    return;

  self->history = tropea_host_new_history (host);
  g_signal_connect_swapped (self->history, "notify::phase", G_CALLBACK (show_phase), self);
  g_signal_connect_swapped (self->history, "notify::count", G_CALLBACK (show_count), self);
  self->shown = gtk_slice_list_model_new (g_object_ref (G_LIST_MODEL (self->history)), 0,
                                          FIRST_ROWS);
  g_signal_connect_swapped (self->history, "items-changed", G_CALLBACK (grow), self);
  grow (self);
  selection = GTK_SELECTION_MODEL (gtk_no_selection_new (g_object_ref (G_LIST_MODEL
                                                                       (self->shown))));
  gtk_list_view_set_model (self->list_view, selection);
  show_phase (self);
}

/* The first choice of both lists is “all”, the others are the states and kinds in order. */
static void
filter_changed_cb (TropeaHistoryView *self)
{
  g_autoptr(TropeaSessionFilter) filter = NULL;

  if (self->history == NULL)
    return;

  filter = tropea_session_filter_new ((int) gtk_drop_down_get_selected (self->state_drop_down) - 1,
                                      (int) gtk_drop_down_get_selected (self->kind_drop_down) - 1,
                                      gtk_editable_get_text (GTK_EDITABLE (self->search_entry)));
  tropea_session_history_set_filter (self->history, filter);
}

static void
clear_cb (TropeaHistoryView *self)
{
  tropea_history_view_search (self, "");
  tropea_history_view_filter (self, TROPEA_SESSION_FILTER_ANY, TROPEA_SESSION_FILTER_ANY);
  gtk_search_bar_set_search_mode (self->search_bar, FALSE);
}

static gboolean
search_shortcut_cb (GtkWidget *widget,
                    GVariant  *args,
                    gpointer   user_data)
{
  TropeaHistoryView *self = TROPEA_HISTORY_VIEW (widget);

  if (!gtk_widget_get_mapped (widget))
    return FALSE;

  gtk_search_bar_set_search_mode (self->search_bar, TRUE);
  gtk_widget_grab_focus (GTK_WIDGET (self->search_entry));
  return TRUE;
}

static void
exported_cb (GObject      *object,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autoptr(TropeaHistoryView) self = user_data;
  g_autoptr(GError) error = NULL;
  g_autofree char *text = NULL;
  g_autofree char *number = NULL;
  gint64 n_sessions = 0;

  if (tropea_host_export_finish (TROPEA_HOST (object), result, &n_sessions, &error))
    {
      number = g_strdup_printf ("%" G_GINT64_FORMAT, n_sessions);
      /* Translators: %s is a number. */
      text = g_strdup_printf (ngettext ("%s session was exported", "%s sessions were exported",
                                        (gulong) n_sessions), number);
    }
  else
    {
      text = g_strdup (error->message);
    }

  tropea_dialogs_toast (GTK_WIDGET (self), text);
}

typedef struct
{
  TropeaHistoryView  *view;    /* (owned) */
  TropeaExportFormat  format;
} Export;

static void
file_chosen_cb (const char *path,
                gpointer    user_data)
{
  g_autofree Export *export = user_data;
  g_autoptr(TropeaHistoryView) self = export->view;
  TropeaHost *host = tropea_host_view_get_host (TROPEA_HOST_VIEW (self));

  if (path == NULL || host == NULL || self->history == NULL)
    return;

  tropea_host_export_async (host, tropea_session_history_get_filter (self->history),
                            export->format, path, exported_cb, g_object_ref (self));
}

static void
export_activated (GtkWidget  *widget,
                  const char *action_name,
                  GVariant   *parameter)
{
  gboolean is_json = g_str_equal (g_variant_get_string (parameter, NULL), "json");
  g_autoptr(GDateTime) now = g_date_time_new_now_local ();
  g_autofree char *date = g_date_time_format (now, "%Y-%m-%d");
  g_autofree char *name = g_strdup_printf ("tropea-sessions-%s.%s", date, is_json ? "json" : "csv");
  Export *export = g_new0 (Export, 1);

  export->view = g_object_ref (TROPEA_HISTORY_VIEW (widget));
  export->format = is_json ? TROPEA_EXPORT_JSON : TROPEA_EXPORT_CSV;
  tropea_dialogs_choose_file (GTK_WINDOW (gtk_widget_get_root (widget)), _("Export Sessions"),
                              name, file_chosen_cb, export);
}

static void
tropea_history_view_dispose (GObject *object)
{
  TropeaHistoryView *self = TROPEA_HISTORY_VIEW (object);

  forget_history (self);
  g_clear_handle_id (&self->describe_id, g_source_remove);
  g_queue_clear_full (&self->undescribed, g_object_unref);
  for (guint i = 0; i < G_N_ELEMENTS (self->icons); i++)
    g_clear_object (&self->icons[i]);

  G_OBJECT_CLASS (tropea_history_view_parent_class)->dispose (object);
}

static void
tropea_history_view_class_init (TropeaHistoryViewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = tropea_history_view_dispose;

  gtk_widget_class_set_template_from_resource (widget_class,
                                               TROPEA_UI_RESOURCES "/tropea-history-view.ui");
  gtk_widget_class_bind_template_callback (widget_class, filter_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, activate_cb);
  gtk_widget_class_bind_template_callback (widget_class, clear_cb);
  gtk_widget_class_bind_template_child (widget_class, TropeaHistoryView, count_label);
  gtk_widget_class_bind_template_child (widget_class, TropeaHistoryView, search_bar);
  gtk_widget_class_bind_template_child (widget_class, TropeaHistoryView, search_entry);
  gtk_widget_class_bind_template_child (widget_class, TropeaHistoryView, state_drop_down);
  gtk_widget_class_bind_template_child (widget_class, TropeaHistoryView, kind_drop_down);
  gtk_widget_class_bind_template_child (widget_class, TropeaHistoryView, list_view);
  gtk_widget_class_bind_template_child (widget_class, TropeaHistoryView, status_page);
  gtk_widget_class_bind_template_child (widget_class, TropeaHistoryView, clear_button);
  gtk_widget_class_install_action (widget_class, "history.export", "s", export_activated);
}

static void
add_search_shortcut (TropeaHistoryView *self)
{
  GtkEventController *controller = gtk_shortcut_controller_new ();

  gtk_shortcut_controller_set_scope (GTK_SHORTCUT_CONTROLLER (controller),
                                     GTK_SHORTCUT_SCOPE_GLOBAL);
  gtk_shortcut_controller_add_shortcut (
    GTK_SHORTCUT_CONTROLLER (controller),
    gtk_shortcut_new (gtk_shortcut_trigger_parse_string ("<Control>f"),
                      gtk_callback_action_new (search_shortcut_cb, NULL, NULL)));
  gtk_widget_add_controller (GTK_WIDGET (self), controller);
}

static void
tropea_history_view_init (TropeaHistoryView *self)
{
  g_autoptr(GtkListItemFactory) factory = gtk_signal_list_item_factory_new ();

  gtk_widget_init_template (GTK_WIDGET (self));
  tropea_accessible_name_buttons (GTK_WIDGET (self));
  g_signal_connect (self, "notify::live-host", G_CALLBACK (show_icon), NULL);
  g_signal_connect_object (factory, "setup", G_CALLBACK (setup_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect (factory, "bind", G_CALLBACK (bind_cb), NULL);
  g_signal_connect (factory, "unbind", G_CALLBACK (unbind_cb), NULL);
  gtk_list_view_set_factory (self->list_view, factory);
  gtk_search_bar_connect_entry (self->search_bar, GTK_EDITABLE (self->search_entry));
  add_search_shortcut (self);
  tropea_history_row_load_icons (GTK_WIDGET (self), self->icons);
  g_signal_connect (self, "notify::host", G_CALLBACK (show_history), NULL);
}

/**
 * tropea_history_view_search:
 * @text: as it would be typed
 */
void
tropea_history_view_search (TropeaHistoryView *self,
                            const char        *text)
{
  g_return_if_fail (TROPEA_IS_HISTORY_VIEW (self));

  gtk_search_bar_set_search_mode (self->search_bar, *text != '\0');
  gtk_editable_set_text (GTK_EDITABLE (self->search_entry), text);
  filter_changed_cb (self);
}

/**
 * tropea_history_view_filter:
 * @state: a TropeaSessionState, or TROPEA_SESSION_FILTER_ANY
 * @kind: a TropeaSessionKind, or TROPEA_SESSION_FILTER_ANY
 */
void
tropea_history_view_filter (TropeaHistoryView *self,
                            int                state,
                            int                kind)
{
  g_return_if_fail (TROPEA_IS_HISTORY_VIEW (self));

  gtk_drop_down_set_selected (self->state_drop_down, (guint) (state + 1));
  gtk_drop_down_set_selected (self->kind_drop_down, (guint) (kind + 1));
}
