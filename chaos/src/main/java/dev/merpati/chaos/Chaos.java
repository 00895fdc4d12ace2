package dev.merpati.chaos;

import dev.merpati.chaos.fault.Arena;
import dev.merpati.chaos.fault.Fault;
import dev.merpati.chaos.ledger.Ledger;
import dev.merpati.chaos.load.Customer;
import dev.merpati.chaos.load.Deletions;
import dev.merpati.chaos.load.Load;
import dev.merpati.chaos.load.LoginPace;
import dev.merpati.chaos.load.LoginRate;
import dev.merpati.chaos.load.PhoneLoad;
import dev.merpati.chaos.load.Subscriber;
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
    private static final int PHONES = 10;
    private static final Duration BEFORE = Duration.ofSeconds(3);
    private static final Duration AFTER = Duration.ofSeconds(6);
    private static final Duration READING = Duration.ofSeconds(60);
    private static final Duration RECOVERY_LIMIT = Duration.ofMinutes(2);
    /** When sessions are deleted, from the strike on: at once, and when the product has noticed. */
    private static final List<Duration> DELETIONS = List.of(Duration.ZERO, Duration.ofSeconds(4));

    /** The simulator's rule that clients confirm what waited for them before they ask for more of it. */
    private static final String CONFIRMED_BACKLOG = "offline-batch";

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
        out.println("Starting Kafka, Redis, WhatsApp, " + options.gateways() + " gateways, " + options.workers()
                + " workers and " + options.dispatchers() + " dispatchers; logs in "
                + options.folder().resolve("logs"));
        try (LocalCluster cluster = LocalCluster.in(options.folder())
                .gateways(options.gateways())
                .workers(options.workers())
                .dispatchers(options.dispatchers())
                .sessionTimeout(ChaosOptions.SESSION_TIMEOUT)
                .behindProxies()
                .workerSetting("merpati.worker.connections.per-second", String.valueOf(pace.perWorker()))
                // So that a session that is moved or behind the pace is still unlinked when it is deleted.
                .workerSetting("merpati.worker.connections.unlink-timeout", "1m")
                // An endpoint that is back, or answers in time again, is noticed within a round.
                .dispatcherSetting("merpati.webhooks.timeout", "3s")
                .dispatcherSetting("merpati.webhooks.first-retry", "500ms")
                .dispatcherSetting("merpati.webhooks.longest-retry", "5s")
                .dispatcherSetting("merpati.webhooks.longest-probe-pause", "5s")
                .start()) {
            out.println("Pairing " + options.sessions() + " sessions of two tenants");
            List<Customer> customers = List.of(
                    customer(cluster, Tenant.FIRST, options.sessions() - options.sessions() / 2),
                    customer(cluster, Tenant.SECOND, options.sessions() / 2));
            try (Subscriber first = new Subscriber(customers.getFirst());
                    Subscriber second = new Subscriber(customers.getLast())) {
                return run(cluster, customers, List.of(first, second));
            }
        }
    }

    private List<Result> run(LocalCluster cluster, List<Customer> customers, List<Subscriber> subscribers)
            throws InterruptedException {
        SimulatorClient simulator = cluster.simulator().client();
        Arena arena = new Arena(cluster, options.sessions(), ChaosOptions.SESSION_TIMEOUT, options.away(), subscribers);
        List<Round> rounds = new ArrayList<>();
        for (Fault fault : options.faults()) {
            out.println(fault.label() + ": " + fault.description());
            Round round = round(fault, arena, cluster, customers, subscribers);
            rounds.add(round);
            awaitRead(round, simulator);
            for (Subscriber subscriber : subscribers) {
                subscriber.delivered().takeFindings().forEach(round.ledger()::addFinding);
                subscriber.polled().takeFindings().forEach(round.ledger()::addFinding);
            }
            Report.print(List.of(round.judged(simulator)), out);
        }
        return rounds.stream().map(round -> round.judged(simulator)).toList();
    }

    /**
     * Phones read what is acknowledged one message after the other, and an endpoint that was away gets what waited for it: after an
     * outage there is much to read.
     */
    private static void awaitRead(Round round, SimulatorClient simulator) throws InterruptedException {
        Instant end = Instant.now().plus(READING);
        while (!round.judged(simulator).isGood() && Instant.now().isBefore(end)) {
            Thread.sleep(Duration.ofSeconds(1));
        }
    }

    private static Customer customer(LocalCluster cluster, Tenant tenant, int sessions) {
        return new Customer(
                cluster.gateways().stream()
                        .map(gateway -> gateway.client(tenant))
                        .toList(),
                cluster.pairSessions(tenant, sessions));
    }

    private Round round(
            Fault fault, Arena arena, LocalCluster cluster, List<Customer> customers, List<Subscriber> subscribers)
            throws InterruptedException {
        Ledger ledger = new Ledger();
        SimulatorClient simulator = cluster.simulator().client();
        Deletions deletions = new Deletions(simulator, ledger);
        arena.begin(ledger, deletions::left);
        fault.prepare(arena);
        simulator.enforce(CONFIRMED_BACKLOG, !fault.takesKafkaAway());
        List<PairedSession> leaving =
                cluster.pairSessions(Tenant.FIRST, fault.allowsUnlinking() ? DELETIONS.size() : 0);
        List<String> recipients =
                Stream.generate(cluster::newNumber).limit(RECIPIENTS).toList();
        List<String> phones = Stream.generate(cluster::newNumber).limit(PHONES).toList();
        // With few sessions not all of them are written to.
        recipients.forEach(simulator::addPhone);
        long seed = options.seed() + fault.name().hashCode();
        Load load = new Load(customers, recipients, ledger);
        List<PairedSession> sessions = customers.stream()
                .flatMap(customer -> customer.sessions().stream())
                .toList();
        PhoneLoad phoneLoad = new PhoneLoad(simulator, sessions, phones, ledger, seed);
        try (LoginRate logins = LoginRate.of(simulator)) {
            load.start(options.messagesPerSecond(), options.checksPerSecond(), new Random(seed));
            phoneLoad.start(options.phonesPerSecond(), new Random(seed));
            Thread.sleep(BEFORE);
            for (int i = 0; i < leaving.size(); i++) {
                deletions.begin(customers.getFirst(), leaving.get(i), DELETIONS.get(i));
            }
            fault.strike(arena);
            arena.awaitAllConnected(RECOVERY_LIMIT);
            Thread.sleep(AFTER);
            phoneLoad.finish();
            load.finish();
            deletions.finish();
            LoginPace allowed =
                    new LoginPace(pace.perWorker(), cluster.workers().size());
            if (allowed.isHerd(logins.peakPerSecond())) {
                ledger.addFinding("a herd: " + Math.round(logins.peakPerSecond()) + " logins per second, allowed are "
                        + Math.round(allowed.limit()));
            }
            return new Round(
                    fault,
                    ledger,
                    recipients,
                    phones,
                    subscribers,
                    arena.strikes(),
                    logins.logins(),
                    logins.peakPerSecond());
        }
    }
}
