/* tropea-country-names.h: what countries are called, by the codes of ISO 3166-1
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What tor says of an address that its table does not have. */
#define TROPEA_COUNTRY_UNKNOWN "??"

typedef struct _TropeaCountryNames TropeaCountryNames;

gboolean            tropea_country_is_code        (const char               *word);
TropeaCountryNames *tropea_country_names_new      (const char               *path);
void                tropea_country_names_free     (TropeaCountryNames       *self);
gboolean            tropea_country_names_has      (const TropeaCountryNames *self,
                                                   const char               *code);
char               *tropea_country_names_dup_name (const TropeaCountryNames *self,
                                                   const char               *code);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TropeaCountryNames, tropea_country_names_free)

G_END_DECLS
