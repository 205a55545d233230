/* tropea-app-password.c: gives another tor the password that it asks for
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-app-password"

#include "config.h"

#include "app/tropea-app-password.h"

#include "ui/tropea-password-window.h"

/* A wrong password is said in the window, which stays. Where the tor has gone meanwhile there
 * is nothing left to give it to, and the host's diagnosis says more.
 */

static void
attached_cb (GObject      *object,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autoptr(TropeaPasswordWindow) window = user_data;
  g_autoptr(GError) error = NULL;

  tropea_host_attach_finish (TROPEA_HOST (object), result, &error);
  if (g_error_matches (error, TROPEA_TOR_ERROR, TROPEA_TOR_ERROR_PASSWORD))
    tropea_password_window_take_result (window, error);
  else
    tropea_password_window_take_result (window, NULL);
}

static void
given_cb (TropeaPasswordWindow *window,
          TropeaSecret         *password,
          TropeaHost           *host)
{
  tropea_host_attach_with_password_async (host, password, attached_cb, g_object_ref (window));
}

/**
 * tropea_app_password_ask:
 *
 * Nothing happens where no tor waits for a password.
 */
void
tropea_app_password_ask (TropeaHost *host,
                         GtkWindow  *parent)
{
  g_autoptr(TropeaTorDiagnosis) question = NULL;
  const char *address;
  GtkWidget *window;

  g_return_if_fail (TROPEA_IS_HOST (host));

  address = tropea_host_get_attach_locked (host);
  if (address == NULL)
    return;

  question = tropea_tor_diagnosis_new (TROPEA_TOR_PROBLEM_FOREIGN_PASSWORD_NEEDED, address, NULL);
  window = tropea_password_window_new (tropea_tor_diagnosis_get_sentence (question));
  gtk_window_set_transient_for (GTK_WINDOW (window), parent);
  g_signal_connect_object (window, "given", G_CALLBACK (given_cb), host,
                           G_CONNECT_DEFAULT);
  gtk_window_present (GTK_WINDOW (window));
}
