package dev.merpati.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.merpati.cluster.Answer;
import dev.merpati.cluster.GatewayClient;
import dev.merpati.cluster.SimulatorClient;
import dev.merpati.embedded.EmbeddedRedis;
import dev.merpati.model.redis.RedisKeys;
import dev.merpati.model.shard.ShardMap;
import dev.merpati.testing.EmbeddedRedisCluster;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.cluster.SlotHash;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The product, unchanged, on a Redis Cluster of three masters. */
@Tag("heavy")
class RedisClusterIT {
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final Duration PROMPT = Duration.ofSeconds(10);
    private static final int SHARDS = 64;
    private static final int MASTERS = 3;

    private final RedisKeys keys = new RedisKeys(new ShardMap(SHARDS));
    private final String customer = Product.newNumber();

    @TempDir
    private Path data = Path.of("");

    private EmbeddedRedisCluster cluster;
    private Product product;

    @BeforeEach
    void start() {
        cluster = EmbeddedRedisCluster.start(data.resolve("cluster"), MASTERS);
        product = startProduct();
    }

    @AfterEach
    void stop() {
        product.close();
        cluster.close();
    }

    @Test
    void everythingWorksOnAllMastersAndWithOneAway() throws Exception {
        List<String> sessions = sessionsOnAllMasters();
        everyCallWorks(sessions.getFirst());
        for (int master = 0; master < MASTERS; master++) {
            assertThat(keysOf(cluster.node(master)))
                    .as("master %s", master)
                    .anyMatch(key -> key.contains("}:session:"))
                    .anyMatch(key -> key.contains("}:command:"));
        }

        sessionsComeBackWithoutANewQrCode(sessions);

        oneMasterGoesAwayAndComesBack(sessions);
    }

    private void everyCallWorks(String session) {
        GatewayClient api = product.api();
        SimulatorClient simulator = product.simulator();
        SampleFile file = SampleFile.everyTypeOfTheGuide().findFirst().orElseThrow();
        Answer media = api.sendMedia(session, Map.of("to", customer), file.name(), file.content());
        assertThat(media.status()).as("%s", media).isEqualTo(200);
        simulator.awaitMessage(customer, media.text("messageId"));
        assertThat(simulator.media(customer, media.text("messageId"))).isEqualTo(file.content());

        String key = UUID.randomUUID().toString();
        Answer first = sendUnder(key, session, "once");
        assertThat(first.status()).as("%s", first).isEqualTo(200);
        assertThat(sendUnder(key, session, "once").text("messageId")).isEqualTo(first.text("messageId"));
        assertThat(sendUnder(key, session, "other").status()).isEqualTo(422);
        assertThat(simulator
                        .awaitMessage(customer, first.text("messageId"))
                        .required("copies")
                        .asInt())
                .isEqualTo(1);
        api.awaitMessageStatus(first.text("messageId"), "delivered");
        await("events")
                .atMost(PATIENCE)
                .until(() -> api.get("/api/events?types=message.status&sessionId=" + session)
                        .bodyText()
                        .contains(first.text("messageId")));

        GatewayClient other = product.otherTenant();
        String theirs = other.connectedSession(simulator, Product.newNumber());
        assertThat(other.check(theirs, List.of(customer, "6289876543210")).status())
                .isEqualTo(200);
        assertThat(other.check(theirs, List.of("6281000000001", "6281000000002", "6281000000003", "6281000000004"))
                        .text("code"))
                .isEqualTo("number_check_limit_reached");
        assertThat(api.get("/api/sessions/" + theirs).status()).isEqualTo(403);
        assertThat(other.post("/api/sessions/" + theirs + "/reconnect", Map.of())
                        .status())
                .isEqualTo(200);
        other.pair(theirs, simulator, Product.newNumber());
        assertThat(other.delete("/api/sessions/" + theirs).status()).isEqualTo(200);
        assertThat(other.get("/api/sessions/" + theirs).status()).isEqualTo(404);
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(IntStream.range(0, MASTERS)
                                .mapToObj(cluster::node)
                                .flatMap(node -> keysOf(node).stream()))
                        // Events outlive their session.
                        .noneMatch(left -> left.contains(theirs) && !left.contains("}:events:session:")));
    }

    private void sessionsComeBackWithoutANewQrCode(List<String> sessions) {
        product.close();
        product = startProduct();

        for (String session : sessions) {
            product.api().awaitStatus(session, "connected");
            product.simulator().awaitMessage(customer, product.api().sent(session, customer, "after the restart"));
        }
        assertThat(product.simulator().stats().required("pairings").asInt()).isZero();
        assertThat(product.api()
                        .get("/api/sessions")
                        .json()
                        .required("counts")
                        .required("connected")
                        .asInt())
                .isEqualTo(sessions.size());
    }

    private void oneMasterGoesAwayAndComesBack(List<String> sessions) throws InterruptedException {
        int tenants = cluster.nodeOfSlot(SlotHash.getSlot(RedisKeys.sessionsOfTenant("standalone")));
        String away = sessions.stream()
                .filter(session -> masterOf(session) != tenants)
                .findFirst()
                .orElseThrow();
        String there = sessions.stream()
                .filter(session -> masterOf(session) == tenants)
                .findFirst()
                .orElseThrow();
        String loaded = Product.newNumber();
        SteadyLoad load = SteadyLoad.start(product.api(), List.of(away, there), loaded);
        load.awaitMore(10);
        int killed = masterOf(away);

        cluster.node(killed).kill();

        for (int i = 0; i < 5; i++) {
            product.api().sent(there, customer, "while another master is away");
        }
        long begin = System.nanoTime();
        assertThat(product.api()
                        .send(away, customer, "nobody knows this session now")
                        .status())
                .isEqualTo(503);
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(PROMPT);

        cluster.restart(killed);

        await().atMost(PATIENCE)
                .until(() -> product.api().send(away, customer, "back").status() == 200);
        load.awaitMore(20);
        load.stopAndVerify(product.simulator());
        assertThat(sessions).allSatisfy(session -> product.api().awaitStatus(session, "connected"));
        assertThat(product.simulator().stats().required("pairings").asInt()).isZero();
    }

    private List<String> sessionsOnAllMasters() {
        List<String> sessions = new ArrayList<>();
        while (sessions.stream().map(this::masterOf).collect(Collectors.toSet()).size() < MASTERS
                || sessions.size() < 5) {
            String session = product.api().connectedSession(product.simulator(), Product.newNumber());
            product.simulator().awaitMessage(customer, product.api().sent(session, customer, "hello"));
            sessions.add(session);
        }
        return sessions;
    }

    private int masterOf(String session) {
        return cluster.nodeOfSlot(SlotHash.getSlot(keys.session(UUID.fromString(session))));
    }

    private Answer sendUnder(String idempotencyKey, String session, String text) {
        return product.api()
                .post(
                        "/api/sessions/" + session + "/send",
                        Map.of("to", customer, "message", text),
                        "Idempotency-Key",
                        idempotencyKey);
    }

    private Product startProduct() {
        return Product.start(
                data.resolve("product"),
                Map.of("spring.data.redis.cluster.nodes", cluster.nodes(), "merpati.shards", String.valueOf(SHARDS)));
    }

    private static Set<String> keysOf(EmbeddedRedis node) {
        try (RedisClient client = RedisClient.create(RedisURI.create(node.host(), node.port()))) {
            return Set.copyOf(client.connect().sync().keys("*"));
        }
    }
}
