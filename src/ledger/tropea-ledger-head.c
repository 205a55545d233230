/* tropea-ledger-head.c: the head of a ledger's log, and a group that makes it longer
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-ledger"

#include "config.h"

#include "ledger/tropea-ledger-head.h"

#include <sodium.h>
#include <string.h>

#include "record/tropea-credit.h"

/* A store reads its head inside the transaction that will move it, lets each session that is
 * credited be added here, and writes what comes out: the entries, the nodes that are complete
 * now, and the head with its signature. So the head that is signed is on disk, with all that it
 * speaks of, before anybody can hear of it; and as the head is locked from being read to the
 * commit, no two that differ are ever signed for one size.
 */

#define MICRO_PER_STEP (TROPEA_TLOG_MINTED_STEP * G_GINT64_CONSTANT (1000000))

struct _TropeaLedgerAppender
{
  char              *origin;      /* (owned) */
  char              *log_name;    /* (owned) */
  TropeaSecret      *secret_key;  /* (owned) (nullable) */

  TropeaLedgerHead   head;        /* as it was, then as it is */
  GByteArray        *entries;     /* (owned) */
  GByteArray        *leaves;      /* (owned): their hashes */
  TropeaLedgerGroup *group;       /* (owned) (nullable): the last one */
};

void
tropea_ledger_head_clear (TropeaLedgerHead *self)
{
  g_clear_pointer (&self->checkpoint, g_free);
}

/**
 * tropea_ledger_head_get_checkpoint:
 * @checkpoint: (out caller-allocates): what is signed of a head
 */
void
tropea_ledger_head_get_checkpoint (const TropeaLedgerHead *self,
                                   TropeaTlogCheckpoint   *checkpoint)
{
  checkpoint->size = self->frontier.size;
  tropea_tlog_frontier_get_root (&self->frontier, checkpoint->root);
  checkpoint->minted = self->micro / MICRO_PER_STEP * TROPEA_TLOG_MINTED_STEP;
  checkpoint->simulated = self->simulated_micro / MICRO_PER_STEP * TROPEA_TLOG_MINTED_STEP;
}

TropeaLedgerGroup *
tropea_ledger_group_ref (TropeaLedgerGroup *self)
{
  return g_atomic_rc_box_acquire (self);
}

static void
clear_group (gpointer data)
{
  TropeaLedgerGroup *self = data;

  g_clear_pointer (&self->checkpoint, g_free);
  g_clear_pointer (&self->span, tropea_tlog_span_unref);
}

void
tropea_ledger_group_unref (TropeaLedgerGroup *self)
{
  g_atomic_rc_box_release_full (self, clear_group);
}

/**
 * tropea_ledger_appender_new:
 * @origin: the ledger's name
 */
TropeaLedgerAppender *
tropea_ledger_appender_new (const char *origin)
{
  TropeaLedgerAppender *self = g_new0 (TropeaLedgerAppender, 1);

  self->origin = g_strdup (origin);
  self->log_name = tropea_tlog_dup_log_name (origin);
  self->entries = g_byte_array_new ();
  self->leaves = g_byte_array_new ();

  return self;
}

void
tropea_ledger_appender_free (TropeaLedgerAppender *self)
{
  tropea_ledger_head_clear (&self->head);
  g_clear_pointer (&self->group, tropea_ledger_group_unref);
  g_clear_pointer (&self->entries, g_byte_array_unref);
  g_clear_pointer (&self->leaves, g_byte_array_unref);
  g_clear_pointer (&self->secret_key, tropea_secret_unref);
  g_clear_pointer (&self->log_name, g_free);
  g_clear_pointer (&self->origin, g_free);
  g_free (self);
}

/**
 * tropea_ledger_appender_set_key:
 *
 * Sign each head from now on.
 */
void
tropea_ledger_appender_set_key (TropeaLedgerAppender *self,
                                TropeaSecret         *secret_key)
{
  g_clear_pointer (&self->secret_key, tropea_secret_unref);
  self->secret_key = tropea_secret_ref (secret_key);
}

/**
 * tropea_ledger_appender_begin:
 * @head: (transfer full): what is in it; read inside the transaction
 *
 * Begin a group; whatever became of the one before.
 */
void
tropea_ledger_appender_begin (TropeaLedgerAppender *self,
                              TropeaLedgerHead     *head)
{
  tropea_ledger_head_clear (&self->head);
  self->head = *head;
  head->checkpoint = NULL;
  g_byte_array_set_size (self->entries, 0);
  g_byte_array_set_size (self->leaves, 0);
  g_clear_pointer (&self->group, tropea_ledger_group_unref);
}

/* Of a session that is about to be credited. */
void
tropea_ledger_make_nonce (TropeaLedgerEntry *entry)
{
  randombytes_buf (entry->nonce, sizeof entry->nonce);
}

static void
add_leaf (TropeaLedgerAppender *self,
          const guint8         *entry)
{
  guint8 leaf[TROPEA_TLOG_HASH_BYTES];

  tropea_tlog_hash_leaf (entry, TROPEA_TLOG_ENTRY_BYTES, leaf);
  g_byte_array_append (self->entries, entry, TROPEA_TLOG_ENTRY_BYTES);
  g_byte_array_append (self->leaves, leaf, sizeof leaf);
}

/**
 * tropea_ledger_appender_add:
 * @entry: credited; it has a nonce and gets its place in the log
 *
 * Returns: (transfer none): what the log has of it, until the next one is added
 */
const guint8 *
tropea_ledger_appender_add (TropeaLedgerAppender *self,
                            TropeaLedgerEntry    *entry)
{
  guint8 hash[TROPEA_TLOG_ENTRY_BYTES] = { 0 };

  tropea_tlog_entry_for_session (&entry->record, self->origin, entry->credits_micro,
                                 tropea_ledger_grade_to_string (entry->grade), entry->nonce,
                                 hash);
  entry->leaf = (gint64) (self->head.frontier.size +
                          self->entries->len / TROPEA_TLOG_ENTRY_BYTES);
  if (entry->grade == TROPEA_LEDGER_GRADE_SIMULATED)
    self->head.simulated_micro += entry->credits_micro;
  else
    self->head.micro += entry->credits_micro;
  add_leaf (self, hash);

  return self->entries->data + self->entries->len - TROPEA_TLOG_ENTRY_BYTES;
}

/**
 * tropea_ledger_appender_add_entries:
 * @entries: (array): of another store's log; what they earned is said by its head
 */
void
tropea_ledger_appender_add_entries (TropeaLedgerAppender *self,
                                    const guint8         *entries,
                                    gsize                 n_entries)
{
  for (gsize i = 0; i < n_entries; i++)
    add_leaf (self, entries + i * TROPEA_TLOG_ENTRY_BYTES);
}

/**
 * tropea_ledger_appender_finish:
 *
 * Make the group part of the tree and sign the head. Where nothing was added the head stays.
 *
 * Returns: (transfer none): to be written
 */
const TropeaLedgerHead *
tropea_ledger_appender_finish (TropeaLedgerAppender *self)
{
  TropeaTlogSpan *span = tropea_tlog_span_new (&self->head.frontier, self->leaves->data,
                                               self->leaves->len / TROPEA_TLOG_HASH_BYTES);
  TropeaTlogCheckpoint checkpoint = { 0 };

  tropea_tlog_span_get_frontier (span, &self->head.frontier);
  if (self->leaves->len > 0 || self->head.checkpoint == NULL)
    {
      g_clear_pointer (&self->head.checkpoint, g_free);
      tropea_ledger_head_get_checkpoint (&self->head, &checkpoint);
      if (self->secret_key != NULL)
        self->head.checkpoint = tropea_tlog_checkpoint_sign (&checkpoint, self->log_name,
                                                             self->secret_key);
    }

  self->group = g_atomic_rc_box_new0 (TropeaLedgerGroup);
  self->group->checkpoint = g_strdup (self->head.checkpoint);
  self->group->size = self->head.frontier.size;
  self->group->span = span;

  return &self->head;
}

/**
 * tropea_ledger_appender_get_entries:
 * @first: (out): the place of the first
 *
 * Returns: (transfer none): what was added, once the group is finished
 */
const guint8 *
tropea_ledger_appender_get_entries (TropeaLedgerAppender *self,
                                    guint64              *first,
                                    gsize                *n_entries)
{
  *n_entries = self->entries->len / TROPEA_TLOG_ENTRY_BYTES;
  *first = self->head.frontier.size - *n_entries;

  return self->entries->data;
}

/**
 * tropea_ledger_appender_dup_group:
 *
 * Returns: (transfer full) (nullable): the group that was finished last
 */
TropeaLedgerGroup *
tropea_ledger_appender_dup_group (TropeaLedgerAppender *self)
{
  return self->group != NULL ? tropea_ledger_group_ref (self->group) : NULL;
}
