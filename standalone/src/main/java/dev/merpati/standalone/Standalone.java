package dev.merpati.standalone;

import dev.merpati.dispatcher.DispatcherApplication;
import dev.merpati.embedded.EmbeddedKafka;
import dev.merpati.embedded.EmbeddedRedis;
import dev.merpati.gateway.GatewayApplication;
import dev.merpati.gateway.auth.ApiKeys;
import dev.merpati.simulator.Simulator;
import dev.merpati.simulator.SimulatorOptions;
import dev.merpati.standalone.StandaloneOptions.WhatsApp;
import dev.merpati.worker.WorkerApplication;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.Environment;

/**
 * Runs Redis, Kafka, the simulator, a worker, a dispatcher and a gateway on one machine: starts them in the order in which they
 * need each other and stops them in reverse. Gateway, worker and dispatcher are the applications that run in a cluster, each in a
 * context of its own; they meet only in Kafka and Redis.
 */
public final class Standalone implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Standalone.class);
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(50);

    private final StandaloneOptions options;
    private final Deque<AutoCloseable> started = new ArrayDeque<>();
    private boolean closed;
    private @Nullable Endpoints endpoints;

    public Standalone(StandaloneOptions options) {
        this.options = options;
    }

    /**
     * Starts everything and returns when it serves. May be called once.
     *
     * @throws StartupException if the user has to correct something first
     */
    public void start() {
        Addresses.requireFree(options.bind(), options.gatewayPort(), "--port");
        if (options.whatsApp() == WhatsApp.SIMULATOR) {
            Addresses.requireFree(options.bind(), options.simulatorPort(), "--simulator-port");
        }
        DataFolder data = keep(DataFolder.open(options.data()));
        Secrets secrets = Secrets.readOrMake(data.secrets());

        Future<EmbeddedRedis> redisStart = async(() -> redis(data));
        Future<@Nullable Simulator> simulatorStart = async(() -> simulator(data));
        EmbeddedKafka kafka = keep(EmbeddedKafka.start(data.kafka()));
        EmbeddedRedis redis = join(redisStart);
        Simulator simulator = join(simulatorStart);

        Settings settings = new Settings(options, data, secrets, kafka, redis, simulator);
        // The worker creates the topics, which the others would only wait for.
        Environment worker = application(WorkerApplication.class, settings.worker());
        Environment dispatcher = application(DispatcherApplication.class, settings.dispatcher());
        Environment gateway = application(GatewayApplication.class, settings.gateway());
        endpoints = Endpoints.of(secrets, options.bind(), gateway, worker, dispatcher, simulator);
        awaitAccount(endpoints);
        endpoints.write(data.readyFile());
    }

    /** The gateway makes the account once it serves. */
    private static void awaitAccount(Endpoints endpoints) {
        HttpRequest look = HttpRequest.newBuilder(URI.create(endpoints.gatewayUrl() + "/api/account"))
                .header(ApiKeys.HEADER, endpoints.apiKey())
                .timeout(PATIENCE)
                .build();
        Instant deadline = Instant.now().plus(PATIENCE);
        try (HttpClient client = HttpClient.newHttpClient()) {
            while (client.send(look, HttpResponse.BodyHandlers.discarding()).statusCode()
                    != HttpURLConnection.HTTP_OK) {
                if (Instant.now().isAfter(deadline)) {
                    throw new StartupException("the account of the API key was not made: see the log");
                }
                Thread.sleep(BETWEEN_LOOKS);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the gateway does not answer", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted during the start", e);
        }
    }

    /** Returns where to reach what was started. */
    public Endpoints endpoints() {
        if (endpoints == null) {
            throw new IllegalStateException("not started");
        }
        return endpoints;
    }

    /** Stops everything that was started, even during the start, and returns when it has stopped. */
    @Override
    public void close() {
        synchronized (this) {
            closed = true;
        }
        while (true) {
            AutoCloseable part;
            synchronized (this) {
                part = started.pollLast();
            }
            if (part == null) {
                return;
            }
            closeOne(part);
        }
    }

    private static EmbeddedRedis redis(DataFolder data) {
        try {
            return EmbeddedRedis.startProtected(data.redis(), 0);
        } catch (IllegalStateException e) {
            throw new StartupException("Redis did not start: " + e.getMessage());
        }
    }

    private @Nullable Simulator simulator(DataFolder data) {
        if (options.whatsApp() == WhatsApp.REAL) {
            return null;
        }
        try {
            Simulator simulator = Simulator.start(SimulatorOptions.defaults()
                    .withBindAddress(options.bind().getHostAddress())
                    .withControlPort(options.simulatorPort())
                    .withDirectory(data.simulator()));
            Files.writeString(data.simulatorCertificate(), simulator.caCertificatePem());
            return simulator;
        } catch (IOException e) {
            throw new UncheckedIOException("the simulator did not start", e);
        }
    }

    private Environment application(Class<?> application, String[] arguments) {
        ConfigurableApplicationContext context = keep(new SpringApplicationBuilder(application)
                .registerShutdownHook(false)
                .run(arguments));
        return context.getEnvironment();
    }

    private <T extends @Nullable AutoCloseable> Future<T> async(Supplier<T> start) {
        return CompletableFuture.supplyAsync(
                () -> keep(start.get()), task -> Thread.ofPlatform().start(task));
    }

    private static <T extends @Nullable Object> T join(Future<T> start) {
        try {
            return start.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted during the start", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof StartupException told) {
                throw told;
            }
            throw new IllegalStateException("the start failed: " + e.getCause(), e);
        }
    }

    private <T extends @Nullable AutoCloseable> T keep(T part) {
        if (part == null) {
            return part;
        }
        synchronized (this) {
            if (!closed) {
                started.addLast(part);
                return part;
            }
        }
        closeOne(part);
        throw new IllegalStateException("stopped during the start");
    }

    private static void closeOne(AutoCloseable part) {
        try {
            part.close();
        } catch (Exception e) {
            log.warn("{} did not stop cleanly", part.getClass().getSimpleName(), e);
        }
    }
}
