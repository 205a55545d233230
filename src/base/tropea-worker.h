/* tropea-worker.h: one thread that does blocking work in the order it was given
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define TROPEA_TYPE_WORKER (tropea_worker_get_type ())

G_DECLARE_FINAL_TYPE (TropeaWorker, tropea_worker, TROPEA, WORKER, GObject)

TropeaWorker *tropea_worker_new        (const char      *name);
void          tropea_worker_push       (TropeaWorker    *self,
                                        GTask           *task,
                                        GTaskThreadFunc  func);
gboolean      tropea_worker_is_current (TropeaWorker    *self);
void          tropea_worker_join       (TropeaWorker    *self);

G_END_DECLS
