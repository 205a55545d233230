/* tropea-tray-pixmaps.c: the tray's icons as pixels, for trays that do not know their names
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-tray-pixmaps"

#include "config.h"

#include "tray/tropea-tray-pixmaps.h"

#include "tray/tropea-tray-interface.h"
#include "tray/tropea-tray-resources.h"

/* build-aux/make-pixmaps.py draws them when Tropea is built, from the pictures that are installed
 * with it; so nothing that reads pictures has to be there when it runs.
 */

static const int sizes[] = { 16, 22, 24, 32, 48 };

/**
 * tropea_tray_pixmaps_load:
 *
 * Returns: (transfer full): a(iiay), the icon of @state in each size that trays use
 */
GVariant *
tropea_tray_pixmaps_load (TropeaTrayState state)
{
  g_autofree char *path = g_strdup_printf (TROPEA_TRAY_RESOURCES "/%s.argb",
                                           tropea_tray_state_to_string (state));
  GVariantBuilder builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("a(iiay)"));
  g_autoptr(GBytes) pixels = NULL;
  gsize start = 0;

  pixels = g_resource_lookup_data (tropea_tray_get_resource (), path,
                                   G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);
  g_assert (pixels != NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      gsize length = (gsize) (sizes[i] * sizes[i] * 4);
      g_autoptr(GBytes) part = g_bytes_new_from_bytes (pixels, start, length);

      g_variant_builder_add (&builder, "(ii@ay)", sizes[i], sizes[i],
                             g_variant_new_from_bytes (G_VARIANT_TYPE_BYTESTRING, part, TRUE));
      start += length;
    }
  g_assert (start == g_bytes_get_size (pixels));

  return g_variant_ref_sink (g_variant_builder_end (&builder));
}
