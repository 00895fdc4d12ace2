package dev.merpati.worker.cobalt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.merpati.worker.whatsapp.SendResult;
import java.io.IOException;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What sessions cost, and what they must leave alone. */
@Tag("heavy")
class FootprintIT {

    @Test
    void aHundredSessionsNeedNoMoreThreadsThanOne() {
        try (World world = new World()) {
            List<World.Session> sessions = new ArrayList<>(List.of(world.pair(), world.pair()));
            send(sessions);
            List<String> before = clientThreads();

            while (sessions.size() < 100) {
                sessions.add(world.pair());
            }
            send(sessions);

            assertThat(clientThreads()).hasSizeLessThanOrEqualTo(before.size());
            sessions.forEach(World.Session::end);
            await().atMost(World.TIMEOUT).until(() -> world.control.stat("openConnections") == 0);
        }
    }

    private static void send(List<World.Session> sessions) {
        sessions.forEach(session -> assertThat(session.text(World.newMessageId(), World.newNumber(), "Halo"))
                .isInstanceOf(SendResult.Acknowledged.class));
    }

    /**
     * Without those of the simulator, which is in this JVM too, and without the workers of the HTTP client that
     * this test controls it with: how many there are depends on how busy the machine is. An HTTP client of a
     * session's own would show by its selector.
     */
    private static List<String> clientThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name ->
                        name.startsWith("whatsapp-") || name.endsWith("-SelectorManager") || name.startsWith("Cobalt"))
                .sorted()
                .toList();
    }

    @Test
    void theHomeDirectoryAndTheProxySettingOfTheJvmAreLeftAlone() throws IOException {
        Path home = Files.createTempDirectory("home");
        String oldHome = System.setProperty("user.home", home.toString());
        ProxySelector oldSelector = ProxySelector.getDefault();
        CopyOnWriteArrayList<URI> asked = new CopyOnWriteArrayList<>();
        ProxySelector.setDefault(new ProxySelector() {
            @Override
            public List<Proxy> select(URI uri) {
                if (!"127.0.0.1".equals(uri.getHost())) {
                    asked.add(uri);
                }
                return List.of(Proxy.NO_PROXY);
            }

            @Override
            public void connectFailed(URI uri, SocketAddress address, IOException failure) {}
        });
        try (World world = new World()) {
            World.Session session = world.pair();
            session.text(World.newMessageId(), World.newNumber(), "Halo");
            session.end();
            world.resume(session.number(), session.listener().credentials()).end();
        } finally {
            ProxySelector.setDefault(oldSelector);
            System.setProperty("user.home", String.valueOf(oldHome));
        }
        // A look-up of the client version would have asked for a way to web.whatsapp.com.
        assertThat(asked).isEmpty();
        try (Stream<Path> files = Files.list(home)) {
            assertThat(files.map(Path::getFileName)).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "controller.ProtobufControllerSerializer",
                "controller.FileControllerSerializer",
                "util.Medias",
                "util.AppMetadata",
                "socket.SocketSession$WebSocketSession"
            })
    void whatCobaltMustNotDoIsNotThere(String name) {
        assertThat(getClass().getClassLoader().getResource(("it.auties.whatsapp." + name).replace('.', '/') + ".class"))
                .isNull();
    }

    /** Frames are cut where the server likes: in the middle of a length, too. */
    @Test
    void splitFramesAreReassembled() {
        try (World world = new World();
                World.Session session = world.pair()) {
            world.control.fault("split-frame", session.number(), 1000, Map.of());
            for (int i = 0; i < 30; i++) {
                assertThat(session.text(World.newMessageId(), World.newNumber(), "Halo"))
                        .isInstanceOf(SendResult.Acknowledged.class);
            }
            assertThat(session.listener().closed).isEmpty();
        }
    }
}
