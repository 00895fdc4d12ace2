package dev.merpati.gateway.harness;

import dev.merpati.gateway.GatewayApplication;
import dev.merpati.gateway.auth.ApiKeys;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.io.buffer.DefaultDataBufferFactory;
import org.springframework.test.web.reactive.server.WebTestClient;
import org.springframework.web.reactive.function.client.ClientResponse;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A running gateway with some tenants, and the services and the worker that it needs. */
public final class GatewayHarness implements AutoCloseable {
    public static final String TOPIC = "test.commands";
    public static final int SHARDS = 4;
    /** 32 bytes that only tests use. */
    public static final String WEBHOOK_KEY = "dGhpcyBpcyBhIGtleSB0aGF0IG9ubHkgdGVzdHMgdXM=";

    /** For whoever does not stop the broker: the first send of all may take a second and more on a busy machine. */
    public static final String PATIENT_WITH_KAFKA = "--spring.kafka.producer.properties.max.block.ms=30000";

    private static final String PEPPER = "a pepper that only tests use";

    /** One customer: a key, and what the plan allows. */
    public record Tenant(String id, String plan, ApiKeys.GeneratedKey key) {
        static Tenant of(String id, String plan) {
            return new Tenant(id, plan, ApiKeys.generate(PEPPER));
        }
    }

    public final Tenant acme = Tenant.of("acme", "business");
    public final Tenant other = Tenant.of("other", "business");
    public final Tenant small = Tenant.of("small", "starter");
    public final Tenant limited = Tenant.of("limited", "trial");
    private final Services services;
    private final boolean ownsServices;
    private final FakeWorker worker;
    private final String[] settings;
    private final ConfigurableApplicationContext context;
    private @Nullable ConfigurableApplicationContext another;

    private GatewayHarness(Services services, boolean ownsServices, FakeWorker worker, String... settings) {
        this.services = services;
        this.ownsServices = ownsServices;
        this.worker = worker;
        this.settings = settings;
        this.context = GatewayApplication.builder().run(arguments(settings));
    }

    /** Starts everything, with a topic that has the right number of partitions. */
    public static GatewayHarness start(String... settings) {
        Services services = Services.start();
        services.createTopic(TOPIC, SHARDS);
        return new GatewayHarness(services, true, new FakeWorker(services, TOPIC, SHARDS), settings);
    }

    /** The second gateway beside this one that all tests share which need one like it; ends with it. */
    public synchronized ConfigurableApplicationContext another() {
        ConfigurableApplicationContext second = another;
        if (second == null) {
            second = startAnother(settings);
            another = second;
        }
        return second;
    }

    /** The gateways that tests share and that have been started: whatever any gateway may do, any of them may have done. */
    public synchronized List<ConfigurableApplicationContext> contexts() {
        ConfigurableApplicationContext second = another;
        return second == null ? List.of(context) : List.of(context, second);
    }

    /** Starts a further gateway for one test, with the same tenants' keys, services and worker. */
    public ConfigurableApplicationContext startAnother(String... settings) {
        return GatewayApplication.builder().run(arguments(settings));
    }

    private String[] arguments(String... settings) {
        List<String> all = new ArrayList<>(List.of(
                "--server.port=0",
                "--management.server.port=0",
                "--spring.data.redis.host=" + services.redis().host(),
                "--spring.data.redis.port=" + services.redis().port(),
                "--spring.kafka.bootstrap-servers=" + services.kafka().bootstrapServers(),
                "--merpati.shards=" + SHARDS,
                "--merpati.kafka.command-topic=" + TOPIC,
                "--merpati.media.directory=" + mediaDirectory(),
                "--merpati.api-key-pepper=" + PEPPER,
                "--merpati.webhooks.secret-key=" + WEBHOOK_KEY,
                // Else each gateway that is stopped waits two seconds for connections that nobody opens.
                "--spring.reactor.netty.shutdown-quiet-period=0s",
                // The cheapest that are allowed: every start and every login hashes a password. PasswordsTest has real
                // ones.
                "--merpati.accounts.hashing.memory=7168",
                "--merpati.accounts.hashing.iterations=1",
                "--merpati.gateway.qr-wait=2s",
                "--merpati.gateway.reply-poll-interval=300ms",
                "--merpati.plans.business.sessions=1000",
                "--merpati.plans.business.number-checks-per-month=100000",
                "--merpati.plans.business.requests-per-minute=100000",
                "--merpati.plans.starter.sessions=2",
                "--merpati.plans.starter.number-checks-per-month=10",
                "--merpati.plans.starter.requests-per-minute=100000",
                "--merpati.plans.frugal.sessions=10",
                "--merpati.plans.frugal.number-checks-per-month=20",
                "--merpati.plans.frugal.requests-per-minute=100000",
                "--merpati.plans.frugal.messages-per-day=5",
                "--merpati.plans.trial.sessions=1",
                "--merpati.plans.trial.number-checks-per-month=1",
                "--merpati.plans.trial.requests-per-minute=5"));
        for (Tenant tenant : List.of(acme, other, small, limited)) {
            all.add("--merpati.tenants." + tenant.id() + ".plan=" + tenant.plan());
            all.add("--merpati.tenants." + tenant.id() + ".keys." + tenant.key().keyId() + "="
                    + tenant.key().hash());
        }
        List<String> names = Stream.of(settings).map(GatewayHarness::nameOf).toList();
        all.removeIf(setting -> names.contains(nameOf(setting)));
        all.addAll(List.of(settings));
        return all.toArray(String[]::new);
    }

    private static String nameOf(String setting) {
        return setting.substring(0, setting.indexOf('='));
    }

    public FakeWorker worker() {
        return worker;
    }

    public Services services() {
        return services;
    }

    public ConfigurableApplicationContext context() {
        return context;
    }

    public Path mediaDirectory() {
        return services.directory().resolve("media");
    }

    public int port() {
        return portOf(context);
    }

    /** A client of the tenant. */
    public WebTestClient as(Tenant tenant) {
        return client(context, tenant);
    }

    public static WebTestClient client(ConfigurableApplicationContext gateway, Tenant tenant) {
        return anonymous(portOf(gateway))
                .mutate()
                .defaultHeader("X-API-Key", tenant.key().key())
                .build();
    }

    /** A client without a key. */
    public WebTestClient anonymous() {
        return anonymous(port());
    }

    /** A client without a key, of whatever listens on the port. */
    public static WebTestClient anonymous(int port) {
        return WebTestClient.bindToServer()
                .baseUrl("http://127.0.0.1:" + port)
                .responseTimeout(Duration.ofSeconds(60))
                // The metrics of a gateway that many tests have used are longer than what is allowed by default.
                .codecs(codecs -> codecs.defaultCodecs().maxInMemorySize(4 * 1024 * 1024))
                .filter((request, next) -> next.exchange(request).flatMap(GatewayHarness::readWhole))
                .build();
    }

    /** Reads every body, whether the test asks for it or not: an unread one is Netty's memory, and is reported as a leak. */
    private static Mono<ClientResponse> readWhole(ClientResponse response) {
        return response.bodyToMono(byte[].class)
                .defaultIfEmpty(new byte[0])
                .map(bytes -> response.mutate()
                        .body(Flux.just(DefaultDataBufferFactory.sharedInstance.wrap(bytes)))
                        .build());
    }

    private static int portOf(ConfigurableApplicationContext context) {
        return context.getEnvironment().getRequiredProperty("local.server.port", Integer.class);
    }

    public int managementPort() {
        return context.getEnvironment().getRequiredProperty("local.management.port", Integer.class);
    }

    /** A session that is connected and ready to send. */
    public UUID connectedSession(Tenant tenant) {
        UUID id = newSession(tenant);
        worker.connect(id, "6281111111111");
        return id;
    }

    /** A session that was just created. */
    public UUID newSession(Tenant tenant) {
        String body = new String(
                Objects.requireNonNull(as(tenant)
                        .post()
                        .uri("/api/sessions")
                        .header("Content-Type", "application/json")
                        .bodyValue("{\"sessionName\":\"a session\"}")
                        .exchange()
                        .expectStatus()
                        .isCreated()
                        .expectBody()
                        .returnResult()
                        .getResponseBody()),
                StandardCharsets.UTF_8);
        return UUID.fromString(TestJson.parse(body).get("sessionId").stringValue());
    }

    @Override
    public void close() {
        if (another != null) {
            another.close();
        }
        context.close();
        worker.close();
        if (ownsServices) {
            services.close();
        }
    }
}
