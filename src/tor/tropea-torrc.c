/* tropea-torrc.c: the torrc that a configuration makes
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-torrc"

#include "config.h"

#include "tor/tropea-torrc.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "tor/tropea-control-line.h"
#include "tor/tropea-tor-backend.h"

/* Every value that comes from outside stands in a quoted string, in which nothing but
 * printable ASCII occurs, so no value can become an option. There is no %include: what tor
 * runs with is this text and the user's own lines behind it.
 */

/* A torrc with thousands of bridges has some 100 kB. */
#define LARGEST_APPEND_BYTES (1024 * 1024)

static gboolean
refuse (GError     **error,
        const char  *format,
        ...) G_GNUC_PRINTF (2, 3);

static gboolean
refuse (GError     **error,
        const char  *format,
        ...)
{
  va_list args;

  va_start (args, format);
  if (error != NULL)
    *error = g_error_new_valist (TROPEA_TOR_ERROR, TROPEA_TOR_ERROR_CONFIGURATION, format, args);
  va_end (args);

  return FALSE;
}

static gboolean
check_path (const char  *path,
            const char  *name,
            GError     **error)
{
  if (path == NULL || !g_path_is_absolute (path))
    return refuse (error, "tor's %s is not an absolute path: give it from / on", name);

  if (strpbrk (path, "\n\r") != NULL)
    return refuse (error, "tor's %s has a line break in its name: choose another folder", name);

  return TRUE;
}

static gboolean
check_port (int          port,
            int          lowest,
            const char  *name,
            GError     **error)
{
  if (port != TROPEA_TOR_PORT_AUTO && (port < lowest || port > 65535))
    return refuse (error, "The %s port %d is no port: choose one from 1 to 65535", name, port);

  return TRUE;
}

static gboolean
check (const TropeaTorConfig  *config,
       GError                **error)
{
  g_autofree char *control_socket = NULL;
  struct sockaddr_un address;

  if (!check_path (config->data_dir, "data directory", error)
      || !check_path (config->runtime_dir, "runtime directory", error)
      || !check_port (config->socks_port, 1, "SOCKS", error)
      || !check_port (config->control_port, 0, "control", error))
    return FALSE;

  if (config->socks_port == config->control_port && config->socks_port != TROPEA_TOR_PORT_AUTO)
    return refuse (error, "The SOCKS and the control port are both %d: set TOR_SOCKS_PORT or "
                   "TOR_CONTROL_PORT to another", config->socks_port);

  if (!tropea_tor_config_is_log_level (config->log_level))
    return refuse (error, "tor's log level must be err, warn, notice or info");

  control_socket = tropea_tor_config_dup_control_socket (config);
  if (strlen (control_socket) >= sizeof address.sun_path)
    {
      g_autofree char *most = g_strdup_printf ("%zu", sizeof address.sun_path - 1);

      tropea_tor_problem_set_error (error, TROPEA_TOR_PROBLEM_SOCKET_PATH, control_socket, most,
                                    NULL);
      return FALSE;
    }

  return TRUE;
}

static void
append_path (GString    *torrc,
             const char *option,
             const char *path)
{
  g_autofree char *quoted = tropea_control_line_quote (path);

  g_string_append_printf (torrc, "%s%s\n", option, quoted);
}

/* tor binds a port without an address to 127.0.0.1 only. */
static void
append_port (GString    *torrc,
             const char *option,
             int         port)
{
  if (port == TROPEA_TOR_PORT_AUTO)
    g_string_append_printf (torrc, "%s auto\n", option);
  else
    g_string_append_printf (torrc, "%s 127.0.0.1:%d\n", option, port);
}

/**
 * tropea_torrc_write:
 * @owner_pid: the process that tor ends with; tor looks every 15 s
 * @appendix: (nullable): the user's own lines, which go last as they are
 *
 * Pure. Returns: (transfer full): the torrc; %NULL with %TROPEA_TOR_ERROR_CONFIGURATION if
 *   @config holds what no torrc can say or no tor would accept
 */
char *
tropea_torrc_write (const TropeaTorConfig  *config,
                    gint64                  owner_pid,
                    const char             *appendix,
                    GError                **error)
{
  g_autoptr(GString) torrc = NULL;
  g_autofree char *control_socket = NULL;
  g_autofree char *cookie_file = NULL;

  g_return_val_if_fail (config != NULL, NULL);
  g_return_val_if_fail (owner_pid > 0, NULL);

  if (!check (config, error))
    return NULL;

  control_socket = tropea_tor_config_dup_control_socket (config);
  cookie_file = tropea_tor_config_dup_cookie_file (config);

  torrc = g_string_new ("# Made anew at each start; changes here are lost.\n");
  append_path (torrc, "DataDirectory ", config->data_dir);
  append_port (torrc, "SocksPort", config->socks_port);
  if (config->control_port != 0)
    append_port (torrc, "ControlPort", config->control_port);

  /* Not ControlSocket, which ends at the first space however it is quoted. */
  append_path (torrc, "ControlPort unix:", control_socket);
  g_string_append (torrc, "CookieAuthentication 1\n");
  append_path (torrc, "CookieAuthFile ", cookie_file);
  g_string_append_printf (torrc, "Log %s stdout\n", config->log_level);
  if (config->is_paused)
    g_string_append (torrc, "DisableNetwork 1\n");
  g_string_append_printf (torrc, "__OwningControllerProcess %" G_GINT64_FORMAT "\n", owner_pid);

  if (appendix != NULL)
    g_string_append_printf (torrc, "%s\n", appendix);

  return g_string_free (g_steal_pointer (&torrc), FALSE);
}

static char *
read_append (int          fd,
             gsize       *length,
             GError     **error,
             const char  *path)
{
  g_autofree char *text = g_malloc (LARGEST_APPEND_BYTES + 2);

  *length = 0;
  while (*length <= LARGEST_APPEND_BYTES)
    {
      gssize count = read (fd, text + *length, LARGEST_APPEND_BYTES + 1 - *length);

      if (count < 0 && errno == EINTR)
        continue;
      if (count < 0)
        {
          refuse (error, "The torrc lines in “%s” cannot be read (%s): check the file",
                  path, g_strerror (errno));
          return NULL;
        }
      if (count == 0)
        break;
      *length += count;
    }

  text[*length] = '\0';
  return g_steal_pointer (&text);
}

/* What we talk to tor by and know it by. Each stands above the user's lines and once only, so a
 * second one is never meant to add something. */
static const char * const reserved_options[] = {
  "CookieAuthentication", "CookieAuthFile", "DataDirectory", "RunAsDaemon",
  "__OwningControllerProcess",
};

/* tor takes a unique beginning of a name for the name; shorter ones are not unique. */
#define SHORTEST_ABBREVIATION 4

static gboolean
means_option (const char *name,
              const char *option)
{
  gsize length = strlen (name);

  return length >= SHORTEST_ABBREVIATION && g_ascii_strncasecmp (name, option, length) == 0;
}

/* More control ports are welcome; ours must stay. */
static gboolean
closes_control_port (const char *name,
                     gboolean    is_reset,
                     const char *value)
{
  return means_option (name, "ControlPort") &&
         (is_reset || (value[0] == '0' && strchr (" \t\r#", value[1]) != NULL));
}

static gboolean
check_append_line (const char  *line,
                   const char  *path,
                   GError     **error)
{
  g_autofree char *name = NULL;
  const char *value = NULL;
  gboolean is_reset = FALSE;

  line += strspn (line, " \t\r");
  is_reset = *line == '/';
  line += *line == '/' || *line == '+' ? 1 : 0;
  name = g_strndup (line, strcspn (line, " \t\r#"));
  value = line + strlen (name);
  value += strspn (value, " \t\r");

  for (gsize i = 0; i < G_N_ELEMENTS (reserved_options); i++)
    {
      if (means_option (name, reserved_options[i]))
        return refuse (error, "The torrc lines in “%s” set %s, which Tropea needs as it sets it: "
                       "take that line out", path, reserved_options[i]);
    }

  if (closes_control_port (name, is_reset, value))
    return refuse (error, "The torrc lines in “%s” switch off ControlPort, which Tropea needs: "
                   "take that line out", path);

  return TRUE;
}

static gboolean
check_append (const char  *text,
              const char  *path,
              GError     **error)
{
  g_auto(GStrv) lines = g_strsplit (text, "\n", -1);

  for (gsize i = 0; lines[i] != NULL; i++)
    {
      if (!check_append_line (lines[i], path, error))
        return FALSE;
    }

  return TRUE;
}

/**
 * tropea_torrc_load_append:
 *
 * Lines that would take tor out of our hands are refused by the option's name.
 *
 * Returns: (transfer full): the lines of the regular file @path; %NULL with
 *   %TROPEA_TOR_ERROR_CONFIGURATION and the file's name in the message
 */
char *
tropea_torrc_load_append (const char  *path,
                          GError     **error)
{
  g_autofree char *text = NULL;
  struct stat info;
  gsize length;
  int fd;

  g_return_val_if_fail (path != NULL, NULL);

  /* O_NONBLOCK: opening a pipe must not wait for its writer. */
  fd = open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (fd < 0)
    {
      refuse (error, "The torrc lines in “%s” cannot be read (%s): check the path",
              path, g_strerror (errno));
      return NULL;
    }

  if (fstat (fd, &info) != 0 || !S_ISREG (info.st_mode))
    refuse (error, "“%s” is not a file: give the path of a file with torrc lines", path);
  else
    text = read_append (fd, &length, error, path);
  close (fd);

  if (text == NULL)
    return NULL;

  if (length > LARGEST_APPEND_BYTES)
    {
      refuse (error, "“%s” is larger than %d bytes: it cannot be meant as torrc lines",
              path, LARGEST_APPEND_BYTES);
      return NULL;
    }
  if (memchr (text, '\0', length) != NULL)
    {
      refuse (error, "“%s” holds a NUL byte: it must be a text file with torrc lines", path);
      return NULL;
    }
  if (!check_append (text, path, error))
    return NULL;

  return g_steal_pointer (&text);
}

/* Whether @word stands in @text, and not as a part of a longer one. */
static gboolean
mentions (const char *text,
          const char *word)
{
  g_autofree char *escaped = g_regex_escape_string (word, -1);
  g_autofree char *pattern = g_strdup_printf ("(?<![[:alnum:]_])%s(?![[:alnum:]_])", escaped);

  return g_regex_match_simple (pattern, text, G_REGEX_CASELESS, 0);
}

/**
 * tropea_torrc_find_line:
 * @lines: the user's own
 * @message: why tor refuses them, which names an option or quotes a line
 *
 * Pure. Returns: the number of the line that is meant, from 1 on; 0 where none can be told
 */
guint
tropea_torrc_find_line (const char *lines,
                        const char *message)
{
  g_auto(GStrv) split = NULL;

  g_return_val_if_fail (lines != NULL && message != NULL, 0);

  split = g_strsplit (lines, "\n", -1);
  for (guint i = 0; split[i] != NULL; i++)
    {
      const char *name = split[i] + strspn (split[i], " \t\r+/");
      g_autofree char *option = g_strndup (name, strcspn (name, " \t\r#"));

      if (*option != '\0' && g_utf8_validate (option, -1, NULL) && mentions (message, option))
        return i + 1;
    }

  return 0;
}
