package dev.merpati.worker.cobalt.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.merpati.worker.cobalt.CobaltSettings;
import dev.merpati.worker.cobalt.crypto.Primitives;
import dev.merpati.worker.cobalt.keys.Device;
import dev.merpati.worker.cobalt.keys.SignalKeyStore;
import dev.merpati.worker.cobalt.query.Deadline;
import dev.merpati.worker.cobalt.query.FakeServer;
import dev.merpati.worker.cobalt.query.IqClient;
import dev.merpati.worker.whatsapp.InMemoryRecords;
import it.auties.whatsapp.controller.Keys;
import it.auties.whatsapp.model.node.Attributes;
import it.auties.whatsapp.model.node.Node;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** When pre-keys are uploaded, compared and renewed, and what is made of each answer. */
class PreKeyUpkeepTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration ROTATION = Duration.ofDays(27);
    private static final int BATCH = 12;

    private final Keys keys = Device.unlinked(UUID.randomUUID(), "Merpati").keys();
    private final SignalKeyStore signalKeys = new SignalKeyStore(keys, new InMemoryRecords());
    private final FakeServer server = new FakeServer();
    private final ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1);
    private volatile Instant now = Instant.parse("2026-11-01T00:00:00Z");
    private final PreKeyUpkeep upkeep = new PreKeyUpkeep(
            new IqClient(server, PATIENCE),
            signalKeys.preKeys(),
            new CobaltSettings.PreKeys(BATCH, ROTATION),
            PATIENCE,
            timer,
            () -> now);

    private int left = 100;
    private Supplier<Node> digest = () -> FakeServer.error(503);
    private Supplier<Node> rotation = FakeServer::result;
    private Supplier<Node> upload = FakeServer::result;

    PreKeyUpkeepTest() {
        server.answers(query -> {
            if (query.hasNode("count")) {
                return FakeServer.result(Node.of("count", Attributes.of().put("value", String.valueOf(left))));
            }
            if (query.hasNode("digest")) {
                return digest.get();
            }
            return query.hasNode("rotate") ? rotation.get() : upload.get();
        });
    }

    @AfterEach
    void stop() {
        timer.shutdownNow();
    }

    @ParameterizedTest
    @CsvSource({"11, 0", "10, 1", "0, 1"})
    void moreAreUploadedWhenFewAreLeft(int left, int uploads) {
        this.left = left;

        assertThat(upkeep.supply(deadline())).isTrue();

        assertThat(uploads()).hasSize(uploads);
    }

    /** WhatsApp counts on its own when it says that few are left. */
    @Test
    void whatWhatsAppCallsFewIsFew() {
        left = 20;

        upkeep.low(20);

        await().atMost(PATIENCE).until(() -> uploads().size() == 1);
    }

    @Test
    void anUploadThatIsRefusedIsOfTheSameKeysTheNextTime() {
        left = 0;
        upload = () -> FakeServer.error(503);
        assertThat(upkeep.supply(deadline())).isFalse();
        upload = FakeServer::result;
        assertThat(upkeep.supply(deadline())).isTrue();
        assertThat(upkeep.supply(deadline())).isTrue();

        assertThat(idsIn(uploads().get(1)))
                .isEqualTo(idsIn(uploads().get(0)))
                .hasSize(BATCH)
                .doesNotContainAnyElementsOf(idsIn(uploads().get(2)));
    }

    /** Nobody knows whether an upload replaces what WhatsApp has, or adds to it. */
    @Test
    void whenWhatsAppHasNoKeysTheyAreUploadedOnceADay() {
        digest = () -> FakeServer.error(404);
        check();
        check();
        assertThat(uploads()).hasSize(1);

        now = now.plus(Duration.ofDays(1));
        check();

        assertThat(uploads()).hasSize(2);
    }

    @Test
    void whatAnErrorSaysNothingOfIsNotRepaired() {
        digest = () -> FakeServer.error(503);
        check();

        assertThat(uploads()).isEmpty();
    }

    /** A one-time key can be given out and used between the answer and the comparison. */
    @Test
    void onlyADifferenceThatIsThereTwiceIsRepaired() {
        digest = () -> server.asked("digest").size() == 1 ? digest(new byte[32]) : digest(identity());
        check();
        assertThat(server.asked("digest")).hasSize(2);
        assertThat(uploads()).isEmpty();

        digest = () -> digest(new byte[32]);
        check();
        assertThat(uploads()).hasSize(1);
    }

    /** The signed key goes again after a trouble of the server's, and another one instead of one that is not wanted. */
    @Test
    void aRefusedRotationIsTriedAgainInItsTime() {
        check();
        assertThat(rotations()).as("the time counts from the first look").isEmpty();

        rotation = () -> FakeServer.error(503);
        later(ROTATION, 1);
        later(Duration.ofHours(23), 1);
        rotation = () -> FakeServer.error(400);
        later(Duration.ofHours(1), 2);
        later(ROTATION.minusHours(1), 2);
        rotation = () -> FakeServer.error(406);
        later(Duration.ofHours(1), 3);
        rotation = FakeServer::result;
        later(ROTATION.minusHours(1), 3);
        later(Duration.ofHours(1), 4);

        assertThat(rotations().get(1)).isEqualTo(rotations().get(0));
        assertThat(rotations().get(2)).isEqualTo(rotations().get(0));
        assertThat(rotations().get(3)).isNotEqualTo(rotations().get(0));
        later(ROTATION.minusHours(1), 4);
        later(Duration.ofHours(1), 5);
    }

    /** WhatsApp has taken a key, and the answer never came: its digest tells. */
    @Test
    void aRotationWhoseAnswerIsLostIsSeenInTheDigest() {
        check();
        rotation = FakeServer::nothing;
        later(ROTATION, 1);
        Node candidate = rotations().getFirst();

        digest = () -> digest(identity(), candidate);
        check();
        assertThat(rotations()).hasSize(1);
        later(ROTATION.minusHours(1), 1);
    }

    private void later(Duration time, int rotations) {
        now = now.plus(time);
        check();
        assertThat(rotations()).hasSize(rotations);
    }

    /** Returns when it is done: supplying waits for it. */
    private void check() {
        int before = server.asked("digest").size();
        upkeep.check();
        await().atMost(PATIENCE).until(() -> server.asked("digest").size() > before);
        assertThat(upkeep.supply(deadline())).isTrue();
    }

    private static Deadline deadline() {
        return Deadline.in(PATIENCE);
    }

    private List<Node> uploads() {
        return server.asked("list");
    }

    private List<Node> rotations() {
        return server.asked("rotate").stream()
                .flatMap(query -> query.findChild("rotate").stream())
                .flatMap(rotate -> rotate.findChild("skey").stream())
                .toList();
    }

    private static List<String> idsIn(Node upload) {
        return upload.findChild("list").orElseThrow().children().stream()
                .flatMap(key -> key.findChild("id").stream())
                .flatMap(id -> id.contentAsBytes().stream())
                .map(HexFormat.of()::formatHex)
                .toList();
    }

    private byte[] identity() {
        return keys.identityKeyPair().publicKey();
    }

    private Node digest(byte[] identity) {
        return digest(identity, keys.signedKeyPair().toNode());
    }

    private Node digest(byte[] identity, Node signed) {
        byte[] hash = Primitives.sha1(identity, bytes(signed, "value"), bytes(signed, "signature"));
        return FakeServer.result(Node.of(
                "digest",
                List.of(
                        Node.of("registration", keys.encodedRegistrationId()),
                        Node.of("identity", identity),
                        signed,
                        Node.of("list"),
                        Node.of("hash", hash))));
    }

    private static byte[] bytes(Node parent, String child) {
        return parent.findChild(child).flatMap(Node::contentAsBytes).orElseThrow();
    }
}
