/* tropea-autostart-file.c: the file that lets a desktop start Tropea at login
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-autostart-file"

#include "config.h"

#include "app/tropea-autostart-file.h"

#include <gio/gdesktopappinfo.h>
#include <glib/gstdio.h>

/* The file is the user's: people and other programs write it too, so it is read as a desktop
 * reads it (Desktop Application Autostart Specification 0.5, and GNOME's key), and read again
 * when it changes. One in the user's folder stands before one of the system. What others wrote
 * into it stays, as long as it can be switched on and off without.
 */

#define FILE_NAME TROPEA_APPLICATION_ID ".desktop"
#define GROUP G_KEY_FILE_DESKTOP_GROUP
#define GNOME_KEY "X-GNOME-Autostart-enabled"
#define PLAIN "+-./0123456789@ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz"

struct _TropeaAutostartFile
{
  GObject        parent_instance;

  char          *folder;       /* (owned) */
  char          *path;         /* (owned) */
  char         **system_dirs;  /* (owned) */
  char          *program;      /* (owned) */
  GFileMonitor  *monitor;      /* (owned) (nullable): NULL where there is no folder */
  gboolean       is_on;
};

typedef enum
{
  PROP_IS_ON = 1,
} TropeaAutostartFileProperty;

G_DEFINE_FINAL_TYPE (TropeaAutostartFile, tropea_autostart_file, G_TYPE_OBJECT)

static GParamSpec *properties[PROP_IS_ON + 1];

static GKeyFile *
load (const char *path)
{
  g_autoptr(GKeyFile) file = g_key_file_new ();

  if (!g_key_file_load_from_file (file, path, G_KEY_FILE_KEEP_COMMENTS |
                                              G_KEY_FILE_KEEP_TRANSLATIONS, NULL))
    return NULL;

  return g_steal_pointer (&file);
}

/* With a program that is there, for this desktop, and not switched off. */
static gboolean
starts (GKeyFile *file)
{
  g_autoptr(GDesktopAppInfo) info = g_desktop_app_info_new_from_keyfile (file);

  if (info == NULL || g_app_info_get_commandline (G_APP_INFO (info)) == NULL ||
      g_desktop_app_info_get_is_hidden (info) || !g_desktop_app_info_get_show_in (info, NULL))
    return FALSE;

  return !g_key_file_has_key (file, GROUP, GNOME_KEY, NULL) ||
         g_key_file_get_boolean (file, GROUP, GNOME_KEY, NULL);
}

/* A broken file of the user's starts nothing, and hides the system's all the same. */
static gboolean
read_is_on (TropeaAutostartFile *self)
{
  g_autoptr(GKeyFile) file = NULL;

  if (g_file_test (self->path, G_FILE_TEST_EXISTS))
    {
      file = load (self->path);
      return file != NULL && starts (file);
    }

  for (char **dir = self->system_dirs; *dir != NULL; dir++)
    {
      g_autofree char *path = g_build_filename (*dir, "autostart", FILE_NAME, NULL);
      g_autoptr(GKeyFile) system_file = load (path);

      if (system_file != NULL)
        return starts (system_file);
    }

  return FALSE;
}

static void
update (TropeaAutostartFile *self)
{
  gboolean is_on = read_is_on (self);

  if (self->is_on == is_on)
    return;

  self->is_on = is_on;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_IS_ON]);
}

static void
monitor_folder (TropeaAutostartFile *self)
{
  g_autoptr(GFile) folder = g_file_new_for_path (self->folder);

  if (self->monitor != NULL || !g_file_test (self->folder, G_FILE_TEST_IS_DIR))
    return;

  self->monitor = g_file_monitor_directory (folder, G_FILE_MONITOR_WATCH_MOVES, NULL, NULL);
  if (self->monitor != NULL)
    g_signal_connect_object (self->monitor, "changed", G_CALLBACK (update), self,
                             G_CONNECT_SWAPPED);
}

/* As the Desktop Entry Specification quotes an argument. */
static char *
quote (const char *argument)
{
  GString *quoted = NULL;

  if (strspn (argument, PLAIN) == strlen (argument))
    return g_strdup (argument);

  quoted = g_string_new ("\"");
  for (const char *c = argument; *c != '\0'; c++)
    {
      if (strchr ("\"`$\\", *c) != NULL)
        g_string_append_c (quoted, '\\');
      if (*c == '%')
        g_string_append_c (quoted, '%');
      g_string_append_c (quoted, *c);
    }
  g_string_append_c (quoted, '"');

  return g_string_free (quoted, FALSE);
}

static GKeyFile *
make_file (TropeaAutostartFile *self)
{
  GKeyFile *file = g_key_file_new ();
  g_autofree char *quoted = quote (self->program);
  g_autofree char *exec = g_strconcat (quoted, " --hidden", NULL);

  g_key_file_set_string (file, GROUP, G_KEY_FILE_DESKTOP_KEY_TYPE, "Application");
  g_key_file_set_string (file, GROUP, G_KEY_FILE_DESKTOP_KEY_NAME, "Tropea");
  g_key_file_set_string (file, GROUP, G_KEY_FILE_DESKTOP_KEY_ICON, TROPEA_APPLICATION_ID);
  /* When Tropea is removed, the file stays and starts nothing. */
  g_key_file_set_string (file, GROUP, G_KEY_FILE_DESKTOP_KEY_TRY_EXEC, self->program);
  g_key_file_set_string (file, GROUP, G_KEY_FILE_DESKTOP_KEY_EXEC, exec);
  g_key_file_set_boolean (file, GROUP, G_KEY_FILE_DESKTOP_KEY_TERMINAL, FALSE);
  g_key_file_set_boolean (file, GROUP, G_KEY_FILE_DESKTOP_KEY_STARTUP_NOTIFY, FALSE);
  g_key_file_set_boolean (file, GROUP, GNOME_KEY, TRUE);

  return file;
}

static gboolean
write_file (TropeaAutostartFile  *self,
            GKeyFile             *file,
            GError              **error)
{
  if (g_mkdir_with_parents (self->folder, 0700) != 0)
    {
      int code = errno;

      g_set_error (error, G_IO_ERROR, g_io_error_from_errno (code),
                   "Could not make the folder %s: %s", self->folder, g_strerror (code));
      return FALSE;
    }

  if (!g_key_file_save_to_file (file, self->path, error))
    {
      g_prefix_error (error, "Could not write the autostart file: ");
      return FALSE;
    }

  return TRUE;
}

/* What others wrote into it stays where it starts Tropea all the same. */
static gboolean
switch_on (TropeaAutostartFile  *self,
           GError              **error)
{
  g_autoptr(GKeyFile) file = load (self->path);

  if (file != NULL)
    {
      g_key_file_remove_key (file, GROUP, G_KEY_FILE_DESKTOP_KEY_HIDDEN, NULL);
      g_key_file_set_boolean (file, GROUP, GNOME_KEY, TRUE);
      if (!starts (file))
        g_clear_pointer (&file, g_key_file_unref);
    }
  if (file == NULL)
    file = make_file (self);

  return write_file (self, file, error);
}

/* Ours goes. One with something else in it, or before one of the system, says that it is off. */
static gboolean
switch_off (TropeaAutostartFile  *self,
            GError              **error)
{
  g_autoptr(GKeyFile) file = load (self->path);
  g_autoptr(GKeyFile) ours = make_file (self);
  g_autofree char *text = file != NULL ? g_key_file_to_data (file, NULL, NULL) : NULL;
  g_autofree char *our_text = g_key_file_to_data (ours, NULL, NULL);

  if (file == NULL || g_strcmp0 (text, our_text) == 0)
    {
      if (g_unlink (self->path) != 0 && errno != ENOENT)
        {
          int code = errno;

          g_set_error (error, G_IO_ERROR, g_io_error_from_errno (code),
                       "Could not remove the autostart file: %s", g_strerror (code));
          return FALSE;
        }
      if (!read_is_on (self))
        return TRUE;
    }

  if (file == NULL)
    file = g_steal_pointer (&ours);
  g_key_file_set_boolean (file, GROUP, G_KEY_FILE_DESKTOP_KEY_HIDDEN, TRUE);

  return write_file (self, file, error);
}

static void
tropea_autostart_file_get_property (GObject    *object,
                                    guint       prop_id,
                                    GValue     *value,
                                    GParamSpec *pspec)
{
  TropeaAutostartFile *self = TROPEA_AUTOSTART_FILE (object);

  switch ((TropeaAutostartFileProperty) prop_id)
    {
    case PROP_IS_ON:
      g_value_set_boolean (value, self->is_on);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
tropea_autostart_file_finalize (GObject *object)
{
  TropeaAutostartFile *self = TROPEA_AUTOSTART_FILE (object);

  if (self->monitor != NULL)
    g_file_monitor_cancel (self->monitor);
  g_clear_object (&self->monitor);
  g_clear_pointer (&self->program, g_free);
  g_clear_pointer (&self->system_dirs, g_strfreev);
  g_clear_pointer (&self->path, g_free);
  g_clear_pointer (&self->folder, g_free);

  G_OBJECT_CLASS (tropea_autostart_file_parent_class)->finalize (object);
}

static void
tropea_autostart_file_class_init (TropeaAutostartFileClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = tropea_autostart_file_get_property;
  object_class->finalize = tropea_autostart_file_finalize;

  /**
   * TropeaAutostartFile:is-on:
   *
   * A desktop that reads the file now starts Tropea.
   */
  properties[PROP_IS_ON] =
    g_param_spec_boolean ("is-on", NULL, NULL, FALSE, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);

  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);
}

static void
tropea_autostart_file_init (TropeaAutostartFile *self)
{
}

/**
 * tropea_autostart_file_new:
 * @config_dir: the user's, such as ~/.config
 * @system_dirs: the system's, the most important first, such as /etc/xdg
 * @program: what is started, with the option “--hidden”
 */
TropeaAutostartFile *
tropea_autostart_file_new (const char         *config_dir,
                           const char * const *system_dirs,
                           const char         *program)
{
  TropeaAutostartFile *self = NULL;

  g_return_val_if_fail (config_dir != NULL, NULL);
  g_return_val_if_fail (system_dirs != NULL, NULL);
  g_return_val_if_fail (program != NULL, NULL);

  self = g_object_new (TROPEA_TYPE_AUTOSTART_FILE, NULL);
  self->folder = g_build_filename (config_dir, "autostart", NULL);
  self->path = g_build_filename (self->folder, FILE_NAME, NULL);
  self->system_dirs = g_strdupv ((char **) system_dirs);
  self->program = g_strdup (program);
  monitor_folder (self);
  update (self);

  return self;
}

gboolean
tropea_autostart_file_get_is_on (TropeaAutostartFile *self)
{
  g_return_val_if_fail (TROPEA_IS_AUTOSTART_FILE (self), FALSE);

  return self->is_on;
}

/**
 * tropea_autostart_file_set_is_on:
 *
 * Write the file, change it or remove it. "is-on" tells what came of it, in any case.
 */
gboolean
tropea_autostart_file_set_is_on (TropeaAutostartFile  *self,
                                 gboolean              is_on,
                                 GError              **error)
{
  gboolean done;

  g_return_val_if_fail (TROPEA_IS_AUTOSTART_FILE (self), FALSE);

  done = is_on ? switch_on (self, error) : switch_off (self, error);
  monitor_folder (self);
  update (self);

  return done;
}

void
tropea_autostart_file_watch (TropeaAutostartFile *self)
{
  g_return_if_fail (TROPEA_IS_AUTOSTART_FILE (self));

  if (self->monitor == NULL && g_mkdir_with_parents (self->folder, 0700) == 0)
    monitor_folder (self);
  update (self);
}

/* Returns: (transfer full): */
char *
tropea_autostart_file_find_program (void)
{
  g_autofree char *name = g_find_program_in_path ("tropea");
  g_autofree char *path = g_file_read_link ("/proc/self/exe", NULL);
  GStatBuf named;
  GStatBuf running;

  if (path == NULL || g_stat (path, &running) != 0)
    return g_strdup ("tropea");
  if (name != NULL && g_stat (name, &named) == 0 && named.st_ino == running.st_ino &&
      named.st_dev == running.st_dev)
    return g_strdup ("tropea");

  return g_steal_pointer (&path);
}
