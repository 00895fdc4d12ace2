package dev.merpati.chaos;

import dev.merpati.chaos.fault.Arena;
import dev.merpati.chaos.fault.Fault;
import dev.merpati.chaos.ledger.Ledger;
import dev.merpati.chaos.ledger.Verdict;
import dev.merpati.chaos.load.Customer;
import dev.merpati.chaos.load.Deletions;
import dev.merpati.chaos.load.Load;
import dev.merpati.chaos.load.LoginPace;
import dev.merpati.chaos.load.LoginRate;
import dev.merpati.cluster.LocalCluster;
import dev.merpati.cluster.PairedSession;
import dev.merpati.cluster.SimulatorClient;
import dev.merpati.cluster.Tenant;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/** Starts a cluster, lets every fault happen under load, and judges. */
final class Chaos {
    private static final int RECIPIENTS = 10;
    private static final Duration BEFORE = Duration.ofSeconds(3);
    private static final Duration AFTER = Duration.ofSeconds(6);
    private static final Duration READING = Duration.ofSeconds(30);
    private static final Duration RECOVERY_LIMIT = Duration.ofMinutes(2);
    /** When sessions are deleted, from the strike on: at once, and when the product has noticed. */
    private static final List<Duration> DELETIONS = List.of(Duration.ZERO, Duration.ofSeconds(4));

    private final ChaosOptions options;
    private final LoginPace pace;
    private final PrintStream out;

    Chaos(ChaosOptions options, PrintStream out) {
        this.options = options;
        this.pace = LoginPace.of(options.sessions(), options.workers());
        this.out = out;
    }

    /** Runs all faults; the results are judged once more after the last of them, for what arrived late. */
    List<Result> run() throws InterruptedException {
        out.println("Starting Kafka, Redis, WhatsApp, " + options.gateways() + " gateways and " + options.workers()
                + " workers; logs in " + options.folder().resolve("logs"));
        try (LocalCluster cluster = LocalCluster.in(options.folder())
                .gateways(options.gateways())
                .workers(options.workers())
                .sessionTimeout(ChaosOptions.SESSION_TIMEOUT)
                .behindProxies()
                .workerSetting("merpati.worker.connections.per-second", String.valueOf(pace.perWorker()))
                // So that a session that is moved or behind the pace is still unlinked when it is deleted.
                .workerSetting("merpati.worker.connections.unlink-timeout", "1m")
                .start()) {
            out.println("Pairing " + options.sessions() + " sessions of two tenants");
            List<Customer> customers = List.of(
                    customer(cluster, Tenant.FIRST, options.sessions() - options.sessions() / 2),
                    customer(cluster, Tenant.SECOND, options.sessions() / 2));
            Arena arena = new Arena(cluster, options.sessions(), ChaosOptions.SESSION_TIMEOUT, options.away());
            List<Round> rounds = new ArrayList<>();
            for (Fault fault : options.faults()) {
                out.println(fault.label() + ": " + fault.description());
                Round round = round(fault, arena, cluster, customers);
                rounds.add(round);
                Report.print(List.of(judgedWhenRead(round, cluster.simulator().client())), out);
            }
            return rounds.stream()
                    .map(round -> round.judged(cluster.simulator().client()))
                    .toList();
        }
    }

    /** Phones read what is acknowledged one message after the other: after an outage they have much to read. */
    private static Result judgedWhenRead(Round round, SimulatorClient simulator) throws InterruptedException {
        Instant end = Instant.now().plus(READING);
        Result result = round.judged(simulator);
        while (result.count(Verdict.LOST) > 0 && Instant.now().isBefore(end)) {
            Thread.sleep(Duration.ofSeconds(1));
            result = round.judged(simulator);
        }
        return result;
    }

    private static Customer customer(LocalCluster cluster, Tenant tenant, int sessions) {
        return new Customer(
                cluster.gateways().stream()
                        .map(gateway -> gateway.client(tenant))
                        .toList(),
                cluster.pairSessions(tenant, sessions));
    }

    private Round round(Fault fault, Arena arena, LocalCluster cluster, List<Customer> customers)
            throws InterruptedException {
        Ledger ledger = new Ledger();
        SimulatorClient simulator = cluster.simulator().client();
        Deletions deletions = new Deletions(simulator, ledger);
        arena.begin(ledger, deletions::left);
        fault.prepare(arena);
        List<PairedSession> leaving =
                cluster.pairSessions(Tenant.FIRST, fault.allowsUnlinking() ? DELETIONS.size() : 0);
        List<String> recipients =
                Stream.generate(cluster::newNumber).limit(RECIPIENTS).toList();
        Load load = new Load(customers, recipients, ledger);
        try (LoginRate logins = LoginRate.of(simulator)) {
            load.start(
                    options.messagesPerSecond(),
                    options.checksPerSecond(),
                    new Random(options.seed() + fault.name().hashCode()));
            Thread.sleep(BEFORE);
            for (int i = 0; i < leaving.size(); i++) {
                deletions.begin(customers.getFirst(), leaving.get(i), DELETIONS.get(i));
            }
            fault.strike(arena);
            arena.awaitAllConnected(RECOVERY_LIMIT);
            Thread.sleep(AFTER);
            load.finish();
            deletions.finish();
            LoginPace allowed =
                    new LoginPace(pace.perWorker(), cluster.workers().size());
            if (allowed.isHerd(logins.peakPerSecond())) {
                ledger.addFinding("a herd: " + Math.round(logins.peakPerSecond()) + " logins per second, allowed are "
                        + Math.round(allowed.limit()));
            }
            return new Round(fault, ledger, recipients, arena.strikes(), logins.logins(), logins.peakPerSecond());
        }
    }
}
