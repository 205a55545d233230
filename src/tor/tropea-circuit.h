/* tropea-circuit.h: one of tor's circuits, as it is now
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/* What a circuit is for, as far as it makes a difference to whoever looks at it. */
typedef enum
{
  TROPEA_CIRCUIT_PURPOSE_GENERAL,
  TROPEA_CIRCUIT_PURPOSE_DIRECTORY,
  TROPEA_CIRCUIT_PURPOSE_ONION_SERVICE,
  TROPEA_CIRCUIT_PURPOSE_CONFLUX,
  TROPEA_CIRCUIT_PURPOSE_MEASUREMENT,
  TROPEA_CIRCUIT_PURPOSE_OTHER,
} TropeaCircuitPurpose;

/**
 * TropeaCircuitHop:
 * @fingerprint: (owned): 40 hex digits
 * @nickname: (owned) (nullable): what its operator calls it
 * @country: two letters in capitals, "??" where tor does not know it, "" where it is not asked
 *   yet
 */
typedef struct
{
  char *fingerprint;
  char *nickname;
  char  country[3];
} TropeaCircuitHop;

#define TROPEA_TYPE_CIRCUIT (tropea_circuit_get_type ())

G_DECLARE_FINAL_TYPE (TropeaCircuit, tropea_circuit, TROPEA, CIRCUIT, GObject)

/* Signal "changed": another state, path or country. */
TropeaCircuit          *tropea_circuit_parse          (const char           *line);
guint64                 tropea_circuit_get_id         (TropeaCircuit        *self);
gboolean                tropea_circuit_is_built       (TropeaCircuit        *self);
TropeaCircuitPurpose    tropea_circuit_get_purpose    (TropeaCircuit        *self);
gint64                  tropea_circuit_get_created_s  (TropeaCircuit        *self);
guint                   tropea_circuit_get_n_hops     (TropeaCircuit        *self);
const TropeaCircuitHop *tropea_circuit_get_hop        (TropeaCircuit        *self,
                                                       guint                 index);
void                    tropea_circuit_set_country    (TropeaCircuit        *self,
                                                       const char           *fingerprint,
                                                       const char           *country);
gboolean                tropea_circuit_take_news      (TropeaCircuit        *self,
                                                       TropeaCircuit        *news);

G_END_DECLS
