/* tropea-exit-countries.h: the countries that exits are in, while somebody looks
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

#include "tor/tropea-control-connection.h"

G_BEGIN_DECLS

#define TROPEA_TYPE_EXIT_COUNTRY (tropea_exit_country_get_type ())

/* Never changes. */
G_DECLARE_FINAL_TYPE (TropeaExitCountry, tropea_exit_country, TROPEA, EXIT_COUNTRY, GObject)

const char *tropea_exit_country_get_code       (TropeaExitCountry *self);
const char *tropea_exit_country_get_name       (TropeaExitCountry *self);
guint       tropea_exit_country_get_n_exits    (TropeaExitCountry *self);
gboolean    tropea_exit_country_can_be_chosen  (TropeaExitCountry *self);

#define TROPEA_TYPE_EXIT_COUNTRIES (tropea_exit_countries_get_type ())

G_DECLARE_FINAL_TYPE (TropeaExitCountries, tropea_exit_countries, TROPEA, EXIT_COUNTRIES, GObject)

/* A GListModel of TropeaExitCountry, by name; empty while it is not shown.
 *
 * Property "problem" (string, nullable): why there are none.
 */
TropeaExitCountries *tropea_exit_countries_new            (void);
void                 tropea_exit_countries_set_connection (TropeaExitCountries      *self,
                                                           TropeaControlConnection  *connection);
void                 tropea_exit_countries_set_shown      (TropeaExitCountries      *self,
                                                           gboolean                  shown,
                                                           const char * const       *chosen);

G_END_DECLS
