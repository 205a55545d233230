/* tropea-launch-options.c: what the window's command line says about the host
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-launch-options"

#include "config.h"

#include "app/tropea-launch-options.h"

#include <glib/gi18n.h>

/* The same names as tropeactl's. They are about the host, so they count where it is opened:
 * in the first Tropea of a session, not in a second call that only raises the window.
 */

static const GOptionEntry entries[] = {
  { "version", 0, 0, G_OPTION_ARG_NONE, NULL, N_("Print the version and exit"), NULL },
  { "start", 0, 0, G_OPTION_ARG_NONE, NULL, N_("Start tor at once"), NULL },
  { "simulate", 0, 0, G_OPTION_ARG_NONE, NULL, N_("Make up activity instead of running tor"),
    NULL },
  { "hidden", 0, 0, G_OPTION_ARG_NONE, NULL, N_("Do not show the window yet"), NULL },
  { "data-dir", 0, 0, G_OPTION_ARG_FILENAME, NULL, N_("Keep everything in this folder"),
    N_("DIR") },
  { "ledger", 0, 0, G_OPTION_ARG_STRING, NULL, N_("Send sessions to this ledger"), N_("URL") },
  { "key-file", 0, 0, G_OPTION_ARG_FILENAME, NULL, N_("Keep the key here, not in the keyring"),
    N_("FILE") },
  { "torrc-append", 0, 0, G_OPTION_ARG_FILENAME, NULL, N_("Put these lines behind our torrc"),
    N_("FILE") },
  { "min-bytes", 0, 0, G_OPTION_ARG_INT64, NULL, N_("A session has at least this many bytes"),
    N_("N") },
  { "min-seconds", 0, 0, G_OPTION_ARG_INT64, NULL, N_("A session is at least this long"),
    N_("N") },
  { "max-seconds", 0, 0, G_OPTION_ARG_INT64, NULL, N_("A session this long is complete"),
    N_("N") },
  { NULL }
};

/* Not about the host: it can be asked for at any time. */
static gboolean
is_for_any_time (const char *name)
{
  return g_str_equal (name, "version") || g_str_equal (name, "start") ||
         g_str_equal (name, "simulate") || g_str_equal (name, "hidden");
}

static char *
read_path (GVariantDict *dict,
           const char   *name,
           const char   *working_dir)
{
  g_autofree char *path = NULL;

  if (!g_variant_dict_lookup (dict, name, "^ay", &path))
    return NULL;

  return g_canonicalize_filename (path, working_dir);
}

/**
 * tropea_launch_options_add:
 *
 * Let @application's command line have these options.
 */
void
tropea_launch_options_add (GApplication *application)
{
  g_return_if_fail (G_IS_APPLICATION (application));

  g_application_add_main_option_entries (application, entries);
}

/**
 * tropea_launch_options_any:
 *
 * Returns: whether @dict says anything about the host
 */
gboolean
tropea_launch_options_any (GVariantDict *dict)
{
  g_return_val_if_fail (dict != NULL, FALSE);

  for (const GOptionEntry *entry = entries; entry->long_name != NULL; entry++)
    if (!is_for_any_time (entry->long_name) && g_variant_dict_contains (dict, entry->long_name))
      return TRUE;

  return FALSE;
}

/**
 * tropea_launch_options_get_action:
 *
 * Returns: (nullable): the action of the application to do once the host is open
 */
const char *
tropea_launch_options_get_action (GVariantDict *dict)
{
  g_return_val_if_fail (dict != NULL, NULL);

  if (g_variant_dict_contains (dict, "simulate"))
    return "simulate";
  if (g_variant_dict_contains (dict, "start"))
    return "start";

  return NULL;
}

/**
 * tropea_launch_options_read:
 * @settings: (nullable): what counts where @dict says nothing
 * @working_dir: where relative paths start
 *
 * Returns: (transfer full): the options to open a host with, or NULL: thresholds that cannot
 *   be, with the error of tropea_thresholds_check ()
 */
TropeaHostOptions *
tropea_launch_options_read (GVariantDict    *dict,
                            TropeaSettings  *settings,
                            const char      *working_dir,
                            GError         **error)
{
  g_autoptr(TropeaHostOptions) options = NULL;

  g_return_val_if_fail (dict != NULL, NULL);

  options = tropea_host_options_new ();
  if (settings != NULL)
    tropea_settings_fill_options (settings, options);
  options->data_dir = read_path (dict, "data-dir", working_dir);
  options->key_file = read_path (dict, "key-file", working_dir);
  options->torrc_append = read_path (dict, "torrc-append", working_dir);
  if (g_variant_dict_contains (dict, "ledger"))
    g_clear_pointer (&options->ledger_url, g_free);
  g_variant_dict_lookup (dict, "ledger", "s", &options->ledger_url);
  g_variant_dict_lookup (dict, "min-bytes", "x", &options->thresholds.min_bytes);
  g_variant_dict_lookup (dict, "min-seconds", "x", &options->thresholds.min_seconds);
  g_variant_dict_lookup (dict, "max-seconds", "x", &options->thresholds.max_seconds);

  if (!tropea_thresholds_check (&options->thresholds, error))
    return NULL;

  return g_steal_pointer (&options);
}
