/* tropea-host-view.h: what all views of a host have in common
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

#include "host/tropea-host.h"

G_BEGIN_DECLS

#define TROPEA_TYPE_HOST_VIEW (tropea_host_view_get_type ())

G_DECLARE_DERIVABLE_TYPE (TropeaHostView, tropea_host_view, TROPEA, HOST_VIEW, AdwBin)

struct _TropeaHostViewClass
{
  AdwBinClass parent_class;
};

TropeaHost *tropea_host_view_get_host (TropeaHostView *self);

G_END_DECLS
