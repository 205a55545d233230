/* tropea-host-view.c: what all views of a host have in common
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-host-view"

#include "config.h"

#include "ui/tropea-host-view.h"

/* A view has a template and one model, and nothing else that outlives a notification: the
 * template looks everything up from "host". A view that is a part of another gets its host by
 * a binding of that one's template, so it may come late and is NULL before.
 *
 * What changes with each sample is looked up from "live-host", which is NULL while the view is not
 * on the screen: a lookup that ends at NULL leaves what was shown as it is and waits for nothing
 * but the host's return, so a page that nobody sees costs nothing, and is up to date before it is
 * seen. Whether something is visible never comes from it: what is not shown would stay so.
 */

typedef struct
{
  TropeaHost *host;    /* (owned) (nullable) */
  gboolean    is_live;
} TropeaHostViewPrivate;

typedef enum
{
  PROP_HOST = 1,
  PROP_LIVE_HOST,
} TropeaHostViewProperty;

G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE (TropeaHostView, tropea_host_view, ADW_TYPE_BIN)

static GParamSpec *properties[PROP_LIVE_HOST + 1];

static void
set_is_live (TropeaHostView *self,
             gboolean        is_live)
{
  TropeaHostViewPrivate *priv = tropea_host_view_get_instance_private (self);

  if (priv->is_live == is_live)
    return;

  priv->is_live = is_live;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_LIVE_HOST]);
}

/* Before the parts are, so that they begin with what is true now. */
static void
tropea_host_view_map (GtkWidget *widget)
{
  set_is_live (TROPEA_HOST_VIEW (widget), TRUE);

  GTK_WIDGET_CLASS (tropea_host_view_parent_class)->map (widget);
}

static void
tropea_host_view_unmap (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (tropea_host_view_parent_class)->unmap (widget);

  set_is_live (TROPEA_HOST_VIEW (widget), FALSE);
}

static void
tropea_host_view_get_property (GObject    *object,
                               guint       prop_id,
                               GValue     *value,
                               GParamSpec *pspec)
{
  TropeaHostViewPrivate *priv =
    tropea_host_view_get_instance_private (TROPEA_HOST_VIEW (object));

  switch ((TropeaHostViewProperty) prop_id)
    {
    case PROP_HOST:
      g_value_set_object (value, tropea_host_view_get_host (TROPEA_HOST_VIEW (object)));
      break;
    case PROP_LIVE_HOST:
      g_value_set_object (value, priv->is_live ? priv->host : NULL);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
tropea_host_view_set_property (GObject      *object,
                               guint         prop_id,
                               const GValue *value,
                               GParamSpec   *pspec)
{
  TropeaHostViewPrivate *priv =
    tropea_host_view_get_instance_private (TROPEA_HOST_VIEW (object));

  switch ((TropeaHostViewProperty) prop_id)
    {
    case PROP_HOST:
      if (g_set_object (&priv->host, g_value_get_object (value)))
        {
          g_object_notify_by_pspec (object, pspec);
          if (priv->is_live)
            g_object_notify_by_pspec (object, properties[PROP_LIVE_HOST]);
        }
      break;
    case PROP_LIVE_HOST:
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
tropea_host_view_dispose (GObject *object)
{
  TropeaHostViewPrivate *priv =
    tropea_host_view_get_instance_private (TROPEA_HOST_VIEW (object));

  /* The bin and the template both would take a child away that is bound and the bin's own. */
  adw_bin_set_child (ADW_BIN (object), NULL);
  gtk_widget_dispose_template (GTK_WIDGET (object), G_OBJECT_TYPE (object));
  g_clear_object (&priv->host);

  G_OBJECT_CLASS (tropea_host_view_parent_class)->dispose (object);
}

static void
tropea_host_view_class_init (TropeaHostViewClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = tropea_host_view_get_property;
  object_class->set_property = tropea_host_view_set_property;
  object_class->dispose = tropea_host_view_dispose;
  widget_class->map = tropea_host_view_map;
  widget_class->unmap = tropea_host_view_unmap;

  /**
   * TropeaHostView:host:
   *
   * The model: what the view shows.
   */
  properties[PROP_HOST] =
    g_param_spec_object ("host", NULL, NULL, TROPEA_TYPE_HOST,
                         G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);

  /**
   * TropeaHostView:live-host:
   *
   * The model while the view is on the screen, else %NULL.
   */
  properties[PROP_LIVE_HOST] =
    g_param_spec_object ("live-host", NULL, NULL, TROPEA_TYPE_HOST,
                         G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);

  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);
}

static void
tropea_host_view_init (TropeaHostView *self)
{
}

/**
 * tropea_host_view_get_host:
 *
 * Returns: (transfer none) (nullable):
 */
TropeaHost *
tropea_host_view_get_host (TropeaHostView *self)
{
  TropeaHostViewPrivate *priv = tropea_host_view_get_instance_private (self);

  g_return_val_if_fail (TROPEA_IS_HOST_VIEW (self), NULL);

  return priv->host;
}
