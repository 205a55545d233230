/* tropea-log-evidence.h: what shows that a ledger signed what cannot be true
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * TropeaLogEvidence:
 * @what: what the ledger did
 * @public_key: its, under which both are signed
 * @first: the checkpoint that was seen before
 * @second: the one that came
 * @proof: (nullable): what the ledger gave out as the proof that one continues the other
 */
typedef struct
{
  const char   *what;
  const char   *log_name;
  const guint8 *public_key;
  gint64        seen_ms;
  const char   *first;
  const char   *second;
  GBytes       *proof;
} TropeaLogEvidence;

char *tropea_log_evidence_save (const TropeaLogEvidence *self,
                                const char              *folder);

G_END_DECLS
