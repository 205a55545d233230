/* test-tor-examiner.c: what is wrong with a real tor shows as its diagnosis, and goes again
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "tor/tropea-tor.h"

#include <glib/gstdio.h>

#include "test-wait.h"
#include "tor-tree.h"

/* What a test may wait for on a machine that is busy with others. */
#define PATIENCE_SECONDS 40

#define TYPE_FAKE_NETWORK (fake_network_get_type ())

G_DECLARE_FINAL_TYPE (FakeNetwork, fake_network, FAKE, NETWORK, GObject)

/* Says what the test wants. */
struct _FakeNetwork
{
  GObject            parent_instance;

  TropeaNetworkState state;
};

typedef enum
{
  PROP_STATE = 1,
} FakeNetworkProperty;

G_DEFINE_FINAL_TYPE_WITH_CODE (FakeNetwork, fake_network, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (TROPEA_TYPE_NETWORK, NULL))

static void
fake_network_get_property (GObject    *object,
                           guint       prop_id,
                           GValue     *value,
                           GParamSpec *pspec)
{
  switch ((FakeNetworkProperty) prop_id)
    {
    case PROP_STATE:
      g_value_set_enum (value, (int) FAKE_NETWORK (object)->state);
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
fake_network_class_init (FakeNetworkClass *klass)
{
  G_OBJECT_CLASS (klass)->get_property = fake_network_get_property;
  g_object_class_override_property (G_OBJECT_CLASS (klass), PROP_STATE, "state");
}

static void
fake_network_init (FakeNetwork *self)
{
  self->state = TROPEA_NETWORK_CONNECTED;
}

static void
set_network (FakeNetwork        *self,
             TropeaNetworkState  state)
{
  self->state = state;
  g_object_notify (G_OBJECT (self), "state");
}

typedef struct
{
  char             *root;
  FakeNetwork      *network;
  TropeaTorBackend *tor;
  guint             n_diagnoses;
} Fixture;

static void
diagnosis_cb (Fixture *fixture)
{
  fixture->n_diagnoses++;
}

/* Of a network whose one authority nobody listens for. */
static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  g_autoptr(TropeaClock) clock = tropea_system_clock_new ();
  g_autoptr(TropeaTorConfig) config = NULL;
  g_autoptr(GSocketListener) listener = g_socket_listener_new ();
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;
  g_autofree char *data_dir = NULL;
  g_autofree char *runtime_dir = NULL;
  g_autofree char *lines = NULL;
  int port = g_socket_listener_add_any_inet_port (listener, NULL, NULL);

  fixture->root = g_strdup ("/tmp/tropea-tor-XXXXXX");
  g_assert_nonnull (g_mkdtemp (fixture->root));
  data_dir = g_build_filename (fixture->root, "data", NULL);
  runtime_dir = g_build_filename (fixture->root, "run", NULL);
  config = tropea_tor_config_new (data_dir, runtime_dir);
  config->socks_port = TROPEA_TOR_PORT_AUTO;
  config->control_port = TROPEA_TOR_PORT_AUTO;
  config->append_file = g_build_filename (fixture->root, "append", NULL);
  lines = g_strdup_printf ("TestingTorNetwork 1\nGeoIPFile /dev/null\nGeoIPv6File /dev/null\n"
                           "DirAuthority x orport=%d no-v2 v3ident=%040d 127.0.0.1:%d %040d\n",
                           port, 1, port, 2);
  g_assert_true (g_file_set_contents (config->append_file, lines, -1, NULL));
  g_socket_listener_close (listener);

  fixture->network = g_object_new (TYPE_FAKE_NETWORK, NULL);
  fixture->tor = TROPEA_TOR_BACKEND (tropea_tor_new (config, clock));
  tropea_tor_set_network (TROPEA_TOR (fixture->tor), TROPEA_NETWORK (fixture->network));
  g_signal_connect_swapped (fixture->tor, "notify::diagnosis", G_CALLBACK (diagnosis_cb), fixture);
  tropea_tor_backend_start_async (fixture->tor, NULL, test_keep_result, &result);
  test_wait_until (result != NULL, PATIENCE_SECONDS);
  tropea_tor_backend_start_finish (fixture->tor, result, &error);
  g_assert_no_error (error);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;

  tropea_tor_backend_stop_async (fixture->tor, NULL, test_keep_result, &result);
  test_wait_until (result != NULL, PATIENCE_SECONDS);
  tropea_tor_backend_stop_finish (fixture->tor, result, &error);
  g_assert_no_error (error);
  g_clear_object (&result);
  g_assert_null (tropea_tor_backend_dup_diagnosis (fixture->tor));
  g_assert_finalize_object (fixture->tor);
  g_assert_finalize_object (fixture->network);
  test_remove_tree (fixture->root);
  g_free (fixture->root);
}

static gboolean
shows (Fixture    *fixture,
       const char *code)
{
  g_autoptr(TropeaTorDiagnosis) diagnosis = tropea_tor_backend_dup_diagnosis (fixture->tor);

  return g_strcmp0 (diagnosis != NULL ? tropea_tor_diagnosis_get_code (diagnosis) : NULL,
                    code) == 0;
}

static void
test_portal (Fixture       *fixture,
             gconstpointer  data)
{
  set_network (fixture->network, TROPEA_NETWORK_PORTAL);
  test_wait_until (shows (fixture, "captive-portal"), PATIENCE_SECONDS);

  /* The user logs in; tor tries on. */
  set_network (fixture->network, TROPEA_NETWORK_CONNECTED);
  g_assert_true (shows (fixture, NULL));
  g_assert_cmpuint (fixture->n_diagnoses, ==, 2);

  set_network (fixture->network, TROPEA_NETWORK_NONE);
  test_wait_until (shows (fixture, "no-network"), PATIENCE_SECONDS);
  set_network (fixture->network, TROPEA_NETWORK_UNKNOWN);
  g_assert_true (shows (fixture, NULL));
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);

  g_test_add ("/tor-examiner/what-the-system-says-of-the-network", Fixture, NULL, set_up,
              test_portal, tear_down);

  return g_test_run ();
}
