/* tropea-tor-output.h: what tor printed last, and what it means that it ended
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "tor/tropea-tor-config.h"
#include "tor/tropea-tor-log.h"

G_BEGIN_DECLS

typedef struct _TropeaTorOutput TropeaTorOutput;

TropeaTorOutput *tropea_tor_output_new              (void);
void             tropea_tor_output_free             (TropeaTorOutput       *self);
void             tropea_tor_output_set_log          (TropeaTorOutput       *self,
                                                     TropeaTorLog          *log);
void             tropea_tor_output_push             (TropeaTorOutput       *self,
                                                     const char            *bytes,
                                                     gsize                  length_bytes);
void             tropea_tor_output_tick             (TropeaTorOutput       *self);
char            *tropea_tor_output_dup_last_words   (TropeaTorOutput       *self);
GError          *tropea_tor_output_explain_start    (TropeaTorOutput       *self,
                                                     const TropeaTorConfig *config,
                                                     const char            *how_it_ended);
GError          *tropea_tor_output_explain_exit     (TropeaTorOutput       *self,
                                                     const char            *how_it_ended);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TropeaTorOutput, tropea_tor_output_free)

G_END_DECLS
