/* tropea-notice-rules.c: what the user is notified of, and when that is over
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-notice-rules"

#include "config.h"

#include "app/tropea-notice-rules.h"

#include <glib/gi18n.h>

#include "ui/tropea-remedy.h"

/* One notification of each kind at most, which goes when what it says holds no longer. Who looks
 * at the window sees it there: nothing is said then, what was said goes, and it does not come
 * back when the user looks away. Several of a kind become one that counts them.
 */

struct _TropeaNoticeRules
{
  GObject       parent_instance;

  TropeaNotice *shown[TROPEA_N_NOTICES];    /* (owned) (nullable) */
  gboolean      enabled[TROPEA_N_NOTICES];
  gboolean      is_looked_at;
  gboolean      has_failed;
  gboolean      is_locked_out;
  guint         n_refused;                  /* since somebody looked */
  char         *told_day;                   /* (owned) (nullable) */
};

G_DEFINE_FINAL_TYPE (TropeaNoticeRules, tropea_notice_rules, G_TYPE_OBJECT)

static guint changed_signal;

static void
notice_free (TropeaNotice *notice)
{
  g_free (notice->title);
  g_free (notice->body);
  g_free (notice->action);
  g_free (notice->button);
  g_free (notice->button_action);
  g_free (notice);
}

static TropeaNotice *
notice_new (const char *title,
            const char *body,
            const char *action,
            const char *button,
            const char *button_action)
{
  TropeaNotice *notice = g_new0 (TropeaNotice, 1);

  notice->title = g_strdup (title);
  notice->body = g_strdup (body);
  notice->action = g_strdup (action);
  notice->button = g_strdup (button);
  notice->button_action = g_strdup (button_action);

  return notice;
}

static gboolean
is_same (const TropeaNotice *a,
         const TropeaNotice *b)
{
  return g_str_equal (a->title, b->title) && g_str_equal (a->body, b->body) &&
         g_str_equal (a->button_action, b->button_action);
}

static void
withdraw (TropeaNoticeRules *self,
          TropeaNoticeKind   kind)
{
  if (self->shown[kind] == NULL)
    return;

  g_clear_pointer (&self->shown[kind], notice_free);
  g_signal_emit (self, changed_signal, 0, (int) kind);
}

/* @notice: (transfer full) */
static void
show (TropeaNoticeRules *self,
      TropeaNoticeKind   kind,
      TropeaNotice      *notice)
{
  if (self->is_looked_at || !self->enabled[kind] ||
      (self->shown[kind] != NULL && is_same (self->shown[kind], notice)))
    {
      notice_free (notice);
      return;
    }

  g_clear_pointer (&self->shown[kind], notice_free);
  self->shown[kind] = notice;
  g_signal_emit (self, changed_signal, 0, (int) kind);
}

/* The window's actions have the same names on the application; one that needs the window opens
 * it. */
static char *
find_action (const char *name)
{
  static const char * const known[] = {
    "host.start", "host.restart", "host.use-other-port", "host.attach",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (known); i++)
    if (g_str_equal (name, known[i]))
      return g_strconcat ("app.", name + strlen ("host."), NULL);

  if (g_str_has_prefix (name, "app."))
    return g_strdup (name);
  if (g_str_has_prefix (name, "win.show-page::"))
    return g_strconcat ("app.", name + strlen ("win."), NULL);

  return NULL;
}

static TropeaNotice *
make_failure (const char               *sentence,
              const TropeaTorDiagnosis *diagnosis)
{
  const char *title = _("Tor has failed");

  for (guint i = 0; diagnosis != NULL && i < TROPEA_TOR_MOST_REMEDIES; i++)
    {
      TropeaTorRemedy remedy = tropea_tor_diagnosis_get_remedy (diagnosis, i);
      g_autofree char *label = tropea_remedy_dup_label (remedy, TRUE);
      g_autofree char *action = label != NULL
                                ? find_action (tropea_remedy_get_action (remedy, TRUE)) : NULL;

      if (action != NULL)
        return notice_new (title, sentence, "app.show-page::tor", label, action);
    }

  return notice_new (title, sentence, "app.show-page::tor", _("Try Again"), "app.start");
}

static void
tropea_notice_rules_finalize (GObject *object)
{
  TropeaNoticeRules *self = TROPEA_NOTICE_RULES (object);

  for (guint i = 0; i < TROPEA_N_NOTICES; i++)
    g_clear_pointer (&self->shown[i], notice_free);
  g_clear_pointer (&self->told_day, g_free);

  G_OBJECT_CLASS (tropea_notice_rules_parent_class)->finalize (object);
}

static void
tropea_notice_rules_class_init (TropeaNoticeRulesClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = tropea_notice_rules_finalize;

  changed_signal = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                 NULL, NULL, G_TYPE_NONE, 1, G_TYPE_INT);
}

static void
tropea_notice_rules_init (TropeaNoticeRules *self)
{
  for (guint i = 0; i < TROPEA_N_NOTICES; i++)
    self->enabled[i] = TRUE;
}

TropeaNoticeRules *
tropea_notice_rules_new (void)
{
  return g_object_new (TROPEA_TYPE_NOTICE_RULES, NULL);
}

/* Returns: (nullable): */
const TropeaNotice *
tropea_notice_rules_get (TropeaNoticeRules *self,
                         TropeaNoticeKind   kind)
{
  g_return_val_if_fail (TROPEA_IS_NOTICE_RULES (self), NULL);
  g_return_val_if_fail (kind < TROPEA_N_NOTICES, NULL);

  return self->shown[kind];
}

void
tropea_notice_rules_set_enabled (TropeaNoticeRules *self,
                                 TropeaNoticeKind   kind,
                                 gboolean           enabled)
{
  g_return_if_fail (TROPEA_IS_NOTICE_RULES (self));
  g_return_if_fail (kind < TROPEA_N_NOTICES);

  self->enabled[kind] = enabled;
  if (enabled)
    return;

  if (kind == TROPEA_NOTICE_REFUSED)
    self->n_refused = 0;
  withdraw (self, kind);
}

void
tropea_notice_rules_set_looked_at (TropeaNoticeRules *self,
                                   gboolean           is_looked_at)
{
  g_return_if_fail (TROPEA_IS_NOTICE_RULES (self));

  self->is_looked_at = is_looked_at;
  if (!is_looked_at)
    return;

  self->n_refused = 0;
  for (int kind = 0; kind < TROPEA_N_NOTICES; kind++)
    withdraw (self, (TropeaNoticeKind) kind);
}

/**
 * tropea_notice_rules_set_failure:
 * @sentence: (nullable): NULL while tor runs, is stopped, or comes back by itself
 * @diagnosis: (nullable): its first remedy that can be pressed is the button
 */
void
tropea_notice_rules_set_failure (TropeaNoticeRules        *self,
                                 const char               *sentence,
                                 const TropeaTorDiagnosis *diagnosis)
{
  gboolean is_news;

  g_return_if_fail (TROPEA_IS_NOTICE_RULES (self));

  is_news = sentence != NULL && !self->has_failed;
  self->has_failed = sentence != NULL;
  if (sentence == NULL)
    withdraw (self, TROPEA_NOTICE_TOR_FAILED);
  else if (is_news || self->shown[TROPEA_NOTICE_TOR_FAILED] != NULL)
    show (self, TROPEA_NOTICE_TOR_FAILED, make_failure (sentence, diagnosis));
}

/**
 * tropea_notice_rules_set_is_locked_out:
 * @is_locked_out: sessions wait, and the keyring that has the key is locked
 */
void
tropea_notice_rules_set_is_locked_out (TropeaNoticeRules *self,
                                       gboolean           is_locked_out)
{
  g_return_if_fail (TROPEA_IS_NOTICE_RULES (self));

  if (self->is_locked_out == is_locked_out)
    return;

  self->is_locked_out = is_locked_out;
  if (!is_locked_out)
    withdraw (self, TROPEA_NOTICE_KEYRING);
  else
    show (self, TROPEA_NOTICE_KEYRING,
          notice_new (_("Your keyring is locked"),
                      _("Sessions wait to be signed with the key that is in it."),
                      "app.show-page::tor", _("Unlock"), "app.unlock"));
}

void
tropea_notice_rules_set_told_day (TropeaNoticeRules *self,
                                  const char        *day)
{
  g_return_if_fail (TROPEA_IS_NOTICE_RULES (self));

  g_free (self->told_day);
  self->told_day = g_strdup (day);
}

/* Returns: (nullable): */
const char *
tropea_notice_rules_get_told_day (TropeaNoticeRules *self)
{
  g_return_val_if_fail (TROPEA_IS_NOTICE_RULES (self), NULL);

  return self->told_day;
}

/**
 * tropea_notice_rules_credited:
 * @day: today, in the user's time zone
 * @credits: how many, as people read it
 */
void
tropea_notice_rules_credited (TropeaNoticeRules *self,
                              const char        *day,
                              const char        *credits)
{
  g_autofree char *body = NULL;

  g_return_if_fail (TROPEA_IS_NOTICE_RULES (self));
  g_return_if_fail (day != NULL && credits != NULL);

  if (g_strcmp0 (self->told_day, day) == 0)
    return;

  tropea_notice_rules_set_told_day (self, day);
  /* Translators: an amount such as “5.65”. */
  body = g_strdup_printf (_("A ledger has credited %s for what Tor carried."), credits);
  show (self, TROPEA_NOTICE_FIRST_CREDITS,
        notice_new (_("First credits of today"), body, "app.show-page::credits",
                    _("Show Credits"), "app.show-page::credits"));
}

/**
 * tropea_notice_rules_refused:
 * @sentence: why; of several, the last one's
 */
void
tropea_notice_rules_refused (TropeaNoticeRules *self,
                             const char        *sentence)
{
  g_autofree char *title = NULL;

  g_return_if_fail (TROPEA_IS_NOTICE_RULES (self));
  g_return_if_fail (sentence != NULL);

  if (self->is_looked_at || !self->enabled[TROPEA_NOTICE_REFUSED])
    return;

  self->n_refused++;
  title = g_strdup_printf (ngettext ("%u session was refused", "%u sessions were refused",
                                     self->n_refused), self->n_refused);
  show (self, TROPEA_NOTICE_REFUSED,
        notice_new (title, sentence, "app.show-page::sessions", _("Show Sessions"),
                    "app.show-page::sessions"));
}
