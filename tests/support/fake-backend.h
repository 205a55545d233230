/* fake-backend.h: a tor whose every word is the test's
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "tor/tropea-tor-backend.h"

#define FAKE_TYPE_BACKEND (fake_backend_get_type ())

G_DECLARE_FINAL_TYPE (FakeBackend, fake_backend, FAKE, BACKEND, GObject)

/* start_async goes to "running" and stop_async to "stopped" at once, each finishing from the
 * main loop; everything else happens only when one of the functions below is called. */
FakeBackend *fake_backend_new         (void);
void         fake_backend_set_state   (FakeBackend           *self,
                                       TropeaTorState         state);
void         fake_backend_set_counts  (FakeBackend           *self,
                                       guint                  connection_count,
                                       guint                  circuit_count);
/* Set the failure that get_failure () gives, then go to "failed". */
void         fake_backend_fail        (FakeBackend           *self,
                                       TropeaTorError         code,
                                       const char            *message);
void         fake_backend_emit_sample (FakeBackend           *self,
                                       const TropeaTorSample *sample);
