/* tropea-api-wait.h: somebody who waits until a host is in a state
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "api/tropea-api-private.h"

G_BEGIN_DECLS

/**
 * TropeaApiGoal:
 * @TROPEA_API_GOAL_RUNNING: it runs and is connected
 * @TROPEA_API_GOAL_IDLE: nothing runs
 * @TROPEA_API_GOAL_PAUSED: it is paused
 * @TROPEA_API_GOAL_RESUMED: it is not
 * @TROPEA_API_GOAL_VERB: the host's verb is done, whatever the state
 */
typedef enum
{
  TROPEA_API_GOAL_RUNNING,
  TROPEA_API_GOAL_IDLE,
  TROPEA_API_GOAL_PAUSED,
  TROPEA_API_GOAL_RESUMED,
  TROPEA_API_GOAL_VERB,
} TropeaApiGoal;

typedef struct _TropeaApiWait TropeaApiWait;

TropeaApiWait  *tropea_api_wait_new        (TropeaApi         *api,
                                            TropeaHttpRequest *request,
                                            TropeaApiGoal      goal);
TropeaApiWait  *tropea_api_wait_ref        (TropeaApiWait     *self);
void            tropea_api_wait_unref      (TropeaApiWait     *self);
void            tropea_api_wait_expect     (TropeaApiWait     *self);
void            tropea_api_wait_begin      (TropeaApiWait     *self,
                                            gint64             seconds);
/* GAsyncReadyCallback each: of what starts something, and of a stop. */
void            tropea_api_wait_begun_cb   (GObject           *object,
                                            GAsyncResult      *result,
                                            gpointer           user_data);
void            tropea_api_wait_stopped_cb (GObject           *object,
                                            GAsyncResult      *result,
                                            gpointer           user_data);

TropeaTorState  tropea_api_get_state       (TropeaApi         *api,
                                            gboolean          *is_simulating);
gboolean        tropea_api_is_idle         (TropeaTorState     state);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TropeaApiWait, tropea_api_wait_unref)

G_END_DECLS
