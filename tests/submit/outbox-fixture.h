/* outbox-fixture.h: a real store and identity in a folder of their own
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "submit/tropea-submitter.h"

#define OUTBOX_DURATION_S 60
#define OUTBOX_BYTES 1000001

typedef struct
{
  char               *dir;
  TropeaStore        *store;
  TropeaIdentity     *identity;
  TropeaLedgerClient *client;     /* (nullable): of the newest submitter */
  gint64              next_ms;    /* where the next session starts */
} OutboxFixture;

void             outbox_fixture_set_up              (OutboxFixture   *self);
void             outbox_fixture_tear_down           (OutboxFixture   *self);
/* "store.db" in the folder; closed in between, the test can put another in its place. */
void             outbox_fixture_open_store          (OutboxFixture   *self);
void             outbox_fixture_close_store         (OutboxFixture   *self);
/* Cut @count sessions, one after the other in time. */
void             outbox_fixture_cut                 (OutboxFixture   *self,
                                                     guint            count);
TropeaRecord     outbox_fixture_cut_record          (OutboxFixture   *self,
                                                     TropeaSource     source,
                                                     gint64           duration_s,
                                                     gint64           bytes);
char            *outbox_fixture_cut_one             (OutboxFixture   *self);
TropeaIdentity  *outbox_fixture_new_closed_identity (OutboxFixture   *self);
TropeaSubmitter *outbox_fixture_new_submitter       (OutboxFixture   *self,
                                                     const char      *url);
void             outbox_fixture_stop_submitter      (TropeaSubmitter *submitter);
void             outbox_fixture_remove_tree         (const char      *path);
