/* tropea-bridges.h: the ways into the Tor network, and the programs that they need
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/**
 * TropeaBridgeMode:
 * @TROPEA_BRIDGE_MODE_NONE: tor connects to public relays
 * @TROPEA_BRIDGE_MODE_OBFS4: to the bridges that the user gave, obfs4 or others
 * @TROPEA_BRIDGE_MODE_SNOWFLAKE: through Snowflake's volunteers, with nothing to give
 */
typedef enum
{
  TROPEA_BRIDGE_MODE_NONE,
  TROPEA_BRIDGE_MODE_OBFS4,
  TROPEA_BRIDGE_MODE_SNOWFLAKE,
} TropeaBridgeMode;

#define TROPEA_TYPE_BRIDGE_MODE (tropea_bridge_mode_get_type ())
GType tropea_bridge_mode_get_type (void);

const char * const *tropea_bridges_get_snowflake_lines (void);
char               *tropea_bridges_find_program        (const char          *transport,
                                                        const char * const  *usual_folders,
                                                        GError             **error);
char               *tropea_bridges_dup_torrc           (TropeaBridgeMode     mode,
                                                        const char * const  *lines,
                                                        GError             **error);

G_END_DECLS
