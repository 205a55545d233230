/* fake-control.h: the other end of a control socket, as a test wants it
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

/* Which step goes wrong. */
typedef enum
{
  FAKE_CONTROL_GOOD,
  FAKE_CONTROL_NO_AUTHENTICATION,
  FAKE_CONTROL_NO_SAFECOOKIE,
  FAKE_CONTROL_WRONG_HASH,
  FAKE_CONTROL_SHORT_NONCE,
  FAKE_CONTROL_NO_CHALLENGE,
  FAKE_CONTROL_REFUSES,
  FAKE_CONTROL_CLOSES,
  FAKE_CONTROL_GARBAGE,
  FAKE_CONTROL_SILENT,
} FakeControlMode;

typedef struct _FakeControl FakeControl;

/* Answers a command of an authenticated peer; NULL for "250 OK". */
typedef const char *(*FakeControlAnswer) (const char *command);

FakeControl *fake_control_new          (const char        *socket_path,
                                        const guint8      *cookie,
                                        FakeControlMode    mode,
                                        FakeControlAnswer  answer);
FakeControl *fake_control_new_at       (GSocketAddress    *address,
                                        const guint8      *cookie,
                                        FakeControlMode    mode,
                                        FakeControlAnswer  answer,
                                        GSocketAddress   **effective);
void         fake_control_set_offer    (FakeControl       *self,
                                        const char        *offer);
void         fake_control_free         (FakeControl       *self);
void         fake_control_send         (FakeControl       *self,
                                        const char        *bytes);
const char  *fake_control_get_commands (FakeControl       *self);
