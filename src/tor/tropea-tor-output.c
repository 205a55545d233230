/* tropea-tor-output.c: what tor printed last, and what it means that it ended
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-tor-output"

#include "config.h"

#include "tor/tropea-tor-output.h"

#include <string.h>

#include "tor/tropea-distribution.h"
#include "tor/tropea-tor-backend.h"
#include "tor/tropea-tor-check.h"
#include "tor/tropea-tor-scrub.h"
#include "tor/tropea-torrc.h"

/* tor says on its standard output why it does not start, in words that have been the same for
 * years; nothing but the cause of an end is taken from there. The state of a running tor comes
 * from the control port. Who has a port, a directory or a wrong line is looked up then.
 *
 * Why a running tor ended, an error says ([err] is fatal in tor), or a warning that came right
 * before. A warning of a minute ago, about what some program asked for, has nothing to do with
 * it. There is no clock here: whoever watches tor says that time passes.
 */

/* A stack trace, which tor prints when it crashes, has some 20 lines. */
#define MOST_LINES 100

/* The longest telling lines have some 300 bytes; a torrc line may be quoted in one. */
#define LONGEST_LINE_BYTES 1000

#define CONFIG_PREFIX "Failed to parse/validate config: "

/* A warning is of the end if no more ticks, which are seconds, have passed since. */
#define RECENT_TICKS 2

#define MOST_LAST_WORDS 3

/* The last words of a tor that the network has left behind. */
#define TOO_OLD_WORDS "protocol listed as required in the consensus is not supported"

typedef struct
{
  guint tick;
  char  text[];  /* valid UTF-8 */
} Line;

struct _TropeaTorOutput
{
  GQueue        lines;  /* (owned), of Line */
  GString      *line;   /* (owned): begun */
  guint         tick;
  TropeaTorLog *log;    /* (owned) (nullable): gets every line */
};

/* Printed by every tor, or beside the cause. */
static const char * const untelling[] = {
  "Reading config failed--see warnings above.",
  "You are running Tor as root.",
  "You have used DirAuthority or AlternateDirAuthority",
  "TestingTorNetwork is set.",
  "SafeLogging",
  "Fixing permissions on directory",
  "Bug: ",
  "tor_bug_occurred_(): Bug: ",
  "No, it's still there.  Exiting.",
};

typedef enum
{
  CAUSE_PORT_TAKEN,
  CAUSE_PORT_FORBIDDEN,
  CAUSE_LOCKED,
  CAUSE_DATA_DIRECTORY,
  CAUSE_CONFIGURATION,
} Cause;

/* The cause comes before what follows from it; of the lines, the newest counts. */
static const struct
{
  const char *prefix;
  const char *part;
  Cause       cause;
} causes[] = {
  { "Could not bind to ", "Address already in use", CAUSE_PORT_TAKEN },
  { "Could not bind to ", "Permission denied", CAUSE_PORT_FORBIDDEN },
  { "It looks like another Tor process is running with the same data directory", "",
    CAUSE_LOCKED },
  { "Directory ", " cannot be read", CAUSE_DATA_DIRECTORY },
  { "Error creating directory ", "", CAUSE_DATA_DIRECTORY },
  { "Error writing ", "", CAUSE_DATA_DIRECTORY },
  { "Couldn't open \"", "for writing", CAUSE_DATA_DIRECTORY },
  { CONFIG_PREFIX, "private data directory", CAUSE_DATA_DIRECTORY },
  { CONFIG_PREFIX, "", CAUSE_CONFIGURATION },
  { "Unable to open configuration file", "", CAUSE_CONFIGURATION },
};

TropeaTorOutput *
tropea_tor_output_new (void)
{
  TropeaTorOutput *self = g_new0 (TropeaTorOutput, 1);

  g_queue_init (&self->lines);
  self->line = g_string_new (NULL);

  return self;
}

void
tropea_tor_output_free (TropeaTorOutput *self)
{
  if (self == NULL)
    return;

  g_queue_clear_full (&self->lines, g_free);
  g_clear_object (&self->log);
  g_string_free (self->line, TRUE);
  g_free (self);
}

static void
end_line (TropeaTorOutput *self)
{
  g_autofree char *text = g_utf8_make_valid (self->line->str, (gssize) self->line->len);
  gsize size = strlen (text) + 1;
  Line *line = g_malloc (sizeof *line + size);

  line->tick = self->tick;
  memcpy (line->text, text, size);
  g_queue_push_tail (&self->lines, line);
  if (self->log != NULL)
    tropea_tor_log_append (self->log, text);
  g_string_truncate (self->line, 0);
  if (self->lines.length > MOST_LINES)
    g_free (g_queue_pop_head (&self->lines));
}

/* @log: is given each line from now on */
void
tropea_tor_output_set_log (TropeaTorOutput *self,
                           TropeaTorLog    *log)
{
  g_set_object (&self->log, log);
}

/* Take what tor printed, in any chunks; keep the last lines of it. */
void
tropea_tor_output_push (TropeaTorOutput *self,
                        const char      *bytes,
                        gsize            length_bytes)
{
  for (gsize i = 0; i < length_bytes; i++)
    {
      if (bytes[i] == '\n')
        end_line (self);
      else if (bytes[i] != '\0' && self->line->len < LONGEST_LINE_BYTES)
        g_string_append_c (self->line, bytes[i]);
    }
}

/**
 * tropea_tor_output_tick:
 *
 * A second has passed, and tor is well.
 */
void
tropea_tor_output_tick (TropeaTorOutput *self)
{
  self->tick++;
}

/* What "Nov 22 11:15:38.159 [warn] text" says, or NULL if it does not tell anything. */
static const char *
get_telling_text (const Line *line)
{
  const char *text = strstr (line->text, "[warn] ");

  if (text != NULL)
    text += strlen ("[warn] ");
  else if ((text = strstr (line->text, "[err] ")) != NULL)
    text += strlen ("[err] ");
  else
    return NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (untelling); i++)
    if (g_str_has_prefix (text, untelling[i]))
      return NULL;

  return text;
}

/* Of a tor that ended while it ran. "Tor 0.4.9.11 died: Caught signal 11" has no level. */
static const char *
get_last_word (TropeaTorOutput *self,
               const Line      *line)
{
  if (strstr (line->text, " died: Caught signal ") != NULL)
    return line->text;
  if (strstr (line->text, "[err] ") != NULL || self->tick - line->tick <= RECENT_TICKS)
    return get_telling_text (line);

  return NULL;
}

/**
 * tropea_tor_output_dup_last_words:
 *
 * Returns: (nullable) (transfer full): the last errors and warnings that may have to do with
 *   the end of a tor that ran, a few at most, without addresses and names of hosts
 */
char *
tropea_tor_output_dup_last_words (TropeaTorOutput *self)
{
  g_autofree char *words = NULL;
  guint n_words = 0;

  for (GList *link = self->lines.tail; link != NULL && n_words < MOST_LAST_WORDS;
       link = link->prev)
    {
      const char *text = get_last_word (self, link->data);
      g_autofree char *word = text != NULL ? tropea_tor_scrub (text) : NULL;
      g_autofree char *behind = NULL;

      if (word == NULL || (words != NULL && strstr (words, word) != NULL))
        continue;

      behind = g_steal_pointer (&words);
      words = g_strconcat (word, behind != NULL ? " – " : NULL, behind, NULL);
      n_words++;
    }

  return g_steal_pointer (&words);
}

/* tor names the option in one line and, for some, what is wrong with it in the one before. */
static char *
describe_refusal (const GList *link,
                  const char  *text)
{
  const char *before = NULL;

  if (g_str_has_prefix (text, CONFIG_PREFIX))
    text += strlen (CONFIG_PREFIX);
  for (link = link->prev; link != NULL && before == NULL; link = link->prev)
    before = get_telling_text (link->data);

  return before != NULL ? g_strdup_printf ("%s; %s", before, text) : g_strdup (text);
}

/* @text is "Could not bind to ADDRESS:PORT: …". */
static GError *
explain_port (const char            *text,
              const TropeaTorConfig *config,
              gboolean               is_taken)
{
  g_autoptr(GRegex) regex = g_regex_new (":([0-9]+): ", 0, 0, NULL);
  g_autoptr(GMatchInfo) match = NULL;
  g_autofree char *number = NULL;

  if (!g_regex_match (regex, text, 0, &match))
    return g_error_new (TROPEA_TOR_ERROR, TROPEA_TOR_ERROR_PORT_IN_USE,
                        "tor cannot listen where it should: “%s”", text);

  number = g_match_info_fetch (match, 1);

  return tropea_tor_check_explain_port (config, (guint) g_ascii_strtoull (number, NULL, 10),
                                        is_taken);
}

/* The line of the user's own that it is about, where that can be told. */
static GError *
explain_configuration (const TropeaTorConfig *config,
                       const char            *refusal)
{
  g_autofree char *appendix = NULL;
  g_autofree char *number = NULL;
  guint line = 0;

  if (config->append_file != NULL)
    appendix = tropea_torrc_load_append (config->append_file, NULL);
  if (appendix != NULL)
    line = tropea_torrc_find_line (appendix, refusal);
  if (line != 0)
    {
      number = g_strdup_printf ("%u", line);
      return tropea_tor_problem_new_error (TROPEA_TOR_PROBLEM_TORRC_LINE, number,
                                           config->append_file, refusal, NULL);
    }

  return g_error_new (TROPEA_TOR_ERROR, TROPEA_TOR_ERROR_CONFIGURATION,
                      "tor refuses its configuration (%s): mend %s%s%s", refusal,
                      config->append_file != NULL ? "the torrc lines in “" : "the settings",
                      config->append_file != NULL ? config->append_file : "",
                      config->append_file != NULL ? "”" : "");
}

static GError *
explain_cause (Cause                  cause,
               const GList           *link,
               const char            *text,
               const TropeaTorConfig *config)
{
  g_autofree char *refusal = NULL;

  switch (cause)
    {
    case CAUSE_PORT_TAKEN:
      return explain_port (text, config, TRUE);

    case CAUSE_PORT_FORBIDDEN:
      return explain_port (text, config, FALSE);

    case CAUSE_LOCKED:
      return tropea_tor_problem_new_error (TROPEA_TOR_PROBLEM_DIRECTORY_LOCKED, config->data_dir,
                                           NULL);

    case CAUSE_DATA_DIRECTORY:
      refusal = describe_refusal (link, text);
      return tropea_tor_check_explain_directory (config, refusal);

    case CAUSE_CONFIGURATION:
    default:
      refusal = describe_refusal (link, text);
      return explain_configuration (config, refusal);
    }
}

/**
 * tropea_tor_output_explain_start:
 * @how_it_ended: such as "exit status 1"
 *
 * Returns: (transfer full): why a tor that ended before it answered did so, and what to do
 */
GError *
tropea_tor_output_explain_start (TropeaTorOutput       *self,
                                 const TropeaTorConfig *config,
                                 const char            *how_it_ended)
{
  for (gsize i = 0; i < G_N_ELEMENTS (causes); i++)
    for (GList *link = self->lines.tail; link != NULL; link = link->prev)
      {
        const char *text = get_telling_text (link->data);

        if (text != NULL && g_str_has_prefix (text, causes[i].prefix)
            && strstr (text, causes[i].part) != NULL)
          return explain_cause (causes[i].cause, link, text, config);
      }

  return tropea_tor_output_explain_exit (self, how_it_ended);
}

/**
 * tropea_tor_output_explain_exit:
 *
 * Returns: (transfer full): that tor ended without being asked, with its own last words. What
 *   to do is for whoever decides whether it is started again.
 */
GError *
tropea_tor_output_explain_exit (TropeaTorOutput *self,
                                const char      *how_it_ended)
{
  g_autofree char *words = tropea_tor_output_dup_last_words (self);

  if (words != NULL && strstr (words, TOO_OLD_WORDS) != NULL)
    {
      g_autofree char *package = tropea_distribution_describe_package ("tor");

      return tropea_tor_problem_new_error (TROPEA_TOR_PROBLEM_TOO_OLD, package, NULL);
    }

  if (words == NULL)
    return g_error_new (TROPEA_TOR_ERROR, TROPEA_TOR_ERROR_EXITED,
                        "Tor ended unexpectedly (%s)", how_it_ended);

  return g_error_new (TROPEA_TOR_ERROR, TROPEA_TOR_ERROR_EXITED,
                      "Tor ended unexpectedly (%s; its last words: “%s”)", how_it_ended, words);
}
