/* tropea-login-steps.h: what each way into a control port does alike
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "tor/tropea-control-auth.h"
#include "tor/tropea-control-connection.h"

G_BEGIN_DECLS

/* Takes @error, and ends the task with it or with what is better known. */
typedef void (*TropeaLoginFail) (GTask  *task,
                                 GError *error);

GSocketClient      *tropea_login_new_client     (void);
GSource            *tropea_login_set_limit      (GTask                    *task,
                                                 guint                     seconds,
                                                 GSourceFunc               callback);
TropeaControlReply *tropea_login_finish_command (GTask                    *task,
                                                 GObject                  *connection,
                                                 GAsyncResult             *result,
                                                 TropeaLoginFail           fail);
void                tropea_login_challenge      (GTask                    *task,
                                                 TropeaControlConnection  *connection,
                                                 TropeaControlAuth        *auth,
                                                 GAsyncReadyCallback       callback);
void                tropea_login_send_secret    (GTask                    *task,
                                                 TropeaControlConnection  *connection,
                                                 char                     *command,
                                                 GAsyncReadyCallback       callback);

G_END_DECLS
