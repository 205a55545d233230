/* tropea-tor-traffic.c: tor's byte counters, as differences over measured time
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "tropea-tor-traffic"

#include "config.h"

#include "tor/tropea-tor-traffic.h"

#include "tor/tropea-control-line.h"

/* Pure. What "bytes" means in Tropea is decided here: the growth of tor's own 64-bit counters
 * traffic/read and traffic/written. They count what tor exchanged with other relays, on the
 * wire of its TLS connections: cells, TLS records, padding and directory traffic are in, the
 * headers of TCP and IP and the framing of a pluggable transport are not. So a download of
 * 5 MB is some 5.4 MB in and 0.2 MB out. Connections of programs and controllers on this
 * computer are not counted, except in a testing network (CountPrivateBandwidth), where tor
 * adds their bytes to both.
 *
 * BW events are not used for this: their numbers are cut to 32 bits, and the first one brings
 * all that was not reported before.
 */

/* tor has just been started and has moved nothing. */
void
tropea_tor_traffic_begin (TropeaTorTraffic *self,
                          gint64            now_usec)
{
  self->read_bytes = 0;
  self->written_bytes = 0;
  self->at_usec = now_usec;
}

/* Both counters only grow while tor runs. One that went back would be another tor's; then
 * there is nothing to compare with, and counting begins anew from it.
 */
static guint64
grow (guint64 *counter,
      guint64  now)
{
  guint64 growth = now >= *counter ? now - *counter : 0;

  *counter = now;

  return growth;
}

static void
set_interval (TropeaTorTraffic *self,
              gint64            now_usec,
              TropeaTorSample  *sample)
{
  sample->interval_usec = MAX (now_usec - self->at_usec, 1);
  self->at_usec = now_usec;
}

/**
 * tropea_tor_traffic_take:
 * @reply: to %TROPEA_TOR_TRAFFIC_COMMAND
 *
 * Write what moved since the last time into the bytes and the interval of @sample. Returns
 * %FALSE, and changes nothing, if @reply does not hold both counters.
 */
gboolean
tropea_tor_traffic_take (TropeaTorTraffic         *self,
                         const TropeaControlReply *reply,
                         gint64                    now_usec,
                         TropeaTorSample          *sample)
{
  const char *read_text = tropea_control_reply_get_value (reply, "traffic/read");
  const char *written_text = tropea_control_reply_get_value (reply, "traffic/written");
  guint64 read_bytes;
  guint64 written_bytes;

  if (!tropea_control_reply_is_success (reply) || read_text == NULL || written_text == NULL
      || !tropea_control_parse_uint64 (read_text, &read_bytes)
      || !tropea_control_parse_uint64 (written_text, &written_bytes))
    return FALSE;

  sample->bytes_in = grow (&self->read_bytes, read_bytes);
  sample->bytes_out = grow (&self->written_bytes, written_bytes);
  set_interval (self, now_usec, sample);

  return TRUE;
}

/* The poorer way, for a control port that refuses to tell the counters: add the numbers of a
 * BW event.
 */
void
tropea_tor_traffic_add (TropeaTorTraffic *self,
                        guint64           read_bytes,
                        guint64           written_bytes,
                        gint64            now_usec,
                        TropeaTorSample  *sample)
{
  self->read_bytes += read_bytes;
  self->written_bytes += written_bytes;
  sample->bytes_in = read_bytes;
  sample->bytes_out = written_bytes;
  set_interval (self, now_usec, sample);
}
