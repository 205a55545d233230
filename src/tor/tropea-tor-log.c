/* tropea-tor-log.c: tor's own log lines, the last of them, for a window
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-tor-log"

#include "config.h"

#include "tor/tropea-tor-log.h"

#include <string.h>

#include "tor/tropea-tor-scrub.h"

/* In memory only, and without destinations and addresses even where the user told tor to write
 * them: a log is what people paste into forums. Lines go in blocks, so that a flood at level
 * "info" moves the list seldom. It outlives the tor that wrote it: why that ended stands here.
 */

#define BLOCK_LINES 100

struct _TropeaTorLogLine
{
  GObject            parent_instance;

  TropeaTorLogLevel  level;
  gint64             wall_ms;
  char              *text;     /* (owned) */
};

G_DEFINE_FINAL_TYPE (TropeaTorLogLine, tropea_tor_log_line, G_TYPE_OBJECT)

static void
tropea_tor_log_line_finalize (GObject *object)
{
  g_free (TROPEA_TOR_LOG_LINE (object)->text);

  G_OBJECT_CLASS (tropea_tor_log_line_parent_class)->finalize (object);
}

static void
tropea_tor_log_line_class_init (TropeaTorLogLineClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = tropea_tor_log_line_finalize;
}

static void
tropea_tor_log_line_init (TropeaTorLogLine *self)
{
}

TropeaTorLogLevel
tropea_tor_log_line_get_level (TropeaTorLogLine *self)
{
  g_return_val_if_fail (TROPEA_IS_TOR_LOG_LINE (self), TROPEA_TOR_LOG_LEVEL_NOTICE);

  return self->level;
}

/* When it came, milliseconds since 1970 in UTC; tor itself rounds to the second. */
gint64
tropea_tor_log_line_get_wall_ms (TropeaTorLogLine *self)
{
  g_return_val_if_fail (TROPEA_IS_TOR_LOG_LINE (self), 0);

  return self->wall_ms;
}

/* Without tor's time and level. */
const char *
tropea_tor_log_line_get_text (TropeaTorLogLine *self)
{
  g_return_val_if_fail (TROPEA_IS_TOR_LOG_LINE (self), NULL);

  return self->text;
}

struct _TropeaTorLog
{
  GObject      parent_instance;

  TropeaClock *clock;  /* (owned) */
  GPtrArray   *lines;  /* (owned), of TropeaTorLogLine */
};

static void list_model_iface_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (TropeaTorLog, tropea_tor_log, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_iface_init))

static const char * const level_words[] = { "err", "warn", "notice", "info", "debug" };

const char *
tropea_tor_log_level_to_string (TropeaTorLogLevel level)
{
  g_return_val_if_fail (level < G_N_ELEMENTS (level_words), "notice");

  return level_words[level];
}

static GType
tropea_tor_log_get_item_type (GListModel *model)
{
  return TROPEA_TYPE_TOR_LOG_LINE;
}

static guint
tropea_tor_log_get_n_items (GListModel *model)
{
  return TROPEA_TOR_LOG (model)->lines->len;
}

static gpointer
tropea_tor_log_get_item (GListModel *model,
                         guint       position)
{
  TropeaTorLog *self = TROPEA_TOR_LOG (model);

  return position < self->lines->len ? g_object_ref (self->lines->pdata[position]) : NULL;
}

static void
list_model_iface_init (GListModelInterface *iface)
{
  iface->get_item_type = tropea_tor_log_get_item_type;
  iface->get_n_items = tropea_tor_log_get_n_items;
  iface->get_item = tropea_tor_log_get_item;
}

static void
tropea_tor_log_finalize (GObject *object)
{
  TropeaTorLog *self = TROPEA_TOR_LOG (object);

  g_clear_pointer (&self->lines, g_ptr_array_unref);
  g_clear_object (&self->clock);

  G_OBJECT_CLASS (tropea_tor_log_parent_class)->finalize (object);
}

static void
tropea_tor_log_class_init (TropeaTorLogClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = tropea_tor_log_finalize;
}

static void
tropea_tor_log_init (TropeaTorLog *self)
{
  self->lines = g_ptr_array_new_with_free_func (g_object_unref);
}

/**
 * tropea_tor_log_new:
 * @clock: dates the lines
 */
TropeaTorLog *
tropea_tor_log_new (TropeaClock *clock)
{
  TropeaTorLog *self;

  g_return_val_if_fail (TROPEA_IS_CLOCK (clock), NULL);

  self = g_object_new (TROPEA_TYPE_TOR_LOG, NULL);
  self->clock = g_object_ref (clock);

  return self;
}

/* "Nov 22 11:15:38.159 [warn] text". What tor prints when it crashes has no level. */
static const char *
read_level (const char        *line,
            TropeaTorLogLevel *level)
{
  for (gsize i = 0; i < G_N_ELEMENTS (level_words); i++)
    {
      g_autofree char *mark = g_strdup_printf (" [%s] ", level_words[i]);
      const char *found = strstr (line, mark);

      /* Behind the time, which has 19 characters; not somewhere in the text. */
      if (found != NULL && found - line <= 20)
        {
          *level = (TropeaTorLogLevel) i;
          return found + strlen (mark);
        }
    }

  *level = TROPEA_TOR_LOG_LEVEL_ERR;

  return line;
}

/**
 * tropea_tor_log_append:
 * @line: as tor printed it, valid UTF-8, without the newline
 */
void
tropea_tor_log_append (TropeaTorLog *self,
                       const char   *line)
{
  g_autoptr(TropeaTorLogLine) item = NULL;
  guint removed = 0;

  g_return_if_fail (TROPEA_IS_TOR_LOG (self));
  g_return_if_fail (line != NULL && g_utf8_validate (line, -1, NULL));

  if (*line == '\0')
    return;

  item = g_object_new (TROPEA_TYPE_TOR_LOG_LINE, NULL);
  item->wall_ms = tropea_clock_get_wall_ms (self->clock);
  item->text = tropea_tor_scrub (read_level (line, &item->level));

  if (self->lines->len >= TROPEA_TOR_LOG_MOST_LINES)
    {
      removed = BLOCK_LINES;
      g_ptr_array_remove_range (self->lines, 0, removed);
      g_list_model_items_changed (G_LIST_MODEL (self), 0, removed, 0);
    }
  g_ptr_array_add (self->lines, g_steal_pointer (&item));
  g_list_model_items_changed (G_LIST_MODEL (self), self->lines->len - 1, 0, 1);
}
