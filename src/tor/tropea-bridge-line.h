/* tropea-bridge-line.h: one bridge as users paste it, and as a torrc says it
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * TropeaBridgeLineError:
 * @TROPEA_BRIDGE_LINE_ERROR_PROSE: nothing in the line looks like a bridge
 * @TROPEA_BRIDGE_LINE_ERROR_INVALID: it is meant as a bridge, and something in it is wrong
 *
 * Each message is one sentence for the line's writer. None repeats what the line says.
 */
typedef enum
{
  TROPEA_BRIDGE_LINE_ERROR_PROSE,
  TROPEA_BRIDGE_LINE_ERROR_INVALID,
} TropeaBridgeLineError;

#define TROPEA_BRIDGE_LINE_ERROR (tropea_bridge_line_error_quark ())
GQuark tropea_bridge_line_error_quark (void);

/* Beyond that nobody meant a bridge. */
#define TROPEA_BRIDGE_LINE_LONGEST_BYTES 2048

/**
 * TropeaBridgeLine:
 * @transport: (owned) (nullable): "obfs4" or "snowflake"; %NULL for tor's own protocol
 * @address: (owned): "192.0.2.1:443" or "[2001:db8::1]:443"
 * @fingerprint: (owned) (nullable): 40 upper-case hexadecimal digits
 * @arguments: (owned): "key=value" each, for the transport's program
 */
typedef struct
{
  char  *transport;
  char  *address;
  char  *fingerprint;
  char **arguments;
} TropeaBridgeLine;

TropeaBridgeLine *tropea_bridge_line_parse    (const char              *text,
                                               GError                 **error);
void              tropea_bridge_line_free     (TropeaBridgeLine        *self);
char             *tropea_bridge_line_to_string (const TropeaBridgeLine *self);
char             *tropea_bridge_line_dup_key  (const TropeaBridgeLine  *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TropeaBridgeLine, tropea_bridge_line_free)

G_END_DECLS
